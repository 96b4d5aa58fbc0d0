"""Reads a feed in a process of its own, which is ended when it takes too long or too much.

Run as a script by ``fetchers.feed_parsing`` and nothing else: standard input is a line of JSON
(``{"json", "url", "content_type", "seconds", "bytes"}``) and then the feed, standard output is
what was found as JSON. It imports nothing of ours but ``json_feed``, which imports nothing else, so
that it starts quickly wherever it lies.
"""

from __future__ import annotations

import io
import json
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ENTRIES = 500
"""Entries that are read, the first ones: feeds begin with the latest."""

MAX_TEXT_LENGTH = 64 * 1024
"""Characters of a text that are handed on."""

TAGS = 20


def main() -> None:
    """Read a feed from standard input and print what it holds."""
    task = json.loads(sys.stdin.buffer.readline())
    _limit(task["seconds"], task["bytes"])
    body = sys.stdin.buffer.read()
    found = _read_json(body) if task["json"] else read(body, task["url"], task["content_type"])
    json.dump(found, sys.stdout)


def _read_json(body: bytes) -> dict[str, Any]:
    # Stands in for our package, whose own start loads every source.
    package = types.ModuleType("fetchers")
    package.__path__ = [str(Path(__file__).parent)]
    sys.modules["fetchers"] = package
    from fetchers.json_feed import read_json_feed

    return read_json_feed(body)


def read(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """Return the format of a feed ("" if it is none), its title, its address and its entries."""
    import feedparser  # type: ignore[import-untyped]  # it ships no types

    # A stream: bytes that happen to be the name of a file would have that file read.
    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-location": url, "content-type": content_type},
        # We keep text alone, and its sanitiser takes eight seconds for a page of 1.5 MB.
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return {
        "version": parsed.get("version", ""),
        "title": _text(parsed.feed.get("title")),
        "link": _text(parsed.feed.get("link")),
        "entries": [_entry(entry) for entry in parsed.entries[:ENTRIES]],
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    contents = [content.get("value") for content in entry.get("content") or ()]
    authors = [author.get("name") for author in entry.get("authors") or ()]
    title = entry.get("title_detail") or {}
    return {
        "id": _text(entry.get("id")),
        "link": _text(entry.get("link")),
        "title": _text(entry.get("title")),
        "title_is_markup": title.get("type") in {"text/html", "application/xhtml+xml"},
        "summary": _text(entry.get("summary")) or next((_text(c) for c in contents if c), ""),
        "authors": [_text(author) for author in authors[:TAGS] if author],
        "tags": [_text(tag.get("term")) for tag in (entry.get("tags") or ())[:TAGS]],
        "published": _time(entry, "published_parsed"),
        "updated": _time(entry, "updated_parsed"),
    }


def _text(value: object) -> str:
    return value[:MAX_TEXT_LENGTH] if isinstance(value, str) else ""


def _time(entry: Mapping[str, Any], name: str) -> list[int] | None:
    """Return year, month, day, hour, minute, second in UTC, if the feed says when."""
    # Not entry.get: feedparser passes "published" off as "updated" there, with a warning.
    return list(entry[name][:6]) if name in entry.keys() and entry[name] else None  # noqa: SIM118


def _limit(seconds: int, size: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the parent's clock alone ends us
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    limit = _address_space(resource.getpagesize()) + size
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _address_space(page: int) -> int:
    """Return what the interpreter itself takes up, which languages of the system can swell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * page
    except (OSError, ValueError, IndexError):  # no Linux
        return 0


if __name__ == "__main__":
    main()
