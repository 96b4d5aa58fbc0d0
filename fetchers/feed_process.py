"""Has a worker read a feed in a process of its own, which starts within milliseconds.

A Python that starts anew and loads the parser takes a tenth of a second for each feed. So one
process that has loaded it stays (``fetchers.feed_forks``), forks itself to read some feeds, and
ends when nothing was asked of it for a while. Where processes cannot be forked, each feed starts
its own.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

_FORKS = Path(__file__).with_name("feed_forks.py")
_CHUNK = 64 * 1024


class _EndedError(Exception):
    """The process that forks ended before it answered, as it does when it was idle."""


@dataclass
class Readers:
    """Runs workers one at a time; not to be used by two threads at once."""

    _process: subprocess.Popen[bytes] | None = None
    _command: tuple[str, ...] = ()
    _starter: int = 0
    _unread: bytearray = field(default_factory=bytearray)

    def run(self, worker: Path, data: bytes, *, timeout: float) -> bytes:
        """Hand ``data`` to a worker's standard input and return what it prints.

        Args:
            worker: a Python script that needs nothing of ours.
            data: all of its input.
            timeout: seconds that it may take by the clock.

        Raises:
            subprocess.CalledProcessError: if it fails, with the end of what it complained of.
            subprocess.TimeoutExpired: if it takes too long.
            OSError: if no process can be started.
        """
        command = (sys.executable, "-I", str(_FORKS), str(worker))
        if not hasattr(os, "fork"):
            return _alone((sys.executable, "-I", str(worker)), data, timeout)
        as_before = (command, os.getpid()) == (self._command, self._starter)
        known = self._process is not None and as_before
        if not known:
            self.close()
            self._start(command)
        try:
            return self._ask(data, timeout)
        except _EndedError:
            self.close()
            if known:  # it had been idle for long
                self._start(command)
                with contextlib.suppress(_EndedError):
                    return self._ask(data, timeout)
                self.close()
            raise OSError(None, "the process that starts it ended") from None
        except BaseException as error:
            if not isinstance(error, subprocess.CalledProcessError):
                self.close()
            raise

    def close(self) -> None:
        """End the process that forks, and what it has forked."""
        if self._process is None:
            return
        if self._starter == os.getpid():  # else it is that of the process that forked this one
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                cast("IO[bytes]", pipe).close()
        self._process = None
        self._unread.clear()

    def _start(self, command: tuple[str, ...]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  our own script, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._command, self._starter = command, os.getpid()
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(cast("IO[bytes]", pipe).fileno(), False)

    def _ask(self, data: bytes, timeout: float) -> bytes:
        until = time.monotonic() + timeout
        self._send(f"{len(data)}\n".encode() + data, until)
        code, printed, complained = map(int, self._line(until).split())
        output, complaints = self._exactly(printed, until), self._exactly(complained, until)
        if code:
            raise subprocess.CalledProcessError(code, self._command, output, complaints)
        return output

    def _send(self, data: bytes, until: float) -> None:
        given = cast("IO[bytes]", cast("subprocess.Popen[bytes]", self._process).stdin).fileno()
        left = memoryview(data)
        while left:
            self._wait_for(given, selectors.EVENT_WRITE, until)
            try:
                left = left[os.write(given, left[:_CHUNK]) :]
            except BrokenPipeError:
                raise _EndedError from None

    def _line(self, until: float) -> bytes:
        while (end := self._unread.find(b"\n")) < 0:
            self._receive(until)
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        return line

    def _exactly(self, size: int, until: float) -> bytes:
        while len(self._unread) < size:
            self._receive(until)
        part = bytes(self._unread[:size])
        del self._unread[:size]
        return part

    def _receive(self, until: float) -> None:
        output = cast("IO[bytes]", cast("subprocess.Popen[bytes]", self._process).stdout).fileno()
        self._wait_for(output, selectors.EVENT_READ, until)
        chunk = os.read(output, _CHUNK)
        if not chunk:
            raise _EndedError
        self._unread += chunk

    def _wait_for(self, end: int, event: int, until: float) -> None:
        left = until - time.monotonic()
        with selectors.DefaultSelector() as waiting:
            waiting.register(end, event)
            if left <= 0 or not waiting.select(left):
                raise subprocess.TimeoutExpired(self._command, left)


def _alone(command: tuple[str, ...], data: bytes, timeout: float) -> bytes:
    done = subprocess.run(  # noqa: S603  our own script, no shell
        command, input=data, capture_output=True, timeout=timeout, check=True
    )
    return done.stdout


READERS = Readers()
"""Those of this process."""

atexit.register(READERS.close)
