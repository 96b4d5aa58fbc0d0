"""The preference model: what a person's verdicts say about other items."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from core.items import ItemKey
from core.people import Verdict
from ranking.logistic import fit
from ranking.model import Model, TextFeatures
from ranking.products import gram
from ranking.sparse import Floats, Ints, Matrix
from ranking.weights import DISLIKE_EVIDENCE, VERDICT_WEIGHTS

MAX_VERDICTS = 300
"""Verdicts that are used, latest first: tastes change, and the time stays bounded."""

REGRESSION_LIKES = 3
"""Likes from which on a regression is fitted; below, the mean of the examples is all there is."""


@dataclass(frozen=True)
class PreferenceModel:
    """A score that is linear in an item's similarity to other texts.

    Attributes:
        example_weights: shape (examples,): what full similarity to each item with a verdict adds.
        background_weights: shape (negatives,): what full similarity to each background text adds.
        evidence: how many likes it rests on, weighted; dislikes add little.
    """

    example_weights: Floats
    background_weights: Floats
    evidence: float

    def scores(self, items: TextFeatures, examples: TextFeatures, lsa_weight: float) -> Floats:
        """Return the score of each item, shape (items,).

        Args:
            items: what is scored.
            examples: the items with a verdict.
            lsa_weight: weight of the LSA cosine beside the TF-IDF cosine.
        """
        own, others = self.example_weights, self.background_weights
        tfidf = items.tfidf.dot(examples.tfidf.combine(own))
        lsa = items.lsa @ (lsa_weight * (own @ examples.lsa))
        scores: Floats = (tfidf + lsa + items.background @ others).astype(tfidf.dtype)
        return scores

    def by_example(self, items: TextFeatures, examples: TextFeatures, lsa_weight: float) -> Matrix:
        """Return what similarity to each example adds to each item, shape (items, examples)."""
        of_examples, columns = examples.tfidf.compact()
        tfidf = items.tfidf.only(columns).times(np.ascontiguousarray(of_examples.dense().T))
        similarity = tfidf + lsa_weight * (items.lsa @ examples.lsa.T)
        return (similarity * self.example_weights).astype(np.float32)

    def scaled(self, factor: float) -> PreferenceModel:
        """Return the same model with all scores multiplied."""
        return PreferenceModel(
            self.example_weights * factor, self.background_weights * factor, self.evidence
        )


def fit_preferences(
    verdicts: Mapping[ItemKey, Verdict],
    examples: TextFeatures,
    model: Model,
    *,
    unused: Collection[ItemKey] = (),
) -> PreferenceModel:
    """Fit a person's preference model.

    With ``REGRESSION_LIKES`` likes or more it is a logistic regression of the likes against the
    background and the dislikes, else the weighted mean of the likes minus that of the dislikes.
    Scores are in units of their standard deviation over the background, so that models of few and
    of many verdicts can be compared.

    Args:
        verdicts: the verdict on each example, in the order of ``examples``.
        examples: the items with a verdict.
        model: what is learned from the archive.
        unused: items that must not serve as background.
    """
    amount = np.array([VERDICT_WEIGHTS[verdict] for verdict in verdicts.values()], dtype=np.float32)
    own, others = _mean(amount), np.zeros(len(model.background_keys), np.float32)
    if (amount > 0).sum() >= REGRESSION_LIKES and model.background_keys:
        numbers = (model.number_of.get(key) for key in (*verdicts, *unused))
        left_out = np.array(sorted({one for one in numbers if one is not None}), dtype=np.int64)
        if len(left_out) < len(model.background_keys):
            own, others = _regression(amount, examples, model, left_out)
    evidence = float(np.where(amount > 0, amount, -DISLIKE_EVIDENCE * amount).sum())
    preferences = PreferenceModel(own, others, evidence)
    return preferences.scaled(1.0 / _spread(preferences, examples, model))


def _mean(amount: Floats) -> Floats:
    """Return amounts that make the mean of the likes minus the mean of the dislikes."""
    liked, disliked = amount[amount > 0].sum(), -amount[amount < 0].sum()
    mean: Floats = np.where(amount > 0, amount / max(liked, 1), amount / max(disliked, 1))
    return mean.astype(np.float32)


def _regression(
    amount: Floats, examples: TextFeatures, model: Model, left_out: Ints
) -> tuple[Floats, Floats]:
    """Return the amounts of the examples and of the background.

    Likes together weigh as much as the background together, whatever their numbers; a dislike
    weighs as much as a like.
    """
    labels = np.sign(amount)
    share = np.abs(amount) / amount[amount > 0].sum()
    importance = share * model.background.importance * len(model.background_keys)
    among = gram(examples.tfidf) + model.lsa_weight * (examples.lsa @ examples.lsa.T)
    return fit(
        among,
        examples.background,
        labels,
        importance.astype(np.float32),
        background=model.background,
        unused=left_out,
    )


def _spread(preferences: PreferenceModel, examples: TextFeatures, model: Model) -> float:
    """Return the standard deviation of a model's scores over the background, or 1."""
    if not model.background_keys:
        return 1.0
    own, others = preferences.example_weights, preferences.background_weights
    scores = own @ examples.background + others @ model.background.similarity
    return float(scores.std()) or 1.0
