"""RSS, Atom and JSON Feed of any make, mapped to items."""

from __future__ import annotations

import calendar
import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.items import Item, ItemKey, ItemKind
from fetchers.clean import one_line, running_text, web_address
from fetchers.feed_endings import how_it_ended
from fetchers.json_feed import looks_like_json, read_json_feed
from fetchers.markup import html_text, parse_html
from fetchers.source import MalformedError

log = logging.getLogger(__name__)

SECONDS = 5
"""Processor time for one feed; the slowest honest one known, of 500 KB, takes 0.4 s.

Measured without it, 4.9 MB of ``<`` take 20 s, and 300,000 attributes more than that.
"""

BYTES = 512 * 1024**2
"""Address space of the process that reads a feed; an honest one of 5 MB takes about 60 MB."""

MAX_ID_LENGTH = 200
"""Characters of an external id; longer ones are hashed."""

_EARLIEST_YEAR = 1990
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_WORKER = Path(__file__).with_name("feed_worker.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed holds.

    Attributes:
        title: what it calls itself, one line, may be empty.
        items: what it holds, in its own order.
    """

    title: str
    items: tuple[Item, ...]


def parse_feed(
    body: bytes, *, source: str, url: str, content_type: str, now: datetime
) -> ParsedFeed:
    """Read a feed; an entry that cannot be used is logged and left out.

    An entry without a date is one of now, and a date to come is now: the archive keeps the
    earliest, so the first fetch dates it.

    Args:
        body: the answer.
        source: whose items these are: ``feed:<name>``.
        url: where it was read, for its relative links.
        content_type: of the answer, which may name the encoding.
        now: time of the fetch (aware UTC).

    Raises:
        MalformedError: if it is no feed, none of its entries can be used, or it takes more time or
            memory than any honest one.
    """
    is_json = looks_like_json(body)
    found = read_json_feed(body) if is_json else _read(body, source, url, content_type)
    if not found["version"]:
        raise MalformedError(source, f"{source}: {_no_feed(body, url)}")
    base = web_address(found["link"], url) or url
    items: dict[ItemKey, Item] = {}
    for entry in found["entries"]:
        item = _item(entry, source, base, now)
        if item is None:
            log.warning("%s: left out an entry without title or address", source)
        elif item.key in items and items[item.key].url != item.url:
            # Some makers give every entry the same id.
            key = ItemKey(source, _external_id(item.url))
            items.setdefault(key, replace(item, key=key))
        else:
            items.setdefault(item.key, item)
    if found["entries"] and not items:
        count = len(found["entries"])
        raise MalformedError(source, f"{source}: none of {count} entries can be read")
    return ParsedFeed(title=_title(found["title"]), items=tuple(items.values()))


def _read(body: bytes, source: str, url: str, content_type: str) -> dict[str, Any]:
    """Have feedparser read it in another process, within limits that hold against anything.

    Its lenient parser is regular expressions, whose time no cap on the size bounds well enough
    for a program that also has to answer people.
    """
    task = {"url": url, "content_type": content_type, "seconds": SECONDS, "bytes": BYTES}
    try:
        done = subprocess.run(  # noqa: S603  our own script, no shell
            [sys.executable, "-I", str(_WORKER)],
            input=json.dumps(task).encode() + b"\n" + body,
            capture_output=True,
            timeout=3 * SECONDS,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        raise MalformedError(source, f"{source}: {how_it_ended(error)}") from error
    except subprocess.TimeoutExpired as error:
        line = f"{source}: reading it takes more time than a feed may use"
        raise MalformedError(source, line) from error
    except OSError as error:
        line = f"{source}: no process can be started to read it: {error.strerror}"
        raise MalformedError(source, line) from error
    except ValueError as error:
        line = f"{source}: the process that reads it answered nonsense; the feed is not to blame"
        raise MalformedError(source, line) from error
    return found


def _item(entry: Mapping[str, Any], source: str, base: str, now: datetime) -> Item | None:
    # Joined with its base, no link at all would become the base.
    url = web_address(entry["link"], base) if entry["link"] else web_address(entry["id"])
    plain = entry.get("summary_is_plain", False)
    summary = entry["summary"] if plain else html_text(entry["summary"])
    title = _title(entry["title"], markup=entry["title_is_markup"]) or one_line(summary)[:120]
    if not (url and title):
        return None
    published, updated = _moment(entry["published"]), _moment(entry["updated"])
    return Item(
        key=ItemKey(source, _external_id(entry["id"] or url)),
        kind=ItemKind.ARTICLE,
        title=title,
        url=url,
        appeared_at=min(published or updated or now, now),
        published_at=published,
        updated_at=updated,
        summary=running_text(summary),
        authors=_lines(entry["authors"]),
        tags=_lines(entry["tags"]),
    )


def _title(text: str, *, markup: bool = False) -> str:
    return one_line(html_text(text) if markup else text)


def _lines(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := one_line(text))))


def _external_id(text: str) -> str:
    line = one_line(text)
    if line and len(text) <= MAX_ID_LENGTH:
        return line
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def _moment(parts: list[int] | None) -> datetime | None:
    if not parts:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm((*parts, 0, 0, 0)), UTC)
    except (ValueError, OverflowError, OSError):  # a year that no calendar of ours has
        return None
    return moment if moment.year >= _EARLIEST_YEAR else None


def _no_feed(body: bytes, url: str) -> str:
    """Say what came in place of a feed, and where there may be one."""
    start = body[:2000].lstrip()
    if not start:
        return "the answer is empty"
    if start[:1] in {b"{", b"["}:
        return "the answer is JSON but not a JSON Feed"
    if b"<html" in start.lower() or b"<!doctype html" in start.lower():
        better = next(_named_feeds(body, url), "")
        hint = f"; it names this feed: {better}" if better else ""
        return f"the answer is a web page, not a feed{hint}"
    return "the answer is not a feed"


def _named_feeds(body: bytes, url: str) -> Iterator[str]:
    """Yield the feeds that a page's head names (``<link rel="alternate" type="…">``)."""
    root = parse_html(body[:500_000])
    for link in () if root is None else root.iter("link"):
        kinds = (link.get("type") or "").lower(), (link.get("rel") or "").lower().split()
        address = web_address(link.get("href"), url)
        if address and kinds[0] in _FEED_TYPES and "alternate" in kinds[1]:
            yield address
