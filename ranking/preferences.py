"""What a person's verdicts say about other items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from core.items import ItemKey
from core.people import Verdict
from ranking.logistic import fit
from ranking.model import Described, Model
from ranking.products import gram
from ranking.sparse import Floats, Ints, Matrix
from ranking.weights import (
    DISLIKE_EVIDENCE,
    VERDICT_WEIGHTS,
)

REMEMBERED = 300
"""Verdicts that are used, latest first: tastes change, and the time stays bounded."""

FEW = 3
"""Likes from which on a regression is fitted; below, the mean of the examples is all there is."""


@dataclass(frozen=True)
class Taste:
    """A score that is linear in an item's likeness to other texts.

    Attributes:
        own: shape (examples,): what full likeness to each item with a verdict adds.
        others: shape (negatives,): what full likeness to each background text adds.
        evidence: how many likes it rests on, weighed; dislikes add little.
    """

    own: Floats
    others: Floats
    evidence: float

    def scores(self, items: Described, examples: Described, meaning: float) -> Floats:
        """Return the score of each item, shape (items,).

        Args:
            items: what is scored.
            examples: the items with a verdict.
            meaning: weight of likeness in meaning beside likeness in words.
        """
        words = items.words.dot(examples.words.combine(self.own))
        places = items.places @ (meaning * (self.own @ examples.places))
        scores: Floats = (words + places + items.toward @ self.others).astype(words.dtype)
        return scores

    def by_example(self, items: Described, examples: Described, meaning: float) -> Matrix:
        """Return what likeness to each example adds to each item, shape (items, examples)."""
        of_examples, columns = examples.words.compact()
        words = items.words.only(columns)
        places = items.places @ examples.places.T
        likeness = words.times(np.ascontiguousarray(of_examples.dense().T)) + meaning * places
        return (likeness * self.own).astype(np.float32)

    def times(self, factor: float) -> Taste:
        """Return the same taste with all scores multiplied."""
        return Taste(self.own * factor, self.others * factor, self.evidence)


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
    amount = np.array([VERDICT_WEIGHTS[verdict] for verdict in verdicts.values()], dtype=np.float32)
    own, others = _mean(amount), np.zeros(len(model.keys), np.float32)
    if (amount > 0).sum() >= FEW and model.keys:
        numbers = (model.number_of.get(key) for key in (*verdicts, *unused))
        left_out = np.array(sorted({one for one in numbers if one is not None}), dtype=np.int64)
        if len(left_out) < len(model.keys):
            own, others = _regression(amount, examples, model, left_out)
    evidence = float(np.where(amount > 0, amount, -DISLIKE_EVIDENCE * amount).sum())
    taste = Taste(own, others, evidence)
    return taste.times(1.0 / _spread(taste, examples, model))


def _mean(amount: Floats) -> Floats:
    """Return amounts that make the mean of the likes minus the mean of the dislikes."""
    liked, unwanted = amount[amount > 0].sum(), -amount[amount < 0].sum()
    mean: Floats = np.where(amount > 0, amount / max(liked, 1), amount / max(unwanted, 1))
    return mean.astype(np.float32)


def _regression(
    amount: Floats, examples: Described, model: Model, left_out: Ints
) -> tuple[Floats, Floats]:
    """Return the amounts of the examples and of the background.

    Likes together weigh as much as the background together, whatever their numbers; a dislike
    weighs as much as a like.
    """
    labels = np.sign(amount)
    share = np.abs(amount) / amount[amount > 0].sum()
    importance = (share * model.unwanted.importance * len(model.keys)).astype(np.float32)
    among = gram(examples.words) + model.meaning * (examples.places @ examples.places.T)
    return fit(
        among,
        examples.toward,
        labels,
        importance,
        background=model.unwanted,
        unused=left_out,
    )


def _spread(taste: Taste, examples: Described, model: Model) -> float:
    """Return the standard deviation of a taste's scores over the background, or 1."""
    if not model.keys:
        return 1.0
    scores = taste.own @ examples.toward + taste.others @ model.unwanted.likeness
    return float(scores.std()) or 1.0
