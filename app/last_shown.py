"""What the last digest on the command line showed, so that a pick can be named by its number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.wiring.application import keyed_hash
from core.errors import UsageError
from core.items import ItemKey
from storage.rows import texts

if TYPE_CHECKING:
    from app.wiring.application import Application
    from core.digests import Digest
    from core.items import Item

_DIGITS = 3
"""Digits of a number in a digest at the most; one holds up to 200 items."""


def remember(application: Application, profile: str, digest: Digest) -> None:
    """Keep which item stands at which number; the profile's name is kept as a keyed hash only."""
    keys = [str(ranked.item.key) for ranked in digest.in_order]
    application.storage.key_values.put(_key(application, profile), json.dumps(keys))


def forget(application: Application, profile: str) -> None:
    """Keep nothing of a profile's last digest."""
    key = _key(application, profile)
    if application.storage.key_values.get(key):
        application.storage.key_values.put(key, "")


def item_named(application: Application, profile: str, text: str) -> Item:
    """Return the item at a number of the profile's last digest, or what else ``text`` names.

    Raises:
        UsageError: if it names nothing that is stored.
    """
    typed = text.strip()
    if not (typed.isdecimal() and typed.isascii()):
        return application.lookup.item(text)
    known = application.storage.key_values.get(_key(application, profile))
    keys = texts(known) if known else ()
    if not keys:
        raise UsageError(
            f"no digest was shown yet, so there is no item {typed}; see tidings digest"
        )
    if len(typed) > _DIGITS or not 1 <= int(typed) <= len(keys):
        raise UsageError(f"the last digest has no item {typed}; it has 1 to {len(keys)}")
    item = application.lookup.stored(ItemKey.parse(keys[int(typed) - 1]))
    if item is None:
        raise UsageError(f"item {typed} of the last digest is no longer in the archive")
    return item


def _key(application: Application, profile: str) -> str:
    return f"last shown {keyed_hash(application.storage.secrets.secret('exports'), profile)}"
