"""Who is favoured: how candidates and picks spread over sources and over popularity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from core.estimates import binomial_test, discoveries
from core.impressions import Exposure
from core.ports.storage import ImpressionLog

Name = TypeVar("Name", bound=Hashable)

LOWEST_RATIO, HIGHEST_RATIO = 0.5, 2.0
"""Outside of these a ratio is pointed out: half as many picks as candidates, or twice as many."""

FALSE_FINDINGS = 0.1
"""Share of what is pointed out that may be chance. Each of the three tables is one family of tests,
so that a source is not excused because its quarters were looked at too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One group of items.

    Attributes:
        candidates: how many candidates were of it, summed over digests.
        candidate_share: its part of all candidates that it is compared with, 0 to 1.
        picks: how many picks were.
        pick_share: its part of their picks, 0 to 1.
    """

    candidates: int
    candidate_share: float
    picks: int
    pick_share: float

    @property
    def ratio(self) -> float | None:
        """How often it is picked for its number: 1 is even-handed; None without candidates."""
        return self.pick_share / self.candidate_share if self.candidates else None

    @property
    def is_uneven(self) -> bool:
        """Whether the ratio is far from even-handed, be it by chance or not."""
        return self.ratio is not None and not LOWEST_RATIO <= self.ratio <= HIGHEST_RATIO

    def chance(self, all_picks: int) -> float:
        """Return how likely picks as uneven as these are if nobody is favoured, 0 to 1.

        It takes picks for independent of each other. Those of one digest are not quite: it looks
        for variety, which makes such picks a little less likely than this says.
        """
        return binomial_test(self.picks, all_picks, min(1.0, self.candidate_share))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How picks compare with candidates.

    Attributes:
        since: digests made since then were looked at (aware UTC).
        sources: by source, of all candidates and picks.
        bands: by popularity band, of all candidates and picks.
        within: by source and band, of the candidates and picks of that source.
    """

    since: datetime
    sources: Mapping[str, Row]
    bands: Mapping[int, Row]
    within: Mapping[tuple[str, int], Row]

    @property
    def picks(self) -> int:
        """Number of picks in all."""
        return sum(row.picks for row in self.sources.values())

    @property
    def candidates(self) -> int:
        """Number of candidates in all, summed over digests."""
        return sum(row.candidates for row in self.sources.values())

    @property
    def findings(self) -> str:
        """What stands out and is hardly chance, one line; empty if nothing does."""
        tables = (
            {(name, self.picks): row for name, row in self.sources.items()},
            {(f"all that are {band_name(b)}", self.picks): row for b, row in self.bands.items()},
            {
                (f"{band_name(band)} of {source}", self.sources[source].picks): row
                for (source, band), row in self.within.items()
            },
        )
        return "; ".join(line for rows in tables for line in _findings(rows))


def _findings(rows: Mapping[tuple[str, int], Row]) -> Iterator[str]:
    """Yield what stands out in a table, given by name and the number of picks compared with."""
    tested = {key: row.chance(key[1]) for key, row in rows.items() if row.candidates}
    found = discoveries(tested, FALSE_FINDINGS)
    for key, row in rows.items():
        if key in found and row.is_uneven:
            name, all_picks = key
            often = "seldom" if row.picks < all_picks * row.candidate_share else "often"
            yield (
                f"{name} picked too {often}, {row.picks} of {all_picks} where "
                f"{all_picks * row.candidate_share:.0f} would be even"
            )


def audit(log: ImpressionLog, since: datetime) -> Audit:
    """Compare candidates and picks of all digests made since then.

    Raises:
        StorageError: if the log cannot be read.
    """
    cells = log.shares(since)
    sources = _rows((cell.source, cell) for cell in cells)
    bands = _rows((cell.band, cell) for cell in cells)
    within = {
        key: row
        for source in sources
        for key, row in _rows(
            ((source, cell.band), cell) for cell in cells if cell.source == source
        ).items()
    }
    return Audit(since=since, sources=sources, bands=bands, within=within)


def band_name(band: int) -> str:
    """Say which quarter of its like an item stands in by popularity."""
    return ("not counted", "least popular", "below the middle", "above the middle", "most popular")[
        band
    ]


def _rows(cells: Iterable[tuple[Name, Exposure]]) -> dict[Name, Row]:
    candidates: Counter[Name] = Counter()
    picks: Counter[Name] = Counter()
    for name, cell in cells:
        candidates[name] += cell.candidates
        picks[name] += cell.picks
    all_candidates, all_picks = candidates.total(), picks.total()
    return {
        name: Row(
            candidates=candidates[name],
            picks=picks[name],
            candidate_share=candidates[name] / max(1, all_candidates),
            pick_share=picks[name] / max(1, all_picks),
        )
        for name in candidates
    }
