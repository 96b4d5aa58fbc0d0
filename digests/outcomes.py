"""What became of each candidate of a digest, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.digests import Fate, Outcome, RankedItem, Section
from core.impressions import DEADLINES, OUTSIDE
from core.items import ItemKey
from core.works import Work, work_of
from digests.gather import Card
from digests.matching import compared, passes
from digests.outside import Draw


def places(sections: Iterable[Section]) -> dict[ItemKey, Outcome]:
    """Say of each item where it stands; picks are numbered through, the bar is not."""
    places: dict[ItemKey, Outcome] = {}
    number = 0
    for section in sections:
        for entry in section.items:
            number += section.kind != DEADLINES
            where = f"shown as number {number}" if number else "shown in the deadlines bar"
            fate = Fate.DRAWN if section.kind == OUTSIDE else Fate.SHOWN
            places[entry.item.key] = Outcome(fate=fate, text=where)
    return places


def told(
    cards: Iterable[Card], fates: Mapping[ItemKey, Outcome], in_bar: Mapping[str, ItemKey]
) -> dict[ItemKey, Outcome]:
    """Turn the fate of each work into an outcome for every member of it."""
    outcomes = dict(fates)
    for card in cards:
        face = in_bar.get(card.work, card.face.item.key)
        fate = replace(fates[face], match=card.match)
        outcomes[face] = fate
        where = "shown there" if fate.shown else "which is left out"
        twin = Outcome(fate=Fate.SAME_WORK, text=f"same work as {face}, {where}", match=card.match)
        outcomes |= dict.fromkeys({card.face.item.key, *card.others} - {face}, twin)
    return outcomes


def told_below(
    cards: Iterable[Card], drawn: Draw, fates: Mapping[ItemKey, Outcome]
) -> dict[ItemKey, Outcome]:
    """Say of each work below the bar how it compares, and whether it was drawn."""
    outcomes: dict[ItemKey, Outcome] = {}
    for card in cards:
        key = card.face.item.key
        if drawn.card is not None and card.work == drawn.card.work:
            outside = drawn.card.face.moved or ""
            own = replace(fates[key], match=card.match, outside=outside)
            twin = replace(own, fate=Fate.SAME_WORK, text=f"same work as {key}, shown there")
        else:
            own = twin = Outcome(
                fate=Fate.BELOW_BAR,
                text="left out: below the bar",
                match=card.match,
                outside=drawn.about(card.work),
            )
        outcomes |= {key: own, **dict.fromkeys(card.others, twin)}
    return outcomes


def told_reminders(
    reminders: Iterable[RankedItem],
    interests: tuple[str, ...],
    works: Mapping[ItemKey, Work],
    bar: Sequence[RankedItem],
    shown: Iterable[Card],
) -> dict[ItemKey, Outcome]:
    """Say of each reminder why it has no line of its own in the deadlines bar.

    What has one, or a card, is told of by its place, which goes before this.
    """
    faces = {work_of(line.item.key, works): line.item.key for line in bar}
    faces |= {card.work: card.face.item.key for card in shown}
    outcomes: dict[ItemKey, Outcome] = {}
    for entry in reminders:
        key, match = entry.item.key, compared(entry, interests)
        face = faces.get(work_of(key, works))
        if not passes(entry, interests):
            outcomes[key] = Outcome(fate=Fate.BELOW_BAR, text="no reminder", match=match)
        elif face is not None:
            twin = f"same work as {face}, shown there"
            outcomes[key] = Outcome(fate=Fate.SAME_WORK, text=twin, match=match)
        else:
            full = f"a reminder only, and the deadlines bar holds {len(bar)} that matter more"
            outcomes[key] = Outcome(fate=Fate.NO_ROOM, text=full, match=match)
    return outcomes
