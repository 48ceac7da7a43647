"""The allocator: however many threads allocate, there are two heaps to keep what they free."""

import ctypes
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

_ALLOCATE = """
import ctypes, os, threading
from bot.watching.allocator import limit_arenas

limit_arenas()
together = threading.Barrier(8)

def allocate():
    together.wait()
    kept = [bytearray(100_000) for _ in range(20)]
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
stream = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, stream)
libc.fflush(stream)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
def test_eight_threads_share_two_heaps() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    ended = subprocess.run(
        [sys.executable, "-c", _ALLOCATE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout.count("<heap nr=") == 2
