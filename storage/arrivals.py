"""Entries that the archive lacks: known ones under a new id, and those that came late.

A list of everything, such as a feed, gives the same entries at each look; what the archive lacks
is new there. Its maker's ids may change, and its date may lie before the look that did not find it
yet: a post dated by its day, written ahead, or approved late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from core.feeds import PREFIX, page_of
from core.items import Item, ItemKey, ItemKind
from core.links import own_identifier
from storage.rows import dump, maybe_moment

_PERHAPS_SAME = text(
    "SELECT external_id, title, url FROM item WHERE source = :source AND kind = 'article' "
    "AND (title IN (SELECT value FROM json_each(:titles)) "
    "OR identifier IN (SELECT value FROM json_each(:pages))) ORDER BY id DESC LIMIT 5000"
)
_LAST_LOOK = text("SELECT last_success, last_attempt FROM source WHERE name = :source")
_OLDEST = text("SELECT min(appeared_at) FROM item WHERE source = :source")
_OLDEST_RELEASE = text(
    "SELECT min(appeared_at) FROM item WHERE source = :source "
    "AND external_id BETWEEN :list AND :list || '~'"
)
_RELEASES = "/releases/"
_RECENT = timedelta(days=7)
"""Before the last look: what is younger than that and was not there then is no old entry that came
up again because others were taken out."""
_WITH_POINTS = frozenset({ItemKind.QUESTION, ItemKind.DISCUSSION})
"""Kinds that are listed once they have some points, hours after they were written."""


def under_known_ids(
    connection: Connection, batch: Mapping[ItemKey, Item], known: Collection[ItemKey]
) -> dict[ItemKey, Item]:
    """Return a batch in which entries of a feed have the id under which their page is stored.

    Args:
        connection: in the transaction that stores the batch.
        batch: the items to be stored.
        known: keys of those that are stored.
    """
    unknown: dict[str, list[Item]] = defaultdict(list)
    for key, item in batch.items():
        if key not in known and key.source.startswith(PREFIX) and item.kind is ItemKind.ARTICLE:
            unknown[key.source].append(item)
    names: dict[ItemKey, ItemKey] = {}
    for source, items in unknown.items():
        given = {
            "source": source,
            "titles": dump([item.title for item in items]),
            "pages": dump([page for item in items if (page := own_identifier(item))]),
        }
        pages = {
            page_of(replace(items[0], title=row.title, url=row.url)): ItemKey(
                source, row.external_id
            )
            for row in connection.execute(_PERHAPS_SAME, given)
        }
        for item in items:
            name = pages.get(page_of(item))
            if name is not None and name not in batch:
                names[item.key] = name
    renamed: dict[ItemKey, Item] = {}
    for key, item in batch.items():
        name = names.get(key, key)
        renamed.setdefault(name, item if name is key else replace(item, key=name))
    return renamed


def late_ones_dated(
    connection: Connection, new: Iterable[Item], *, now: datetime
) -> dict[ItemKey, Item]:
    """Return the new items that came late, as of now, so that no digest's period misses them.

    Late is what is dated before its list was last read, yet after the oldest entry that is known
    of the list, or within the week before a feed was last read whole: what is older still was
    perhaps there from the start.
    """
    lists: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in new:
        name = _list_of(item)
        if name is not None:
            lists[item.key.source, name].append(item)
    late: dict[ItemKey, Item] = {}
    for (source, name), items in lists.items():
        row = connection.execute(_LAST_LOOK, {"source": source}).first()
        whole, attempt = map(maybe_moment, row or (None, None))
        query = _OLDEST_RELEASE if name else _OLDEST
        oldest = maybe_moment(connection.scalar(query, {"source": source, "list": name}))
        recent = whole - _RECENT if whole and not name else None
        start = min(filter(None, (oldest, recent)), default=None)
        read_at = whole or attempt
        if read_at is None or start is None:
            continue
        for item in items:
            if start <= item.appeared_at < min(read_at, now):
                late[item.key] = replace(item, appeared_at=now)
    return late


def _list_of(item: Item) -> str | None:
    """Return which list of its source gives an item, "" for the only one; None if none does."""
    from_feed = item.kind is ItemKind.ARTICLE and item.key.source.startswith(PREFIX)
    if from_feed or item.kind in _WITH_POINTS:
        return ""
    repository, mark, _ = item.key.external_id.partition(_RELEASES)
    return repository + mark if item.kind is ItemKind.RELEASE and mark else None
