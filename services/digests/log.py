"""How a digest was made, for the log that it is measured by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from core.digests import Digest, RankedItem
from core.impressions import LogEntry, Placement, RankerName
from core.items import Item, ItemKey
from core.metrics import BANDS, Standings


def log_entry_of(
    digest: Digest,
    ranked: Sequence[RankedItem],
    candidates: Sequence[Item],
    *,
    ranker: RankerName,
    by: Callable[[ItemKey], RankerName],
) -> LogEntry:
    """Work out what is logged with a digest.

    Args:
        digest: with its sections.
        ranked: the order that it was composed from.
        candidates: what could have been picked.
        ranker: which ranker ordered it.
        by: whose pick each item is.
    """
    standings = Standings(candidates)
    return LogEntry(
        ranker=ranker,
        placements=_placements(digest, ranked, standings, by),
        candidates=_counts(candidates, standings),
    )


def _placements(
    digest: Digest,
    ranked: Sequence[RankedItem],
    standings: Standings,
    by: Callable[[ItemKey], RankerName],
) -> tuple[Placement, ...]:
    place = {entry.item.key: number for number, entry in enumerate(ranked)}
    shown = [(s.kind, entry) for s in digest.sections for entry in s.items]
    picks = [entry.item.key for entry in digest.in_order]
    position = {key: number for number, key in enumerate(picks, 1)}
    by_rank = sorted(picks, key=lambda key: place.get(key, len(ranked)))
    rank = {key: number for number, key in enumerate(by_rank, 1)}
    return tuple(
        Placement(
            key=entry.item.key,
            position=position.get(entry.item.key, 0),
            rank=rank.get(entry.item.key, 0),
            score=entry.score,
            section=kind,
            band=standings.band(entry.item),
            ranker=by(entry.item.key),
            propensity=entry.propensity,
        )
        for kind, entry in shown
    )


def _counts(candidates: Sequence[Item], standings: Standings) -> Mapping[str, Sequence[int]]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * (BANDS + 1))
    for item in candidates:
        counts[item.key.source][standings.band(item)] += 1
    return dict(counts)
