"""A process that reads a feed can end in many ways; each is told as what it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fetchers import feed_parsing
from fetchers.feed_parsing import parse_feed
from fetchers.source import MalformedError
from tests.fakes import NOON

FEED = b"<rss version='2.0'><channel><title>a</title></channel></rss>"
SELF = "import os, signal; os.kill(os.getpid(), signal."


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("raise MemoryError", "takes more memory than a feed may use"),
        ("x = bytearray(10**15)", "takes more memory than a feed may use"),
        (f"{SELF}SIGXCPU)", "takes more time than a feed may use"),
        (f"{SELF}SIGKILL)", "more time than a feed may use, or this machine is short of memory"),
        (f"{SELF}SIGSEGV)", "reading it crashed (SIGSEGV)"),
        (f"{SELF}SIGABRT)", "reading it crashed (SIGABRT)"),
        (f"{SELF}SIGBUS)", "reading it crashed (SIGBUS)"),
        ("def f(): f()\nf()", "reading it failed (RecursionError)"),
        ("raise KeyError('title: <b>secret</b>')", "reading it failed (KeyError)"),
        ("import xml.sax; raise xml.sax.SAXException('secret')", "failed (SAXException)"),
        ("import no_such_library", "set Tidings up anew"),
        ("import os; os._exit(3)", "reading it failed (exit code 3)"),
        ("print('secret no JSON')", "answered nonsense"),
        ("", "answered nonsense"),
    ],
)
def test_each_end_of_the_reading_process_is_told_as_what_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, told: str
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(f"import sys\nsys.stdin.buffer.read()\n{ends}\n")
    monkeypatch.setattr(feed_parsing, "_WORKER", worker)
    with pytest.raises(MalformedError) as error:
        read()
    assert told in str(error.value)
    assert "secret" not in str(error.value)
    assert str(error.value).isprintable()


def test_a_machine_that_can_start_no_process_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(MalformedError, match="no process can be started to read it: No such file"):
        read()


def read() -> None:
    parse_feed(FEED, source="feed:a", url="https://a.example/", content_type="text/xml", now=NOON)
