"""Digests as a JSON feed (jsonfeed.org, version 1.1), one item for each pick."""

from __future__ import annotations

import json
from collections.abc import Sequence

from digests.render.entries import Entry
from digests.render.json import moment

VERSION = "https://jsonfeed.org/version/1.1"


def render(entries: Sequence[Entry], *, title: str, address: str) -> bytes:
    """Write entries as a feed.

    Args:
        entries: latest first.
        title: of the feed.
        address: of the feed itself, "" if it has none that others can reach.
    """
    feed: dict[str, object] = {"version": VERSION, "title": title, "language": "en"}
    if address:
        feed["feed_url"] = address
    feed["items"] = [
        {
            "id": entry.id,
            "url": entry.card.url,
            "title": entry.card.title,
            "content_text": entry.text,
            "date_published": moment(entry.at),
            "tags": [str(entry.kind)],
        }
        for entry in entries
    ]
    return json.dumps(feed, allow_nan=False).encode()
