"""Starts a process for each feed that is read, forked from this one, which has the parser loaded.

Run as a script by ``fetchers.feed_process`` and nothing else, with the worker's path. Standard
input is, for each feed, a line with a number of bytes and then as many for the worker's standard
input; standard output is parts of a line each (``o`` and a number of bytes, then what the worker
printed), ended by ``e``, a number and the worker's exit code, then what it complained of. It ends
when its input does, or when nothing was asked of it for ``IDLE`` seconds.
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
from pathlib import Path

IDLE = 20.0
_COMPLAINTS = 4_096
"""Bytes of them that are handed on, the last ones."""

_FEED = b"""<rss version="2.0"><channel><title>a</title><item><title>b</title>
<pubDate>Tue, 01 Dec 2026 00:00:00 GMT</pubDate></item></channel></rss>"""
_CHUNK = 64 * 1024


def main() -> None:
    """Read feeds until there are no more."""
    worker = sys.argv[1]
    _load_parser()
    code = compile(Path(worker).read_bytes(), worker, "exec")
    waiting = selectors.DefaultSelector()
    waiting.register(sys.stdin.buffer.fileno(), selectors.EVENT_READ)
    given = os.fdopen(os.dup(sys.stdin.buffer.fileno()), "rb", buffering=0)
    while waiting.select(IDLE):
        head = _line(given)
        if not head:
            return
        _answer(code, _exactly(given, int(head)))


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


def _answer(worker: types.CodeType, data: bytes) -> None:
    output, printed = os.pipe()
    complaints, complained = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(printed, 1)
        os.dup2(complained, 2)
        for end in (output, printed, complaints, complained):
            os.close(end)
        _run(worker, data)
    os.close(printed)
    os.close(complained)
    said = _hand_on(output, complaints)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    _write(f"e {len(said)} {code}\n".encode() + said)


def _run(worker: types.CodeType, data: bytes) -> None:
    """Be the worker, in the forked process; never returns."""
    code = 0
    try:
        sys.stdin = io.TextIOWrapper(io.BytesIO(data))
        exec(worker, {"__name__": "__main__", "__file__": worker.co_filename})  # noqa: S102
        sys.stdout.flush()
    except BaseException:
        code = 1
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _hand_on(output: int, complaints: int) -> bytes:
    """Write what is printed as it comes, and return the end of what is complained of."""
    said = b""
    with selectors.DefaultSelector() as reading:
        for end in (output, complaints):
            reading.register(end, selectors.EVENT_READ)
        while reading.get_map():
            for key, _ in reading.select():
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    reading.unregister(key.fd)
                    os.close(key.fd)
                elif key.fd == output:
                    _write(f"o {len(chunk)}\n".encode() + chunk)
                else:
                    said = (said + chunk)[-_COMPLAINTS:]
    return said


def _line(given: io.RawIOBase) -> bytes:
    """Read a line byte by byte: nothing may be read ahead, since ``select`` would not see it."""
    line = b""
    while (byte := given.read(1)) and byte != b"\n":
        line += byte
    return line


def _exactly(given: io.RawIOBase, size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (chunk := given.read(min(size - len(data), 1024 * 1024))):
        data += chunk
    return bytes(data)


def _write(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    main()
