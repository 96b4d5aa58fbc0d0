"""What buttons say when they are pressed: ``verb:argument``, at most 100 characters.

A custom id holds all that its button needs. So a button works on any old message and after any
restart, and nothing about it is kept in memory.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum

from bot.layout import MAX_CUSTOM_ID
from core.deliveries import Part
from core.errors import UsageError
from core.items import Item, ItemKey
from services.lookup import Lookup


class Verb(StrEnum):
    """What a button does; the words are part of messages that are out there: never change one."""

    SAVE = "save"
    MORE = "more"
    LESS = "less"
    KNOWN = "known"
    DONE = "done"
    WHY = "why"
    SIMILAR = "similar"
    WEAKEN = "weaken"
    PICKS = "picks"
    START = "start"
    FIND = "find"
    SAVED = "saved"
    DEADLINES = "deadlines"
    WATCH = "watch"
    UNWATCH = "unwatch"
    SUBSCRIPTIONS = "orders"
    EDIT = "edit"
    PAUSE = "pause"
    RESUME = "resume"
    DROP = "drop"
    ERASE = "erase"
    ADD_FEED = "addfeed"
    RETRY = "retry"
    GIVE_UP = "giveup"


class Menu(StrEnum):
    """What a select does; like ``Verb``."""

    ITEM = "menu-item"
    EVENT = "menu-event"
    SUBSCRIPTION = "menu-order"


MARKERS = frozenset({Verb.PICKS, Verb.SUBSCRIPTIONS})
"""Buttons that stand in every part of a digest, with the part's key as argument."""

_MAX_REFERENCE_CHARACTERS = MAX_CUSTOM_ID - len("similar:")
_MAX_SOURCE_CHARACTERS = 60
_HASHED = re.compile(r"(?P<source>.+)/~(?P<digest>[0-9a-f]{24})")
_ANY_SOURCE = "*"


def custom_id(verb: Verb | Menu, argument: str = "") -> str:
    """Join a verb and its argument.

    Raises:
        ValueError: if that is too long for Discord: a bug of the caller, who has to measure.
    """
    joined = f"{verb}:{argument}"
    if len(joined) > MAX_CUSTOM_ID:
        raise ValueError(f"custom id of {len(joined)} characters: {joined}")
    return joined


def item_reference(key: ItemKey) -> str:
    """Return a name for an item that fits behind any verb: its key, or a hash if that is long."""
    whole = str(key)
    if len(whole) <= _MAX_REFERENCE_CHARACTERS and not _HASHED.fullmatch(whole):
        return whole
    source = key.source if len(key.source) <= _MAX_SOURCE_CHARACTERS else _ANY_SOURCE
    return f"{source}/~{_hash(key)}"


def referenced_item(lookup: Lookup, reference: str) -> Item:
    """Return the item that ``item_reference`` named.

    A hash is compared with those of all keys of its source, which is slow; hardly any key is so
    long that it takes one.

    Raises:
        UsageError: if the item is no longer stored.
        StorageError: if the archive cannot be read.
    """
    hashed = _HASHED.fullmatch(reference)
    if hashed is None:
        item = lookup.stored(ItemKey.parse(reference))
    else:
        source = "" if hashed["source"] == _ANY_SOURCE else hashed["source"]
        item = lookup.stored_as(source, lambda key: _hash(key) == hashed["digest"])
    if item is None:
        raise UsageError("that item is no longer in the archive. Try /search to find it elsewhere")
    return item


def part_key(target: str, subscription: str, period: str, position: int) -> str:
    """Return the key of a part: the same input gives the same key, other input another.

    At most 25 characters, the length of Discord's nonce. Its 80 bits of hash are more than a nonce
    needs, which is forgotten after minutes: the marker made of it has to stay unique for ever.
    """
    name = "\n".join((target, subscription, period))
    stem = hashlib.blake2b(name.encode(), digest_size=10).hexdigest()
    return f"{stem}.{position}"


def marks(ids: Iterable[str], part: Part) -> bool:
    """Return whether a message with these custom ids is that part."""
    return any(f"{marker}:{part.key}" in ids for marker in MARKERS)


def _hash(key: ItemKey) -> str:
    return hashlib.blake2b(str(key).encode("utf-8", "replace"), digest_size=12).hexdigest()
