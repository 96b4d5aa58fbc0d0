"""How the process that reads a feed ended, in words: a limit, a crash, or the machine."""

from __future__ import annotations

import signal
from subprocess import CalledProcessError


def how_it_ended(error: CalledProcessError) -> str:
    """Say why there is no result, without what the feed says."""
    if error.returncode < 0:
        name = _signal(-error.returncode)
        if name == "SIGXCPU":
            return "reading it takes more time than a feed may use"
        if name == "SIGKILL":  # by the second limit on time, or by the system
            return (
                "reading it takes more time than a feed may use, or this machine is short of memory"
            )
        return f"reading it crashed ({name}); this is a fault of Tidings or of this machine"
    last = error.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    kind = last.partition(":")[0].strip().rpartition(".")[2]
    if kind == MemoryError.__name__:
        return "reading it takes more memory than a feed may use"
    if kind in {ImportError.__name__, ModuleNotFoundError.__name__}:
        return "a library that reads feeds cannot be loaded; set Tidings up anew with ./run"
    named = kind if kind.isidentifier() else f"exit code {error.returncode}"
    return f"reading it failed ({named}); this is a fault of Tidings, please report it"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
