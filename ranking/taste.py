"""What a person's verdicts say about other items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.people import Profile, Verdict
from ranking.sparse import SparseRows

if TYPE_CHECKING:
    from ranking.sparse import Floats

REMEMBERED = 2_000
"""Verdicts that are used, latest first: tastes change, and the time stays bounded."""

AMOUNT: Mapping[Verdict, float] = MappingProxyType(
    {Verdict.SAVE: 1.25, Verdict.MORE: 1.0, Verdict.KNOWN: 0.4, Verdict.LESS: -1.0}
)
"""How much an item of each verdict counts as an example: what is saved is wanted most, what is
known shows the field of a person but not what they miss."""


@dataclass(frozen=True)
class Taste:
    """Examples with their weight, adding up to at most 1 for liked and for disliked ones.

    Attributes:
        examples: TF-IDF vectors of the items with a verdict.
        amounts: shape (examples,): weight of each; negative for unwanted ones.
    """

    examples: SparseRows
    amounts: Floats

    def by_example(self, vectors: SparseRows) -> Floats:
        """Return what each example adds to each candidate, shape (candidates, examples)."""
        import numpy as np

        columns = [
            vectors.dot(self.examples.take(np.array([number])).total()) * amount
            for number, amount in enumerate(self.amounts)
        ]
        return np.stack(columns, axis=1) if columns else np.zeros((len(vectors), 0))

    def words(self) -> Floats:
        """Return the weight of each word, shape (width,): the same sum, by words."""
        return self.examples.combine(self.amounts)


def amounts_of(profile: Profile) -> Floats:
    """Return the weight of each remembered verdict: a mean over likes minus one over dislikes."""
    import numpy as np

    raw = np.array([AMOUNT[feedback.verdict] for feedback in profile.feedback[-REMEMBERED:]])
    liked, unwanted = raw[raw > 0].sum(), -raw[raw < 0].sum()
    amounts: Floats = np.where(raw > 0, raw / max(liked, 1.0), raw / max(unwanted, 1.0))
    return amounts
