"""The allocator of the C library, set for a process that runs for months."""

import contextlib
import ctypes
import os
import platform
import sys
from collections.abc import Mapping

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of malloc.h

_TUNABLES, _THREAD_CACHE = "GLIBC_TUNABLES", "glibc.malloc.tcache_count"

_ARENAS = 2
_MAPPED_BYTES = 1 << 20

_SETTLING_NAMES = 100_000
"""As many as a table of 131,072 places takes, and fewer than would fill the next one from a bot's 48,000 names."""


def drop_thread_caches(environment: Mapping[str, str]) -> None:
    """Begin this process anew without the allocator's cache of each thread; called before there are any.

    A cache keeps up to seven freed blocks of each of 64 sizes, and the pages they lie in: seventy threads that take
    turns fill theirs for hours. Only the environment of a process that begins can tell glibc to go without.

    Args:
        environment: of this process.

    Source: the GNU C Library manual, "Memory Allocation Tunables".
    """
    tunables = environment.get(_TUNABLES, "")
    if platform.libc_ver()[0] != "glibc" or _THREAD_CACHE in tunables:
        return
    value = ":".join(filter(None, (tunables, f"{_THREAD_CACHE}=0")))
    os.execve(sys.executable, sys.orig_argv, {**environment, _TUNABLES: value})  # noqa: S606 - this very command


def limit_arenas() -> None:
    """Have freed memory given back to the system; called before there are threads.

    glibc gives threads heaps of their own, up to eight for each processor core, and keeps in each what was once freed
    there. Whichever thread takes up a change of the statements then leaves some megabytes behind: in forty changes the
    process grew from 122 to 189 MiB, with these limits from 113 to 116.

    Source: mallopt(3).
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return  # another C library
    mallopt(_M_ARENA_MAX, _ARENAS)
    # Set, it stays: left alone it rises to the largest block ever freed, and what is below is never mapped apart.
    mallopt(_M_MMAP_THRESHOLD, _MAPPED_BYTES)


def give_back_freed() -> None:
    """Have the pages given back that lie between blocks in use, where glibc keeps what was freed for later.

    Those of a busy minute are kept for good otherwise, a little more of them each time.

    Source: malloc_trim(3).
    """
    # Another C library has no such function, and need not have.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def settle_names() -> None:
    """Have the interpreter's table of interned names grow now rather than some day; called when all is imported.

    What is interned only to be forgotten takes a new place in the table each time, and `pathlib` does so with every
    part of a path: three times for each message, at the store's lock. When no place is free, the table is made anew for
    the names that are left, at three times their number: once 2 MiB more, after half an hour or a week, and then never
    again.

    Source: `insertion_resize` in CPython's Objects/dictobject.c.
    """
    for number in range(_SETTLING_NAMES):
        sys.intern(f"no name {number}")
