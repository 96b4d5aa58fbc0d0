"""RSS, Atom and JSON Feed of any make, mapped to items."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.items import Item, ItemKey, ItemKind
from core.links import doi_identifier, kind_of, link_identifier
from core.private_addresses import Secrets, public_address
from fetchers.clean import one_line, running_text, web_address
from fetchers.feed_dates import read_date
from fetchers.feed_endings import how_it_ended
from fetchers.feed_identity import Entry, identified
from fetchers.feed_process import READERS
from fetchers.json_feed import looks_like_json
from fetchers.markup import html_text, parse_html
from fetchers.source import MalformedError
from language.authors import author_names

log = logging.getLogger(__name__)

SECONDS = 5
"""Processor time for one feed; the slowest honest one known, of 500 KB, takes 0.4 s.

Measured without it, 4.9 MB of ``<`` take 20 s, and 300,000 attributes more than that.
"""

BYTES = 128 * 1024**2
"""Memory of the process that reads a feed, beside the interpreter; of honest ones of 5 MB, one of
15,000 entries takes most, 65 MB. With serve itself it stays below the 300 MB of the service."""

_ONE_AT_A_TIME = threading.Lock()
"""The memory of several would add up."""

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_RUNNING = ("javascript:", "vbscript:", "data:")
_ESCAPED = re.compile(r"</\w|<\w+/?>|&#?\w+;")
_PAPERS = 10
"""Links to papers that are kept of an entry; whoever names several is about none of them."""

_WORKER = Path(__file__).with_name("feed_worker.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed holds.

    Attributes:
        title: what it calls itself, one line, may be empty.
        items: what it holds, in its own order.
        whole: whether it came to its end.
    """

    title: str
    items: tuple[Item, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the reading of each entry goes by.

    Attributes:
        base: what relative links are joined with.
        page: of the whole feed, where an entry without a page of its own leads; may be empty.
        secrets: of the feed's address, which nothing may repeat.
        now: time of the fetch.
    """

    base: str
    page: str
    secrets: Secrets
    now: datetime


def parse_feed(
    body: bytes, *, source: str, url: str, content_type: str, now: datetime, asked: str = ""
) -> ParsedFeed:
    """Read a feed; an entry that cannot be used is logged and left out.

    An entry without a date is one of now, and a date to come is now: the archive keeps the
    earliest, so the first fetch dates it. Secrets of the two addresses are in nothing that it
    returns.

    Args:
        body: the answer.
        source: whose items these are: ``feed:<name>``.
        url: where it was read, for its relative links.
        content_type: of the answer, which may name the encoding.
        now: time of the fetch (aware UTC).
        asked: the address before redirects, if it is another.

    Raises:
        MalformedError: if it is no feed, none of its entries can be used, or it takes more time or
            memory than any honest one.
    """
    secrets, url = Secrets.of((url, asked)), public_address(url)
    found = _read(body, source, url, content_type)
    if not found["version"]:
        raise MalformedError(source, f"{source}: {_no_feed(body, url, secrets)}")
    page = secrets.out_of_address(web_address(found["link"], url)) if found["link"] else ""
    reading = _Reading(base=page or url, page=page, secrets=secrets, now=now)
    entries = [_entry(entry, source, reading) for entry in found["entries"]]
    usable = [entry for entry in entries if entry is not None]
    if len(usable) < len(entries):
        count = len(entries) - len(usable)
        log.warning("%s: left out %d entries without title or address", source, count)
    if entries and not usable:
        raise MalformedError(source, f"{source}: none of {len(entries)} entries can be read")
    title = secrets.out_of_text(_title(found["title"]))
    return ParsedFeed(title=title, items=identified(usable, source), whole=found["whole"])


def _read(body: bytes, source: str, url: str, content_type: str) -> dict[str, Any]:
    """Have it read in another process, within limits that hold against anything.

    feedparser's lenient parser is regular expressions, whose time no cap on the size bounds well
    enough for a program that also has to answer people; JSON takes 30 times its size in memory.
    """
    task = {
        "json": looks_like_json(body),
        "url": url,
        "content_type": content_type,
        "seconds": SECONDS,
        "bytes": BYTES,
    }
    try:
        with _ONE_AT_A_TIME:
            given = json.dumps(task).encode() + b"\n" + body
            printed = READERS.run(_WORKER, given, timeout=6 * SECONDS)
        found: dict[str, Any] = json.loads(printed)
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


def _entry(entry: Mapping[str, Any], source: str, reading: _Reading) -> Entry | None:
    secrets = reading.secrets
    url = secrets.out_of_address(_address(entry, reading))
    plain = entry.get("summary_is_plain", False)
    summary = secrets.out_of_text(entry["summary"] if plain else html_text(entry["summary"]))
    title = _title(secrets.out_of_text(entry["title"]), markup=entry["title_is_markup"])
    title = title or one_line(summary)[:120]
    if not (url and title):
        return None
    published, updated = read_date(entry["published"]), read_date(entry["updated"])
    item = Item(
        key=ItemKey(source, "not named yet"),
        kind=ItemKind.ARTICLE,
        title=title,
        url=url,
        appeared_at=min(published or updated or reading.now, reading.now),
        published_at=published,
        updated_at=updated,
        summary=running_text(summary),
        authors=author_names(_lines(map(_name, entry["authors"]), secrets)),
        tags=_lines(entry["tags"], secrets),
        related=_papers(entry["links"], secrets),
    )
    return Entry(secrets.out_of_id(one_line(entry["id"])), item)


def _address(entry: Mapping[str, Any], reading: _Reading) -> str:
    """Return where an entry leads: to its page, else its file, else the page of its feed.

    A link that is no web address, such as ``magnet:``, is none. One that would run leads nowhere.
    """
    if entry["link"].strip().lower().startswith(_RUNNING):
        return ""
    link, file = (
        # Joined with its base, no address at all would become the base.
        web_address(entry[name], reading.base) if entry[name] else ""
        for name in ("link", "file")
    )
    return link or web_address(entry["id"]) or file or reading.page


def _papers(links: Iterable[str], secrets: Secrets) -> tuple[str, ...]:
    """Return the links that name a paper, one for each name of it."""
    found: dict[str, str] = {}
    for address in map(web_address, links):
        name = link_identifier(address) or doi_identifier(address)
        if kind_of(name) == ItemKind.PAPER:
            found.setdefault(name, secrets.out_of_address(address))
    return tuple(found.values())[:_PAPERS]


def _title(text: str, *, markup: bool = False) -> str:
    return one_line(html_text(text) if markup else text)


def _name(text: str) -> str:
    """Return a name without the markup that some programs escape into it."""
    return html_text(text) if _ESCAPED.search(text) else text


def _lines(texts: Iterable[str], secrets: Secrets) -> tuple[str, ...]:
    lines = (secrets.out_of_text(one_line(text)) for text in texts)
    return tuple(dict.fromkeys(line for line in lines if line))


def _no_feed(body: bytes, url: str, secrets: Secrets) -> str:
    """Say what came in place of a feed, and where there may be one."""
    start = body[:2000].lstrip()
    if not start:
        return "the answer is empty"
    if start[:1] in {b"{", b"["}:
        return "the answer is JSON but not a JSON Feed"
    if _is_page(start):
        better = secrets.out_of_address(feed_named_by(body, url))
        hint = f"; it names this feed: {better}" if better else ""
        return f"the answer is a web page, not a feed{hint}"
    return "the answer is not a feed"


def feed_named_by(body: bytes, url: str) -> str:
    """Return the first feed that a web page's head names; "" if it is no page or names none."""
    return next(_named_feeds(body, url), "") if _is_page(body[:2000].lstrip()) else ""


def _is_page(start: bytes) -> bool:
    lower = start.lower()
    return b"<html" in lower or b"<!doctype html" in lower


def _named_feeds(body: bytes, url: str) -> Iterator[str]:
    """Yield the feeds that a page's head names (``<link rel="alternate" type="…">``)."""
    root = parse_html(body[:500_000])
    for link in () if root is None else root.iter("link"):
        kinds = (link.get("type") or "").lower(), (link.get("rel") or "").lower().split()
        address = web_address(link.get("href"), url)
        if address and kinds[0] in _FEED_TYPES and "alternate" in kinds[1]:
            yield address
