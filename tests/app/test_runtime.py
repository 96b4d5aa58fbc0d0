"""Freed memory goes back to the system, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.runtime import has_glibc
from tests.app.processes import ROOT

FREE = """
import gc
import os
from pathlib import Path
from app.runtime import give_back_freed_memory

def resident():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000

give_back_freed_memory()
before = resident()
blocks, above = [], []
for _ in range(500):
    blocks.append(b"x" * 100_000)
    above.append(b"x" * 1_000)  # keeps a heap from shrinking at its end
held = resident()
blocks.clear()
gc.collect()
print(before, held, resident())
"""


@pytest.mark.skipif(not has_glibc(), reason="only glibc is told how to hold memory")
def test_freed_blocks_go_back_to_the_system() -> None:
    command = [sys.executable, "-c", FREE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- our own code
    before, held, after = map(int, done.stdout.split())
    assert held - before >= 45
    assert after - before <= 5


_HOLES = """
import ctypes, pathlib
from app.runtime import give_back_freed_memory, trim_freed_memory

def resident() -> int:
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096

give_back_freed_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
blocks = [libc.malloc(40_000) for _ in range(1_500)]
for block in blocks:
    ctypes.memset(block, 1, 40_000)
for block in blocks[:-1]:  # the last one keeps the heap from shrinking
    libc.free(block)
held = resident()
trim_freed_memory()
print(held - resident())
"""


@pytest.mark.skipif(not has_glibc(), reason="only glibc keeps memory so")
def test_memory_between_things_in_use_is_given_back() -> None:
    command = [sys.executable, "-c", _HOLES]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- our own code
    assert int(ran.stdout) > 50_000_000
