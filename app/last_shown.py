"""What the last digest on the command line showed, so that a pick can be named by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import UsageError

if TYPE_CHECKING:
    from app.wiring.application import Application
    from core.digests import Digest
    from core.items import Item

_DIGITS = 3
"""Digits of a number in a digest at the most; one holds up to 200 items."""


def remember(application: Application, profile: str, digest: Digest) -> None:
    """Keep which item stands at which number."""
    application.notes.remember_shown(profile, [one.item.key for one in digest.in_order])


def item_named(application: Application, profile: str, text: str) -> Item:
    """Return the item at a number of the profile's last digest, or what else ``text`` names.

    Raises:
        UsageError: if it names nothing that is stored.
    """
    typed = text.strip()
    if not (typed.isdecimal() and typed.isascii()):
        return application.lookup.item(text)
    keys = application.notes.shown(profile)
    if not keys:
        raise UsageError(
            f"no digest was shown yet, so there is no item {typed}; see tidings digest"
        )
    if len(typed) > _DIGITS or not 1 <= int(typed) <= len(keys):
        raise UsageError(f"the last digest has no item {typed}; it has 1 to {len(keys)}")
    item = application.lookup.stored(keys[int(typed) - 1])
    if item is None:
        raise UsageError(f"item {typed} of the last digest is no longer in the archive")
    return item
