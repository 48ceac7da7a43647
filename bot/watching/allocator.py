"""The allocator of the C library, set for a process that runs for months."""

import contextlib
import ctypes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of malloc.h

_ARENAS = 2
_MAPPED_BYTES = 1 << 20


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
