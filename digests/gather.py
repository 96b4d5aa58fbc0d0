"""Candidates to cards: one a work, only what passes the bar, nothing that came before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from core.digests import Delivered, Outcome, OutcomeKind, RankedItem, WorkLink
from core.items import Item, ItemKey, ItemKind
from core.works import Work, work_of
from digests.threshold import compared, passes

ADDED = "new, for an item you received"
"""What the card of a new member of a known work says."""

_EACH_IS_NEWS = frozenset({ItemKind.RELEASE, ItemKind.NOTEBOOK, ItemKind.QUESTION})
"""Kinds of which each further one is news."""

_MADE = frozenset(
    {
        ItemKind.PAPER,
        ItemKind.REPOSITORY,
        ItemKind.MODEL,
        ItemKind.DATASET,
        ItemKind.SPACE,
        ItemKind.NOTEBOOK,
    }
)
"""Kinds that the makers of a work give; of the others there may be many more."""


@dataclass(frozen=True, kw_only=True)
class RankedCandidates:
    """What a digest is composed from, ranked for its reader.

    Attributes:
        new: what may be picked, in reading order; a repeated key counts once.
        reminders: items with a deadline ahead, whether they may be picked or not.
        works: the work of each item that has related items; each is shown as one card.
        delivered: what the reader got before; it, or another member of its work, comes again only
            where its version changed.
        joined: members that came to a work after the reader got another one of it; they come as
            updates.
        related: members of works that are not ranked, to be linked to.
    """

    new: Sequence[RankedItem]
    reminders: Sequence[RankedItem] = ()
    works: Mapping[ItemKey, Work]
    delivered: Mapping[ItemKey, Delivered]
    joined: Collection[ItemKey] = frozenset()
    related: Sequence[Item] = ()

    @cached_property
    def _known(self) -> Mapping[ItemKey, Item]:
        """Every item that may be linked to."""
        ranked = (entry.item for entry in (*self.new, *self.reminders))
        return {item.key: item for item in (*self.related, *ranked)}

    def work(self, entry: RankedItem) -> str:
        """Return the name of an item's work; an item without related items is its own."""
        return work_of(entry.item.key, self.works)

    def members(self, key: ItemKey) -> Sequence[ItemKey]:
        """Return all members of an item's work, in the work's own order."""
        return self.works[key].members if key in self.works else (key,)

    def links(self, key: ItemKey) -> tuple[WorkLink, ...]:
        """Return the other known items of a work, its own in their order, then what it shares."""
        shared = self.works[key].shared if key in self.works else ()
        beside = [member for member in (*self.members(key), *shared) if member != key]
        others = (self._known[member] for member in beside if member in self._known)
        return tuple(WorkLink(kind=item.kind, key=item.key, url=item.url) for item in others)

    def adds(self, item: Item) -> bool:
        """Return whether an item adds something to a work that the reader got.

        Another source of the same paper adds nothing, nor does one more discussion or article.
        """
        if item.key not in self.joined:
            return False
        before = {
            self._known[member].kind
            for member in self.members(item.key)
            if member in self._known and member not in self.joined
        }
        return item.kind in _EACH_IS_NEWS or item.kind not in before


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A work that may be shown.

    Attributes:
        work: its name.
        entry: the member that stands for it, with links to the others.
        others: the other members among the candidates.
        match: how that member compares with the reader's bar; empty for an update, which need not.
    """

    work: str
    entry: RankedItem
    others: tuple[ItemKey, ...]
    match: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the candidates come to.

    Attributes:
        cards: in reading order.
        delivered: what became of each candidate that the reader got before.
        below: works of which no member passed the bar.
    """

    cards: tuple[Card, ...]
    delivered: Mapping[ItemKey, Outcome]
    below: tuple[Card, ...]


def gather(candidates: RankedCandidates, interests: tuple[str, ...]) -> Gathered:
    """Join candidates to works and decide which member stands for each.

    Args:
        candidates: what may be picked.
        interests: the reader's phrases; without any, everything passes the bar.
    """
    cards: list[Card] = []
    below: list[Card] = []
    got: dict[ItemKey, Outcome] = {}
    for work, members in _groups(candidates).items():
        history = _history(candidates, members[0].item.key)
        possible = _possible(candidates, members, history, interests)
        if not possible and history:
            got |= {member.item.key: _delivered(member, history) for member in members}
            continue
        entry = max(possible or members, key=lambda member: member.score)  # the first of equals
        links = candidates.links(entry.item.key)
        card = Card(
            work=work,
            entry=replace(entry, links=links) if links else entry,
            others=tuple(m.item.key for m in members if m.item.key != entry.item.key),
            match="" if history else compared(entry, interests),
        )
        (cards if possible else below).append(card)
    place = {one.item.key: number for number, one in reversed(list(enumerate(candidates.new)))}
    cards.sort(key=lambda card: place[card.entry.item.key])
    return Gathered(cards=tuple(cards), delivered=got, below=tuple(below))


def update_of(item: Item, before: Delivered) -> str:
    """Return what changed since the reader got this item, or nothing."""
    if not item.version or item.version == before.version:
        return ""
    if item.kind in {ItemKind.COMPETITION, ItemKind.CONFERENCE}:
        return f"deadline moved{_from_to(before.version, item.version)}"
    if item.kind is ItemKind.OFFER:
        return f"was {before.version}" if before.version else "has a price now"
    return f"version {item.version}"


def _from_to(old: str, new: str) -> str:
    """Return the old and the new date of a deadline that stands as a version, if both are one."""
    try:
        before, after = datetime.fromisoformat(old), datetime.fromisoformat(new)
    except ValueError:
        return ""
    if before.date() == after.date():
        return f" from {before:%d %b %H:%M} to {after:%H:%M} UTC"
    return f" from {before:%d %b %Y} to {after:%d %b %Y}"


def _groups(candidates: RankedCandidates) -> Mapping[str, Sequence[RankedItem]]:
    groups: dict[str, dict[ItemKey, RankedItem]] = {}
    for member in candidates.new:
        groups.setdefault(candidates.work(member), {}).setdefault(member.item.key, member)
    return {work: tuple(members.values()) for work, members in groups.items()}


def _history(candidates: RankedCandidates, key: ItemKey) -> Mapping[ItemKey, Delivered]:
    got = candidates.delivered
    return {member: got[member] for member in candidates.members(key) if member in got}


def _possible(
    candidates: RankedCandidates,
    members: Sequence[RankedItem],
    history: Mapping[ItemKey, Delivered],
    interests: tuple[str, ...],
) -> Sequence[RankedItem]:
    """Return the members that may be shown: of a work that came before, what is new in it.

    What others say or ask of it, and its releases, have to pass the bar all the same.
    """
    if not history:
        return [member for member in members if passes(member, interests)]
    labelled = (
        replace(member, update=update_of(member.item, history[member.item.key]))
        for member in members
        if member.item.key in history
    )
    added = (
        replace(member, update=ADDED)
        for member in members
        if candidates.adds(member.item) and (member.item.kind in _MADE or passes(member, interests))
    )
    return [*(member for member in labelled if member.update), *added]


def _delivered(member: RankedItem, history: Mapping[ItemKey, Delivered]) -> Outcome:
    key = member.item.key
    if key in history:
        return Outcome(kind=OutcomeKind.DELIVERED, text=f"delivered in {history[key].digest}")
    first, before = next(iter(history.items()))
    return Outcome(
        kind=OutcomeKind.DELIVERED, text=f"same work as {first}, delivered in {before.digest}"
    )
