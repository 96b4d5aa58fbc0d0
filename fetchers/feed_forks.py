"""Forks the processes that read feeds from this one, which has the parser loaded.

Run as a script by ``fetchers.feed_process`` and nothing else, with the worker's path. Standard
input is, for each feed, a line with a number of bytes and then as many for the worker; standard
output is, for each, a line with its exit code and two numbers of bytes, and then what it printed
and the end of what it complained of. It ends when its input does, or when nothing was asked of it
for ``IDLE`` seconds.

A fork reads up to ``FEEDS`` feeds, so that most cost no fork, and none more once it has grown. What
fails in a fork that has read others before is read once more in a new one, since it may not be to
blame.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import selectors
import sys
import traceback
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

IDLE = 20.0
FEEDS = 50
_GROWN = 48 * 1024 * 1024
_COMPLAINTS = 4_096
"""Bytes of them that are handed on, the last ones."""

_FEED = b"""<rss version="2.0"><channel><title>a</title><item><title>b</title>
<pubDate>Tue, 01 Dec 2026 00:00:00 GMT</pubDate></item></channel></rss>"""
_CHUNK = 64 * 1024


@dataclass(slots=True, kw_only=True)
class _Fork:
    """A process that reads feeds, and this end of its three pipes."""

    pid: int
    given: int
    printed: int
    complained: int
    reads: int = 0

    def read(self, data: bytes) -> tuple[int, bytes, bytes]:
        """Have a feed read; return the exit code, what was printed and what was complained of."""
        self.reads += 1
        with contextlib.suppress(BrokenPipeError):
            _write(self.given, f"{len(data)}\n".encode() + data)
        printed, complaints, size = bytearray(), b"", -1
        with selectors.DefaultSelector() as reading:
            for end in (self.printed, self.complained):
                reading.register(end, selectors.EVENT_READ)
            while reading.get_map() and not 0 <= size <= len(printed):
                for key, _ in reading.select():
                    chunk = os.read(key.fd, _CHUNK)
                    if not chunk:
                        reading.unregister(key.fd)
                    elif key.fd == self.complained:
                        complaints = (complaints + chunk)[-_COMPLAINTS:]
                    else:
                        printed += chunk
                        if size < 0 and (end := printed.find(b"\n")) >= 0:
                            size = int(printed[:end])
                            del printed[: end + 1]
        if 0 <= size <= len(printed):
            return 0, bytes(printed), b""
        return self.close() or 1, b"", complaints

    def close(self) -> int:
        """Wait for its end, to which it comes as nothing more is given; return its exit code."""
        os.close(self.given)
        _, status = os.waitpid(self.pid, 0)
        for end in (self.printed, self.complained):
            os.close(end)
        return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Read feeds until there are no more."""
    worker = sys.argv[1]
    _load_parser()
    code = compile(Path(worker).read_bytes(), worker, "exec")
    waiting = selectors.DefaultSelector()
    waiting.register(0, selectors.EVENT_READ)
    fork: _Fork | None = None
    while waiting.select(IDLE):
        head = _line(0)
        if not head:
            break
        data = _exactly(0, int(head))
        again = fork is not None
        fork = fork or _forked(code)
        ended, printed, complaints = fork.read(data)
        if ended and again:
            fork = _forked(code)
            ended, printed, complaints = fork.read(data)
        if ended:
            fork = None
        elif fork.reads == FEEDS or _memory(fork.pid) > _memory(os.getpid()) + _GROWN:
            fork.close()
            fork = None
        _write(1, f"{ended} {len(printed)} {len(complaints)}\n".encode() + printed + complaints)


def _load_parser() -> None:
    package = types.ModuleType("fetchers")  # as the worker has it
    package.__path__ = [str(Path(__file__).parent)]
    sys.modules["fetchers"] = package
    with contextlib.suppress(ImportError):  # the worker says so
        for name in ("feedparser.mixin", "fetchers.json_feed"):
            importlib.import_module(name)
        # Some parts are loaded by the first feed only.
        importlib.import_module("feedparser").parse(io.BytesIO(_FEED))
    gc.freeze()


def _forked(worker: types.CodeType) -> _Fork:
    (task, given), (printed, output), (complained, errors) = (os.pipe() for _ in range(3))
    pid = os.fork()
    if pid == 0:
        for end, place in ((task, 0), (output, 1), (errors, 2)):
            os.dup2(end, place)
        for end in (task, given, printed, output, complained, errors):
            os.close(end)
        _serve(lambda: _run(worker))
    for end in (task, output, errors):
        os.close(end)
    return _Fork(pid=pid, given=given, printed=printed, complained=complained)


def _serve(run: Callable[[], None]) -> None:
    """Be the fork: read what is given until there is no more; never returns."""
    code = 1
    try:
        while head := _line(0):
            sys.stdin = io.TextIOWrapper(io.BytesIO(_exactly(0, int(head))))
            printed = io.BytesIO()
            sys.stdout = io.TextIOWrapper(printed, encoding="utf-8", write_through=True)
            run()
            _write(1, f"{len(printed.getbuffer())}\n".encode() + printed.getvalue())
        code = 0
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _run(worker: types.CodeType) -> None:
    exec(worker, {"__name__": "__main__", "__file__": worker.co_filename})  # noqa: S102


def _memory(pid: int) -> int:
    """Return the resident memory of a process in bytes, 0 where that cannot be known."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):  # no Linux
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _line(end: int) -> bytes:
    """Read a line byte by byte: nothing may be read ahead, since ``select`` would not see it."""
    line = b""
    while (byte := os.read(end, 1)) and byte != b"\n":
        line += byte
    return line


def _exactly(end: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (chunk := os.read(end, min(size - len(data), _CHUNK))):
        data += chunk
    return bytes(data)


def _write(end: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(end, left) :]


if __name__ == "__main__":
    main()
