"""The allocator: two heaps for however many threads, and what is freed is given back; names take their place at once."""

import ctypes
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

_ALLOCATE = """
import ctypes, os, threading
from bot.ops.allocator import limit_arenas

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

_READ_RESIDENT = """
from pathlib import Path

def read_resident():
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0])
"""

_FREE = """
from bot.ops.allocator import give_back_freed, limit_arenas

limit_arenas()
blocks = [bytearray(100_000) for _ in range(400)]
kept = blocks[::20]
del blocks
before = read_resident()
give_back_freed()
print(before - read_resident())
"""

_NAMES = """
import sys
from bot.ops.allocator import limit_arenas, settle_names

limit_arenas()
kept = [sys.intern(f"kept {number}") for number in range(45_000)]
settle_names()
before = read_resident()
for number in range(100_000):
    sys.intern(f"forgotten {number}")
print(read_resident() - before)
"""

_CACHE = """
import ctypes, os
from bot.ops.allocator import drop_thread_caches

class Counts(ctypes.Structure):
    _fields_ = [(f"_{number}", ctypes.c_size_t) for number in range(7)] + [("used", ctypes.c_size_t)] + [
        (f"_{number}", ctypes.c_size_t) for number in (8, 9)
    ]

before = os.environ.get("PROCESS")
os.environ.setdefault("PROCESS", str(os.getpid()))
drop_thread_caches(os.environ)
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes, libc.mallinfo2.restype = ctypes.c_void_p, [ctypes.c_void_p], Counts
blocks = [libc.malloc(size) for size in range(24, 1_032, 16) for _ in range(7)]
used = libc.mallinfo2().used
for block in blocks:
    libc.free(block)
print(before == str(os.getpid()), os.environ["GLIBC_TUNABLES"], used - libc.mallinfo2().used)
"""

_needs_glibc = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="the C library is not glibc")


@_needs_glibc
def test_eight_threads_share_two_heaps() -> None:
    assert run(_ALLOCATE).count("<heap nr=") == 2


@_needs_glibc
def test_what_was_freed_between_blocks_in_use_is_given_back() -> None:
    assert int(run(_READ_RESIDENT + _FREE)) > 30_000  # of the 37,000 KiB


@_needs_glibc
def test_names_that_come_and_go_take_no_more_memory_later() -> None:
    assert int(run(_READ_RESIDENT + _NAMES)) < 500  # of 1,870 KiB


@_needs_glibc
def test_no_thread_keeps_what_it_frees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.perturb=0")
    is_the_same, tunables, freed = run(_CACHE).split()
    assert (is_the_same, tunables) == ("True", "glibc.malloc.perturb=0:glibc.malloc.tcache_count=0")
    assert int(freed) > 200_000  # of 240,000 bytes; a cache keeps them all, and they count as used


def run(code: str) -> str:
    """Return what some code prints in a process of its own, without settings of the allocator from outside."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
