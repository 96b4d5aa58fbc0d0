"""OPML: lists of feeds as other readers write and read them.

Reference: http://opml.org/spec2.opml
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from itertools import islice
from xml.etree import ElementTree as ET

from core.feeds import ListedFeed
from fetchers.clean import one_line
from fetchers.markup import Element
from fetchers.source import MalformedError

MAX_BYTES = 5_000_000
"""Of a list of feeds; the longest of real ones that is known has a hundredth of it."""

MAX_FEEDS = 10_000
"""Feeds of one list that are read."""

_SOURCE = "opml"
_NAMED = re.compile(rb"\bxmlurl\s*=\s*[\"']", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """What a list of feeds holds.

    Attributes:
        feeds: in the list's order; the same address may come twice.
        lost: how many entries with an address could not be read, as the list is damaged.
    """

    feeds: tuple[ListedFeed, ...]
    lost: int = 0


def read_opml(body: bytes) -> FeedList:
    """Read a list of feeds; of a damaged one all that can be read.

    Addresses are returned as they stand there, for some readers list what is no web address.

    Raises:
        MalformedError: if it is no OPML, holds no feed, or is larger than ``MAX_BYTES``.
    """
    if len(body) > MAX_BYTES:
        raise MalformedError(_SOURCE, f"the list is larger than {MAX_BYTES // 1_000_000} MB")
    root = _root(body)
    if root is None or _name(root) != "opml":
        raise MalformedError(_SOURCE, "this is no OPML; export the list of feeds as OPML")
    feeds = tuple(islice(_feeds(root), MAX_FEEDS))
    named = len(_NAMED.findall(body))
    if not feeds:
        raise MalformedError(_SOURCE, "this OPML holds no feed that can be read")
    return FeedList(feeds=feeds, lost=max(named - len(feeds), 0))


def write_opml(feeds: Sequence[ListedFeed], *, title: str, now: datetime) -> str:
    """Write a list of feeds, grouped by their outermost topic; ``now`` is aware UTC."""
    opml = ET.Element("opml", version="2.0")
    head = ET.SubElement(opml, "head")
    ET.SubElement(head, "title").text = _writable(title)
    ET.SubElement(head, "dateCreated").text = format_datetime(now, usegmt=True)
    body = ET.SubElement(opml, "body")
    groups: dict[str, ET.Element] = {}
    for feed in feeds:
        parent = body
        if feed.topics:
            topic = _writable(feed.topics[0])
            if topic not in groups:
                groups[topic] = ET.SubElement(body, "outline", text=topic, title=topic)
            parent = groups[topic]
        name = _writable(feed.title or feed.url)
        written = {"type": "rss", "text": name, "title": name, "xmlUrl": _writable(feed.url)}
        ET.SubElement(parent, "outline", written)
    ET.indent(opml)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(opml, encoding="unicode")}\n'


def _root(body: bytes) -> Element | None:
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        return etree.fromstring(body.lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _feeds(root: Element) -> Iterator[ListedFeed]:
    """Yield the feeds below an element; without recursion, as lists may be nested at will."""
    waiting: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, topics = waiting.pop()
        if not isinstance(element.tag, str):  # a comment
            continue
        below = topics
        if _name(element) == "outline":
            values = {name.lower(): value for name, value in element.attrib.items()}
            title = one_line(values.get("title") or values.get("text") or "")
            if url := values.get("xmlurl", "").strip():
                yield ListedFeed(title=title, url=url, topics=topics)
            elif title:
                below = (*topics, title)
        waiting += [(child, below) for child in reversed(element)]


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _writable(text: str) -> str:
    """Return a text without the signs that no XML may hold."""
    return "".join(sign for sign in text if sign.isprintable())
