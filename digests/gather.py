"""Candidates to cards: one a work, only what passes the bar, nothing that came before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.digests import Delivered, Fate, Outcome, RankedItem, WorkLink
from core.items import Item, ItemKey, ItemKind
from core.works import Work, work_of
from digests.matching import compared, passes


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A work that may be shown.

    Attributes:
        work: its name; an item without company is a work of its own.
        face: the member that stands for it, with links to the others.
        others: the other members among the candidates.
        match: how the face compares with the reader's bar; empty for an update, which need not.
    """

    work: str
    face: RankedItem
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


def gather(
    interests: tuple[str, ...],
    ranked: Sequence[RankedItem],
    works: Mapping[ItemKey, Work],
    delivered: Mapping[ItemKey, Delivered],
    known: Mapping[ItemKey, Item],
) -> Gathered:
    """Join candidates to works and decide which member stands for each.

    Args:
        interests: the reader's phrases; without any, everything passes the bar.
        ranked: candidates in reading order.
        works: the work of each candidate that has company.
        delivered: what the reader got before.
        known: every item that a card may link to.
    """
    cards: list[Card] = []
    below: list[Card] = []
    got: dict[ItemKey, Outcome] = {}
    for work, members in _groups(ranked, works).items():
        history = _history(members[0].item.key, works, delivered)
        possible = _changed(members, history) if history else _matching(members, interests)
        if not possible and history:
            got |= {member.item.key: _delivered(member, history) for member in members}
            continue
        face = max(possible or members, key=lambda member: member.score)  # the first of equals
        links = links_of(face.item.key, works, known)
        card = Card(
            work=work,
            face=replace(face, links=links) if links else face,
            others=tuple(m.item.key for m in members if m.item.key != face.item.key),
            match="" if history else compared(face, interests),
        )
        (cards if possible else below).append(card)
    place = {member.item.key: number for number, member in reversed(list(enumerate(ranked)))}
    cards.sort(key=lambda card: place[card.face.item.key])
    return Gathered(cards=tuple(cards), delivered=got, below=tuple(below))


def links_of(
    key: ItemKey, works: Mapping[ItemKey, Work], known: Mapping[ItemKey, Item]
) -> tuple[WorkLink, ...]:
    """Return the other known members of an item's work, in the work's own order."""
    members = works[key].members if key in works else ()
    return tuple(
        WorkLink(kind=known[member].kind, key=member, url=known[member].url)
        for member in members
        if member != key and member in known
    )


def update_of(item: Item, before: Delivered) -> str:
    """Return what changed since the reader got this item, or nothing."""
    if not item.version or item.version == before.version:
        return ""
    if item.kind in {ItemKind.COMPETITION, ItemKind.CONFERENCE}:
        return "deadline moved"
    return f"version {item.version}"


def _groups(
    ranked: Iterable[RankedItem], works: Mapping[ItemKey, Work]
) -> Mapping[str, Sequence[RankedItem]]:
    groups: dict[str, dict[ItemKey, RankedItem]] = {}
    for member in ranked:
        key = member.item.key
        groups.setdefault(work_of(key, works), {}).setdefault(key, member)
    return {work: tuple(members.values()) for work, members in groups.items()}


def _history(
    key: ItemKey, works: Mapping[ItemKey, Work], delivered: Mapping[ItemKey, Delivered]
) -> Mapping[ItemKey, Delivered]:
    members = works[key].members if key in works else (key,)
    return {member: delivered[member] for member in members if member in delivered}


def _changed(
    members: Sequence[RankedItem], history: Mapping[ItemKey, Delivered]
) -> Sequence[RankedItem]:
    labelled = (
        replace(member, update=update_of(member.item, history[member.item.key]))
        for member in members
        if member.item.key in history
    )
    return [member for member in labelled if member.update]


def _matching(members: Sequence[RankedItem], interests: tuple[str, ...]) -> Sequence[RankedItem]:
    return [member for member in members if passes(member, interests)]


def _delivered(member: RankedItem, history: Mapping[ItemKey, Delivered]) -> Outcome:
    key = member.item.key
    if key in history:
        return Outcome(fate=Fate.DELIVERED, text=f"delivered in {history[key].digest}")
    first, before = next(iter(history.items()))
    return Outcome(fate=Fate.DELIVERED, text=f"same work as {first}, delivered in {before.digest}")
