"""What a person's verdicts say about other items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from core.items import ItemKey
from core.people import Verdict
from ranking.logistic import fit
from ranking.model import Described, Model

if TYPE_CHECKING:
    from ranking.sparse import Floats, Matrix

REMEMBERED = 300
"""Verdicts that are used, latest first: tastes change, and the time stays bounded."""

FEW = 3
"""Likes from which on a regression is fitted; below, the mean of the examples is all there is."""

UNWANTED = 0.1
"""A dislike as evidence of taste, beside a like: it says what to avoid, not what to look for."""

NEGATIVES = 300
"""Background texts that a regression is fitted against. Against 1,000 it takes seven times as
long, and recall and nDCG on citeulike-t differ by less than .002, either way."""

FREEDOM = 0.1
"""Inverse of the regularisation (C): anything from .01 to .3 does as well on both benchmarks."""

AMOUNT: Mapping[Verdict, float] = MappingProxyType(
    {Verdict.SAVE: 1.25, Verdict.MORE: 1.0, Verdict.KNOWN: 0.4, Verdict.LESS: -1.0}
)
"""How much an item of each verdict counts as an example: what is saved is wanted most, what is
known shows the field of a person but not what they miss."""


@dataclass(frozen=True)
class Taste:
    """A score that is linear in an item's words and in its place.

    Attributes:
        words: shape (columns,): what each word adds.
        direction: shape (dimensions,): what each dimension of a place adds.
        amounts: shape (examples,): what full likeness to each verdict's item adds to both.
        evidence: how many likes it rests on, weighed; dislikes add little.
    """

    words: Floats
    direction: Floats
    amounts: Floats
    evidence: float

    def scores(self, items: Described) -> Floats:
        """Return the score of each item, shape (items,)."""
        scores: Floats = items.words.dot(self.words) + items.places @ self.direction
        return scores

    def by_example(self, items: Described, examples: Described, meaning: float) -> Matrix:
        """Return what likeness to each example adds to each item, shape (items, examples).

        What is left of an item's score is its likeness to the background.
        """
        import numpy as np

        used, numbers = examples.words.compact()
        words = items.words.keep_columns(numbers, used.width)
        places = items.places @ examples.places.T
        likeness = words.times(np.ascontiguousarray(used.dense().T)) + meaning * places
        return (likeness * self.amounts).astype(np.float32)

    def times(self, factor: float) -> Taste:
        """Return the same taste with all scores multiplied."""
        return Taste(
            self.words * factor, self.direction * factor, self.amounts * factor, self.evidence
        )


def learn(
    verdicts: Mapping[ItemKey, Verdict],
    examples: Described,
    model: Model,
    *,
    unused: Collection[ItemKey] = (),
) -> Taste:
    """Learn a person's taste.

    With ``FEW`` likes or more it is a logistic regression of the likes against the background and
    the dislikes, else the weighed mean of the likes minus that of the dislikes. Scores are in
    units of their usual spread over the background, so that tastes learnt from little and from
    much can be compared.

    Args:
        verdicts: the verdict on each example, in the order of ``examples``.
        examples: the items with a verdict.
        model: what is learnt from the archive.
        unused: items that must not serve as background.
    """
    import numpy as np

    amount = np.array([AMOUNT[verdict] for verdict in verdicts.values()], dtype=np.float32)
    far = [
        number
        for number, key in enumerate(model.keys[:NEGATIVES])
        if key not in verdicts and key not in unused
    ]
    own, others = _mean(amount), np.zeros(len(far), np.float32)
    if (amount > 0).sum() >= FEW and far:
        own, others = _regression(amount, examples, model, far)
    words = examples.words.combine(own)
    words[: model.vocabulary.size] += model.background.words.take(np.array(far, int)).combine(
        others
    )
    direction = own @ examples.places + others @ model.background.places[far]
    taste = Taste(
        words,
        np.float32(model.meaning) * direction,
        own,
        float(np.where(amount > 0, amount, -UNWANTED * amount).sum()),
    )
    return taste.times(1.0 / _spread(taste, model))


def _mean(amount: Floats) -> Floats:
    """Return amounts that make the mean of the likes minus the mean of the dislikes."""
    import numpy as np

    liked, unwanted = amount[amount > 0].sum(), -amount[amount < 0].sum()
    mean: Floats = np.where(amount > 0, amount / max(liked, 1), amount / max(unwanted, 1))
    return mean.astype(np.float32)


def _regression(
    amount: Floats, examples: Described, model: Model, far: list[int]
) -> tuple[Floats, Floats]:
    """Return the amounts of the examples and of the background.

    Likes together weigh as much as the background together, whatever their numbers; a dislike
    weighs as much as a like.
    """
    import numpy as np

    labels = np.concatenate((np.sign(amount), -np.ones(len(far)))).astype(np.float32)
    liked = amount[amount > 0].sum()
    share = np.concatenate((np.abs(amount) / liked, np.full(len(far), 1 / len(far))))
    importance = (share * FREEDOM * len(labels) / 2).astype(np.float32)
    amounts = fit(_likeness(examples, model, far), labels, importance)
    return amounts[: len(amount)], amounts[len(amount) :]


def _likeness(examples: Described, model: Model, far: list[int]) -> Matrix:
    """Return the likeness of examples and background to each other, (both, both)."""
    import numpy as np

    background, places = model.background, examples.places
    across = model.surroundings.likeness(examples.words, NEGATIVES)[:, far]
    across = across * background.weights[far] + model.meaning * (places @ background.places[far].T)
    among = examples.words.gram() + model.meaning * (places @ places.T)
    apart = model.background_likeness[np.ix_(far, far)]
    return np.block([[among, across], [across.T, apart]]).astype(np.float32)


def _spread(taste: Taste, model: Model) -> float:
    """Return the standard deviation of a taste's scores over the background, or 1."""
    background = model.background
    words = taste.words[: model.vocabulary.size]
    scores = background.words.dot(words) + background.places @ taste.direction
    return float(scores.std()) or 1.0 if len(scores) else 1.0
