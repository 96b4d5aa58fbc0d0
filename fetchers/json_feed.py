"""JSON Feed 1 and 1.1 (jsonfeed.org), in the shape in which ``feed_worker`` hands on RSS and Atom.

Read in the worker's process too: 5 MB of small objects take 160 MB. It imports nothing of ours.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

ENTRIES = 500
"""Entries that are read, the first ones: feeds begin with the latest."""

MAX_TEXT_LENGTH = 64 * 1024
"""Characters of a text that are handed on."""

TAGS = 20

LINKS = 40
"""Addresses in the text of an entry that are handed on; more of them are a list of links."""

_LINK = re.compile(
    r"<a\s[^<>]{0,300}?\bhref\s?=\s?(?:\"(https?:[^\"<>]{0,300})\"|'(https?:[^'<>]{0,300})')",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,]*")
_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/")


def looks_like_json(body: bytes) -> bool:
    """Return whether a body begins as a JSON object does."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def links_in(*markup: str) -> list[str]:
    """Return the web addresses to which pieces of HTML lead, the first ones, each once."""
    found = (one[1] or one[2] for piece in markup for one in _LINK.finditer(piece))
    return list(islice(dict.fromkeys(map(html.unescape, islice(found, 10 * LINKS))), LINKS))


def read_json_feed(body: bytes) -> dict[str, Any]:
    """Return format ("" if it is no JSON Feed), title, address and entries of a feed."""
    text = body.decode("utf-8-sig", "replace")
    whole = True
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found, whole = broken_off(text, "items", most=ENTRIES), False
    version, items = found.get("version"), found.get("items")
    if not (_VERSION.match(_text(version)) and isinstance(items, list)):
        return {"version": "", "title": "", "link": "", "entries": [], "whole": whole}
    entries = [one for one in items if isinstance(one, dict)]
    return {
        "version": "json",
        "title": _text(found.get("title")),
        "link": _text(found.get("home_page_url")),
        "entries": [_entry(entry, found) for entry in entries[:ENTRIES]],
        "whole": whole,
    }


def broken_off(text: str, name: str, *, most: int) -> dict[str, Any]:
    """Return what came whole of JSON that breaks off in its list.

    Args:
        text: an object with a list, or the list itself.
        name: of the list.
        most: number of its elements after which to stop.

    Returns:
        The list by its name, and what stands before it; empty if there is none.
    """
    if text.lstrip()[:1] == "[":
        text = f'{{"{name}":{text}'
    start = re.search(rf'"{name}"\s*:\s*\[', text)
    if start is None:
        return {}
    try:
        found: dict[str, Any] = json.loads(text[: start.end()] + "]}")
    except (ValueError, RecursionError):
        return {}
    decoder, at = json.JSONDecoder(), start.end()
    try:
        while len(found[name]) < most:
            one, at = decoder.raw_decode(text, _BETWEEN.match(text, at).end())  # type: ignore[union-attr]  # it matches anything
            found[name].append(one)
    except (ValueError, RecursionError):
        return found
    return found


def _entry(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> dict[str, Any]:
    plain = _text(entry.get("summary")) or _text(entry.get("content_text"))
    return {
        "id": _id(entry.get("id")),
        "link": _text(entry.get("url")) or _text(entry.get("external_url")),
        "file": _file(entry),
        "title": _text(entry.get("title")),
        "title_is_markup": False,
        "summary": plain or _text(entry.get("content_html")),
        "summary_is_plain": bool(plain),
        "links": links_in(_text(entry.get("content_html"))),
        "authors": _authors(entry) or _authors(feed),
        "tags": [_text(tag) for tag in _list(entry.get("tags"))[:TAGS]],
        "published": _text(entry.get("date_published")),
        "updated": _text(entry.get("date_modified")),
    }


def _file(entry: Mapping[str, Any]) -> str:
    files = [one for one in _list(entry.get("attachments")) if isinstance(one, dict)]
    return next((url for one in files if (url := _text(one.get("url")))), "")


def _authors(owner: Mapping[str, Any]) -> list[str]:
    """Return the names of ``authors`` (1.1), or of the one ``author`` (1).

    Makers write either as a list, as one object, or as plain text.
    """
    for people in (owner.get("authors"), owner.get("author")):
        several = people if isinstance(people, list) else [people]
        names = [_text(p.get("name") if isinstance(p, dict) else p) for p in several[:TAGS]]
        if found := [name for name in names if name]:
            return found
    return []


def _id(value: object) -> str:
    """Return an id as text: the format says that a number is to be taken as one.

    Numbers out of range are all the same to Python, so they name nothing.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:MAX_TEXT_LENGTH] if is_number else _text(value)


def _text(value: object) -> str:
    return value[:MAX_TEXT_LENGTH] if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
