"""One reading order from two, each work once, by whom it was drafted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from core.digests import Digest, RankedItem
from core.impressions import DEADLINES, OUTSIDE, RankerName
from core.items import ItemKey
from core.works import Work, work_of


def picked_works(
    digest: Digest, ranked: Sequence[RankedItem], works: Mapping[ItemKey, Work]
) -> list[str]:
    """Return the works that a ranker alone would show, in its own order.

    Reminders and what was drawn at random are nobody's picks.
    """
    place = {entry.item.key: number for number, entry in enumerate(ranked)}
    picks = [
        entry.item.key
        for section in digest.sections
        if section.kind not in {DEADLINES, OUTSIDE}
        for entry in section.items
    ]
    return [work_of(key, works) for key in sorted(picks, key=lambda key: place[key])]


def mixed(
    drafted: Sequence[tuple[str, bool]],
    full: Sequence[RankedItem],
    simple: Sequence[RankedItem],
    works: Mapping[ItemKey, Work],
) -> tuple[list[RankedItem], Mapping[str, RankerName]]:
    """Return the drafted works in order, then the rest in the full ranker's order, and the teams.

    All members of a drafted work are taken from the ranker that drafted it, so that its card is
    the one that this ranker alone would show.
    """
    by_work = [_by_work(ranked, works) for ranked in (full, simple)]
    teams = {work: RankerName.FULL if of_full else RankerName.SIMPLE for work, of_full in drafted}
    top = [entry for work, of_full in drafted for entry in by_work[not of_full][work]]
    rest = [entry for entry in full if work_of(entry.item.key, works) not in teams]
    return [*top, *rest], teams


def _by_work(
    ranked: Sequence[RankedItem], works: Mapping[ItemKey, Work]
) -> Mapping[str, list[RankedItem]]:
    groups: dict[str, list[RankedItem]] = defaultdict(list)
    for entry in ranked:
        groups[work_of(entry.item.key, works)].append(entry)
    return groups
