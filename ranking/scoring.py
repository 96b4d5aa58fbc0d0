"""One person's score of items: interests and verdicts in one scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ranking.interests import Matches, Queries, match
from ranking.model import Described, Model
from ranking.taste import Taste

if TYPE_CHECKING:
    from ranking.sparse import Floats, SparseRows

FULL = 1.5
"""What likeness in meaning adds to a full match of the words, which is 1, where the archive is
large: both together are brought to about 1, whatever the archive can teach."""

TASTE = 0.4
"""Score of an item that the verdicts put one standard deviation above the background."""


@dataclass(frozen=True)
class Scored:
    """What interests and verdicts add to each candidate, in the scale of the final score.

    Attributes:
        matches: what written interests add.
        taste: what the words and places of items add by the person's verdicts.
    """

    matches: Matches
    taste: Taste

    def scores(self, items: Described) -> Floats:
        """Return the sum for each candidate, shape (candidates,)."""
        scores: Floats = self.matches.scores() + self.taste.scores(items)
        return scores


def score(
    asked: Queries, taste: Taste, relevance: SparseRows, items: Described, model: Model
) -> Scored:
    """Score candidates.

    What a person wrote counts in full until there are likes; then both are a weighed mean, the
    weight of the likes growing with the root of their number, as the certainty of a mean does.
    (The factor 2 was chosen on citeulike-t with 3 and with all liked papers beside 5 written
    words; from 1 to 4 little changes.)

    Args:
        asked: the written interests.
        taste: what is learnt from the verdicts.
        relevance: BM25's part for each word of the candidates.
        items: the candidates.
        model: what is learnt from the archive.
    """
    matches = match(asked, relevance, items, model)
    written = 1.0 / (1.0 + FULL * model.taught)
    liked = liked_share(taste)
    return Scored(matches.times(written * (1 - liked)), taste.times(TASTE * liked))


def liked_share(taste: Taste) -> float:
    """Return the weight of the verdicts beside the written interests, from 0 to below 1."""
    certainty = math.sqrt(2 * taste.evidence)
    return certainty / (1.0 + certainty)
