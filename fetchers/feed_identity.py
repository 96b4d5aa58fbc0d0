"""Which entries of a feed are one, and by which name each is known from one look to the next.

A feed's own ids are kept where they tell its entries apart. Makers give no id, or one and the same
to all; then an entry is known by its page and its date, or without a date by its title, since a
changelog or a status page has many entries on one page. The same page under the same title is one
entry, whatever its ids say; ``storage.pages`` keeps to that from look to look.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.feeds import page_of
from core.items import Item, ItemKey

MAX_ID_LENGTH = 200
"""Characters of an external id; longer ones are hashed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry whose name is not decided yet.

    Attributes:
        id: as the feed gives it, one line, may be empty.
        item: the entry, under whatever key.
    """

    id: str
    item: Item


def identified(entries: Sequence[Entry], source: str) -> tuple[Item, ...]:
    """Return each entry once, under the key by which it is known, in the feed's order."""
    shared = _shared_ids(entries)
    nameless = [entry.item for entry in entries if entry.id in shared]
    moments = Counter((page_of(item)[0], item.published_at) for item in nameless)
    pages: dict[tuple[str, str], Item] = {}
    keys: dict[ItemKey, Item] = {}
    for entry in entries:
        item = entry.item
        alone = moments[page_of(item)[0], item.published_at] == 1
        name = _made_up(item, by_date=alone) if entry.id in shared else entry.id
        item = replace(item, key=ItemKey(source, external_id(name)))
        if page_of(item) not in pages and item.key not in keys:
            pages[page_of(item)] = keys[item.key] = item
    return tuple(keys.values())


def external_id(text: str) -> str:
    """Return a name that can be part of a key."""
    if len(text) <= MAX_ID_LENGTH:
        return text
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def _shared_ids(entries: Iterable[Entry]) -> frozenset[str]:
    """Return the ids under which several entries stand that cannot be one, and the empty one."""
    having: Mapping[str, list[Item]] = defaultdict(list)
    for entry in entries:
        having[entry.id].append(entry.item)
    return frozenset(name for name, items in having.items() if not (name and _all_one(items)))


def _all_one(items: Sequence[Item]) -> bool:
    """Return whether items with one id may be one, listed again with a new title."""
    first = items[0]
    return all(
        page_of(item)[0] == page_of(first)[0]
        and (item.title == first.title or item.published_at == first.published_at is not None)
        for item in items
    )


def _made_up(item: Item, *, by_date: bool) -> str:
    """Return a name made of an entry's page and what tells it from others there."""
    if by_date and item.published_at is not None:
        return f"{item.url}#{item.published_at:%Y-%m-%dT%H:%M:%S}"
    return f"{item.url}#{hashlib.blake2b(item.title.encode(), digest_size=6).hexdigest()}"
