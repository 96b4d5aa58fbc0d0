"""What feeds are made of: the picks of several digests, each once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.digests import Digest
from core.items import ItemKind
from digests.view import CardView, cards

MAX_ENTRIES = 200
"""Entries of a feed: readers ask for the whole of it each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One pick.

    Attributes:
        id: the same in each feed that holds this version of the item.
        card: how it is shown.
        kind: what it is.
        at: when the digest that showed it was made (aware UTC).
    """

    id: str
    card: CardView
    kind: ItemKind
    at: datetime

    @property
    def text(self) -> str:
        """All that the card says below its title, in lines."""
        card = self.card
        lines = [" · ".join((card.kind, *card.facts))]
        if card.deadline:
            due = card.deadline
            lines.append(f"{due.label} {due.relative}: {due.when}")
        lines += [card.summary] if card.summary else []
        lines += ["  ".join(f"● {chip}" for chip in card.chips)] if card.chips else []
        lines += [f"{badge.text}: {badge.url}" for badge in card.badges]
        return "\n".join(lines)


def entries(digests: Iterable[Digest]) -> tuple[Entry, ...]:
    """Return the picks of digests, latest digest first; deadlines that recur count once."""
    found: dict[str, Entry] = {}
    for digest in sorted(digests, key=lambda one: one.made_at, reverse=True):
        for entry in _entries(digest):
            found.setdefault(entry.id, entry)
    return tuple(found.values())[:MAX_ENTRIES]


def entry_id(name: str) -> str:
    """Return an IRI that is the same for the same name everywhere (RFC 9562, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tidings {name}").urn


def _entries(digest: Digest) -> Iterable[Entry]:
    shown = cards(digest.picks, digest.made_at, digest.zone, digest.interests)
    for ranked, card in zip(digest.picks, shown, strict=True):
        yield Entry(
            id=entry_id(f"{ranked.item.key} {ranked.item.version}"),
            card=card,
            kind=ranked.item.kind,
            at=digest.made_at,
        )
