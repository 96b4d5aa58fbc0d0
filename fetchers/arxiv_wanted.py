"""What is asked of arXiv, and whether an answer is about it.

The API was seen to ignore the dates, the order and the category that it was asked for, and to
answer with papers of five years before (lukasschwab/arxiv.py issues 184 and 186).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_TOLERANCE = timedelta(days=1)
"""How far a paper may lie outside: clocks differ, and days are cut in several zones."""

# https://arxiv.org/category_taxonomy: categories that are another name of one.
_ALIASES = {
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "math.IT": "cs.IT",
    "math.NA": "cs.NA",
    "eess.SY": "cs.SY",
    "q-fin.EC": "econ.GN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Papers of some categories, submitted in a stretch of time.

    Attributes:
        categories: such as ``cs.LG``; an archive, such as ``math``, stands for all of its own.
        since: aware UTC.
        until: aware UTC.
    """

    categories: tuple[str, ...]
    since: datetime
    until: datetime

    def query(self) -> str:
        """Write it for the API (https://info.arxiv.org/help/api/user-manual.html#query_details)."""
        anywhere = " OR ".join(f"cat:{category}" for category in self.categories)
        start, end = (at.astimezone(UTC).strftime("%Y%m%d%H%M") for at in (self.since, self.until))
        return f"({anywhere}) AND submittedDate:[{start} TO {end}]"

    def includes(self, submitted: datetime, categories: Collection[str]) -> bool:
        """Tell whether a paper is of that kind."""
        in_time = self.since - _TOLERANCE <= submitted <= self.until + _TOLERANCE
        return in_time and in_categories(categories, self.categories)


def in_categories(found: Collection[str], wanted: Collection[str]) -> bool:
    """Tell whether a paper of some categories is of one that is wanted; of none, it may be."""
    names = {_ALIASES.get(name, name) for name in found}
    asked = {_ALIASES.get(name, name) for name in wanted}
    return not names or any(
        name in asked or name.partition(".")[0] in asked for name in (*names, *found)
    )
