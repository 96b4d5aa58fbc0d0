"""What a process takes of the machine: processor cores, memory, pauses for garbage.

1,500 digests delivered while members use the bot left 264 MB with glibc 2.36 as it is by itself,
125 MB when freed memory goes back (docs/decisions/0013-load.md).
"""

from __future__ import annotations

import gc
import os

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Names of options, from glibc's ``malloc.h``; mallopt(3) says what they do."""

_OPTIONS = {
    _M_ARENA_MAX: 1,  # one heap; by itself each thread gets one, with its own gaps
    _M_MMAP_THRESHOLD: 64 * 1024,  # an array of its own pages, which go back when it is freed
    _M_TRIM_THRESHOLD: 128 * 1024,  # setting it also keeps glibc from raising both as it likes
}


def use_one_core() -> None:
    """Let matrix products use one processor core; call it before numpy is loaded.

    The products of the ranker are small. On a busy machine further threads mostly wait for each
    other, and their waiting took up to ten times the processor time of the work. A value of
    OPENBLAS_NUM_THREADS, the variable of the library behind numpy, takes precedence.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def give_back_freed_memory() -> None:
    """Return freed memory to the system; without glibc this changes nothing.

    Call it before threads are started. Python's lock lets one thread run at a time, so threads
    do not wait for the single heap.
    """
    if not has_glibc():
        return
    import ctypes  # not needed by most commands

    mallopt = ctypes.CDLL(None).mallopt
    for option, value in _OPTIONS.items():
        mallopt(option, value)


def trim_freed_memory() -> None:
    """Return what is free between things in use; glibc by itself returns only what lies at the end.

    It takes some milliseconds for each 100 MB. Without glibc this changes nothing.
    """
    if not has_glibc():
        return
    import ctypes  # not needed by most commands

    ctypes.CDLL(None).malloc_trim(0)


def freeze_garbage_collection() -> None:
    """Exempt all objects that exist now from garbage collection; call it after start-up.

    A full collection comes only when the number of new objects has grown by a quarter of all:
    after start-up that is far too seldom, and each one takes longer than a member should wait.
    """
    gc.collect()
    gc.freeze()


def has_glibc() -> bool:
    """Return whether this process uses glibc, whose options these are."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").startswith("glibc")
    except (AttributeError, ValueError):  # another system, or another C library
        return False
