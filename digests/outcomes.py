"""What became of each candidate of a digest, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.digests import Digest, Outcome, OutcomeKind, RankedItem
from core.items import ItemKey
from digests.gather import Card, RankedCandidates
from digests.outside import Draw
from digests.threshold import compared, passes


def of_digest(digest: Digest) -> dict[ItemKey, Outcome]:
    """Say of each item where it stands; picks are numbered through, the bar is not."""
    in_bar = Outcome(kind=OutcomeKind.SHOWN, text="shown in the deadlines bar")
    outcomes = {entry.item.key: in_bar for entry in digest.reminders}
    for number, entry in enumerate(digest.in_order, 1):
        kind = OutcomeKind.SHOWN if entry.propensity is None else OutcomeKind.DRAWN
        outcomes[entry.item.key] = Outcome(kind=kind, text=f"shown as number {number}")
    return outcomes


def of_cards(
    cards: Iterable[Card], known: Mapping[ItemKey, Outcome], in_bar: Mapping[str, ItemKey]
) -> dict[ItemKey, Outcome]:
    """Turn the outcome of each work that passed the bar into one for every member of it."""
    outcomes = dict(known)
    for card in cards:
        member = in_bar.get(card.work, card.entry.item.key)
        outcomes[member] = replace(known[member], match=card.match)
        where = "shown there" if known[member].shown else "which is left out"
        text = f"same work as {member}, {where}"
        other = Outcome(kind=OutcomeKind.SAME_WORK, text=text, match=card.match)
        outcomes |= dict.fromkeys({card.entry.item.key, *card.others} - {member}, other)
    return outcomes


def of_cards_below(
    cards: Iterable[Card], drawn: Draw, known: Mapping[ItemKey, Outcome]
) -> dict[ItemKey, Outcome]:
    """Say of each work below the bar how it compares, and whether it was drawn."""
    outcomes: dict[ItemKey, Outcome] = {}
    for card in cards:
        key = card.entry.item.key
        if drawn.card is not None and card.work == drawn.card.work:
            outside = drawn.card.entry.moved or ""
            own = replace(known[key], match=card.match, outside=outside)
            text = f"same work as {key}, shown there"
            other = replace(own, kind=OutcomeKind.SAME_WORK, text=text)
        else:
            own = other = Outcome(
                kind=OutcomeKind.BELOW_BAR,
                text="left out: below the bar",
                match=card.match,
                outside=drawn.about(card.work),
            )
        outcomes |= {key: own, **dict.fromkeys(card.others, other)}
    return outcomes


def of_reminders(
    candidates: RankedCandidates,
    interests: tuple[str, ...],
    bar: Sequence[RankedItem],
    shown: Iterable[Card],
) -> dict[ItemKey, Outcome]:
    """Say of each reminder why it has no line of its own in the deadlines bar.

    For one that has a line or a card, what ``of_digest`` says holds instead.
    """
    members = {candidates.work(line): line.item.key for line in bar}
    members |= {card.work: card.entry.item.key for card in shown}
    outcomes: dict[ItemKey, Outcome] = {}
    for entry in candidates.reminders:
        member = members.get(candidates.work(entry))
        if not passes(entry, interests):
            kind, text = OutcomeKind.BELOW_BAR, "no reminder"
        elif member is not None:
            kind, text = OutcomeKind.SAME_WORK, f"same work as {member}, shown there"
        else:
            kind = OutcomeKind.NO_ROOM
            text = f"a reminder only, and the deadlines bar holds {len(bar)} that matter more"
        match = compared(entry, interests)
        outcomes[entry.item.key] = Outcome(kind=kind, text=text, match=match)
    return outcomes
