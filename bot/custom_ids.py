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
    UNDO = "undone"
    WHY = "why"
    DETAILS = "details"
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
    LOOK_FOR = "lookfor"
    DROP = "drop"
    ERASE = "erase"
    LEAVE = "leave"
    ADD_FEED = "addfeed"
    RETRY = "retry"
    GIVE_UP = "giveup"
    AGAIN = "again"
    QUESTIONS = "questions"
    NO_REMINDER = "noremind"


class Menu(StrEnum):
    """What a select does; like ``Verb``."""

    ITEM = "menu-item"
    EVENT = "menu-event"
    SUBSCRIPTION = "menu-order"
    QUESTION = "menu-question"
    STARTER = "menu-starter"


class FormKind(StrEnum):
    """What a form is for; like ``Verb``."""

    START = "form-start"
    EDIT = "form-edit"
    PAUSE = "form-pause"
    INTERESTS = "form-interests"


MARKERS = frozenset({Verb.PICKS, Verb.SUBSCRIPTIONS})
"""Buttons that stand in every part of a digest, with the part's key as argument."""

_MAX_REFERENCE_CHARACTERS = MAX_CUSTOM_ID - len("similar:")
_MAX_SOURCE_CHARACTERS = 60
_HASH_CHARACTERS = len("/~") + 24
_PART_CHARACTERS = 25
_IN_PART = re.compile(r"(?s:(?P<part>[0-9a-f]{20}\.\d{1,4});(?P<item>.+))")
_HASHED = re.compile(r"(?P<source>.+)/~(?P<digest>[0-9a-f]{24})")
_ANY_SOURCE = "*"


def custom_id(verb: Verb | Menu | FormKind, argument: str = "") -> str:
    """Join a verb and its argument.

    Raises:
        ValueError: if that is too long for Discord: a bug of the caller, who has to measure.
    """
    joined = f"{verb}:{argument}"
    if len(joined) > MAX_CUSTOM_ID:
        raise ValueError(f"custom id of {len(joined)} characters: {joined}")
    return joined


def item_reference(key: ItemKey, most: int = _MAX_REFERENCE_CHARACTERS) -> str:
    """Return a name for an item of at most so many characters, which by default fits any verb.

    It is the item's key, or a hash if that is long.
    """
    whole = str(key)
    if len(whole) <= most and not _HASHED.fullmatch(whole):
        return whole
    room = min(_MAX_SOURCE_CHARACTERS, most - _HASH_CHARACTERS)
    source = key.source if len(key.source) <= room else _ANY_SOURCE
    return f"{source}/~{_hash(key)}"


def item_in_part(key: ItemKey, part: str) -> str:
    """Return a name for an item as it stands in a message: the part's key, and the item's name.

    Without a part it is the item's name alone.
    """
    if not part:
        return item_reference(key)
    return f"{part};{item_part_reference(key)}"


def item_part_reference(key: ItemKey) -> str:
    """Return a name for an item that leaves room for the key of a part."""
    return item_reference(key, _MAX_REFERENCE_CHARACTERS - _PART_CHARACTERS - 1)


def split_part(argument: str) -> tuple[str, str]:
    """Return the key of the part, "" if there is none, and the name of the item."""
    found = _IN_PART.fullmatch(argument)
    return (found["part"], found["item"]) if found else ("", argument)


def part_marked(ids: Iterable[str]) -> str:
    """Return the key of the part that a message with these custom ids is; "" if it is none."""
    for one in ids:
        verb, _, argument = one.partition(":")
        if verb in MARKERS and argument:
            return argument
    return ""


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
