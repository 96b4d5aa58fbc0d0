"""JSON Feed 1 and 1.1 (jsonfeed.org), in the shape in which ``feed_worker`` hands on RSS and Atom.

Read in the worker's process too: 5 MB of small objects take 160 MB. It imports nothing of ours but
``feed_worker``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fetchers.feed_worker import ENTRIES, MAX_TEXT_LENGTH, TAGS

_VERSION = "https://jsonfeed.org/version/"


def looks_like_json(body: bytes) -> bool:
    """Return whether a body begins as a JSON object does."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_json_feed(body: bytes) -> dict[str, Any]:
    """Return format ("" if it is no JSON Feed), title, address and entries of a feed."""
    try:
        found = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        found = {}
    version, items = found.get("version"), found.get("items")
    if not (_text(version).startswith(_VERSION) and isinstance(items, list)):
        return {"version": "", "title": "", "link": "", "entries": []}
    entries = [one for one in items if isinstance(one, dict)]
    return {
        "version": "json",
        "title": _text(found.get("title")),
        "link": _text(found.get("home_page_url")),
        "entries": [_entry(entry, found) for entry in entries[:ENTRIES]],
    }


def _entry(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    plain = _text(entry.get("summary")) or _text(entry.get("content_text"))
    return {
        "id": _id(entry.get("id")),
        "link": _text(entry.get("url")) or _text(entry.get("external_url")),
        "title": _text(entry.get("title")),
        "title_is_markup": False,
        "summary": plain or _text(entry.get("content_html")),
        "summary_is_plain": bool(plain),
        "authors": _authors(entry) or _authors(feed),
        "tags": [_text(tag) for tag in _list(entry.get("tags"))[:TAGS]],
        "published": _time(entry.get("date_published")),
        "updated": _time(entry.get("date_modified")),
    }


def _authors(owner: Mapping[str, Any]) -> list[str]:
    """Return the names of ``authors`` (1.1), or of the one ``author`` (1)."""
    people = _list(owner.get("authors")) or [owner.get("author")]
    names = (_text(one.get("name")) for one in people[:TAGS] if isinstance(one, dict))
    return [name for name in names if name]


def _id(value: object) -> str:
    """Return an id as text: the format says that a number is to be taken as one."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:MAX_TEXT_LENGTH] if is_number else _text(value)


def _text(value: object) -> str:
    return value[:MAX_TEXT_LENGTH] if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _time(value: object) -> list[int] | None:
    """Return year, month, day, hour, minute, second in UTC of an RFC 3339 time."""
    try:
        at = datetime.fromisoformat(_text(value).strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return list(at.timetuple()[:6])
