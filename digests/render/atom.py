"""Digests as an Atom feed (RFC 4287), one entry for each pick."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from core.digests import Digest
from digests.render.entries import Entry, entries, entry_id
from digests.render.json import moment

NAMESPACE = "http://www.w3.org/2005/Atom"


def of_digest(digest: Digest) -> bytes:
    """Write the picks of one digest as a feed."""
    return render(entries([digest]), title="Tidings", address="")


def render(picks: Sequence[Entry], *, title: str, address: str) -> bytes:
    """Write entries as a feed.

    Args:
        picks: latest first.
        title: of the feed.
        address: of the feed itself, "" if it has none that others can reach.

    Returns:
        XML in UTF-8 with its declaration.
    """
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    ET.SubElement(feed, "title").text = title
    ET.SubElement(feed, "id").text = entry_id(f"feed {address or title}")
    ET.SubElement(feed, "generator").text = "Tidings"
    if address:
        ET.SubElement(feed, "link", {"rel": "self", "href": address})
    author = ET.SubElement(feed, "author")
    ET.SubElement(author, "name").text = "Tidings"
    latest = max((entry.at for entry in picks), default=None)
    ET.SubElement(feed, "updated").text = moment(latest) if latest else "1970-01-01T00:00:00Z"
    for entry in picks:
        _add(feed, entry)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _add(feed: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(feed, "entry")
    ET.SubElement(element, "title").text = entry.card.title
    ET.SubElement(element, "id").text = entry.id
    ET.SubElement(element, "link", {"rel": "alternate", "href": entry.card.url})
    ET.SubElement(element, "updated").text = moment(entry.at)
    ET.SubElement(element, "category", {"term": str(entry.kind)})
    ET.SubElement(element, "summary", {"type": "text"}).text = entry.text
