"""The allocator: however many threads allocate, there are two heaps for what they free, and it is given back."""

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

_FREE = """
from bot.watching.allocator import give_back_freed, limit_arenas
from pathlib import Path

def read_resident():
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0])

limit_arenas()
blocks = [bytearray(100_000) for _ in range(400)]
kept = blocks[::20]
del blocks
before = read_resident()
give_back_freed()
print(before - read_resident())
"""

_needs_glibc = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")


@_needs_glibc
def test_eight_threads_share_two_heaps() -> None:
    assert run(_ALLOCATE).count("<heap nr=") == 2


@_needs_glibc
def test_what_was_freed_between_blocks_in_use_is_given_back() -> None:
    assert int(run(_FREE)) > 30_000  # of the 37,000 KiB


def run(code: str) -> str:
    """Return what some code prints in a process of its own, without settings of the allocator from outside."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
