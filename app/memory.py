"""What a process takes of the machine that runs for months.

1,500 digests delivered while members use the bot left 264 MB with glibc 2.36 as it is by itself,
125 MB when freed memory goes back (docs/decisions/0013-load.md).
"""

from __future__ import annotations

import ctypes
import gc
import os

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Names of options, from glibc's ``malloc.h``; mallopt(3) says what they do."""

_OPTIONS = {
    _M_ARENA_MAX: 1,  # one heap; by itself each thread gets one, with its own gaps
    _M_MMAP_THRESHOLD: 64 * 1024,  # an array of its own pages, which go back when it is freed
    _M_TRIM_THRESHOLD: 128 * 1024,  # setting it also keeps glibc from raising both as it likes
}


def give_back_freed_memory() -> None:
    """Let freed memory return to the system; without glibc nothing is changed.

    To be called before threads are started. Python's lock lets one thread run at a time, so the
    single heap is not waited for.
    """
    if not has_glibc():
        return
    mallopt = ctypes.CDLL(None).mallopt
    for option, value in _OPTIONS.items():
        mallopt(option, value)


def spare_what_stays() -> None:
    """Let Python's search for garbage pass over all that there is now; to be called once built.

    It searches everything only when a quarter as much has come anew: after start-up that is far
    too seldom, and each time takes longer than a member should wait.
    """
    gc.collect()
    gc.freeze()


def has_glibc() -> bool:
    """Return whether this process uses glibc, whose options these are."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError):  # another system, or another C library
        return False
