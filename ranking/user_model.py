"""What is learned from one person's verdicts: a score that is linear in an item's features."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.items import ItemKey
from core.people import Verdict
from ranking.model import Model, TextFeatures
from ranking.nearest import by_nearest, nearest_weights
from ranking.preferences import PreferenceModel, fit_preferences
from ranking.sparse import Floats, Ints, Matrix
from ranking.weights import BESIDE_INTERESTS, NEAREST_EVIDENCE, VERDICT_WEIGHTS, VERDICTS


@dataclass(frozen=True)
class UserModel:
    """What a person's verdicts teach. It is small, and worth keeping until they change.

    Attributes:
        preferences: in the scale of the final score.
        nearest: shape (examples,): what full similarity to each example adds to the items that are
            nearest to it; all 0 if nothing was written.
        confidence: how far what is near to a verdict can be trusted, from 0 to below 1.
        columns: shape (words,): the vocabulary's columns in which the examples have words.
        words: shape (words,): what each of these words adds.
        lsa: shape (dimensions,): what each LSA dimension adds.
    """

    preferences: PreferenceModel
    nearest: Floats
    confidence: float
    columns: NDArray[np.int32]
    words: Floats
    lsa: Floats

    def scores(
        self, items: TextFeatures, examples: TextFeatures, itself: Ints, lsa_weight: float
    ) -> Floats:
        """Return what the verdicts add to each item, shape (items,).

        Args:
            items: what is scored.
            examples: the items with a verdict.
            itself: shape (items,): the example that an item is itself, or -1. It adds nothing.
            lsa_weight: weight of the LSA cosine beside the TF-IDF cosine.
        """
        scores = self.preferences.scores(items, examples, lsa_weight)
        scores += self._by_nearest(items, examples, itself).sum(axis=1)
        own = np.flatnonzero(itself >= 0)
        if len(own):
            parts = self.preferences.by_example(items.take(own), examples, lsa_weight)
            scores[own] -= parts[np.arange(len(own)), itself[own]]
        return scores

    def by_example(
        self, items: TextFeatures, examples: TextFeatures, itself: Ints, lsa_weight: float
    ) -> Matrix:
        """Return what each example adds to each item, shape (items, examples); see ``scores``."""
        parts = self.preferences.by_example(items, examples, lsa_weight)
        parts[np.flatnonzero(itself >= 0), itself[itself >= 0]] = 0.0
        return parts + self._by_nearest(items, examples, itself)

    def _by_nearest(self, items: TextFeatures, examples: TextFeatures, itself: Ints) -> Matrix:
        if not self.nearest.any():
            return np.zeros((len(items), len(examples)), dtype=np.float32)
        return by_nearest(items, examples, self.nearest, itself)


def fit_user_model(
    verdicts: Mapping[ItemKey, Verdict],
    examples: TextFeatures,
    model: Model,
    *,
    has_interests: bool,
    unused: Collection[ItemKey] = (),
) -> UserModel:
    """Learn from a person's verdicts.

    The weight of the likes grows with the root of their number, as the certainty of a mean does;
    with the factor 2 inside the root, from 1 to 4 little changes. What was written counts in full
    whatever was liked: beside it a regression needs many likes before it says more, and what an
    item is nearest to counts.

    Args:
        verdicts: the verdict on each example, in the order of ``examples``.
        examples: the items with a verdict.
        model: what is learned from the archive.
        has_interests: whether the person wrote any.
        unused: items that must not serve as background.
    """
    preferences = fit_preferences(verdicts, examples, model, unused=unused)
    evidence = preferences.evidence
    certainty = math.sqrt(2 * evidence)
    confidence = certainty / (1.0 + certainty)
    amounts = np.array([VERDICT_WEIGHTS[verdict] for verdict in verdicts.values()], np.float32)
    beside = evidence / (evidence + BESIDE_INTERESTS) if has_interests else 1.0
    preferences = preferences.scaled(VERDICTS * confidence * beside)
    if has_interests:  # embeddings say what is nearest, so they are trusted as that is
        judged = max(amounts[amounts > 0].sum(), -amounts[amounts < 0].sum())
        confidence = float(judged / (judged + NEAREST_EVIDENCE))
    words, columns = examples.tfidf.compact()
    known = slice(int(np.searchsorted(columns, model.vocabulary.size)))
    own = preferences.example_weights
    return UserModel(
        preferences=preferences,
        nearest=nearest_weights(amounts) if has_interests else np.zeros_like(amounts),
        confidence=confidence,
        columns=columns[known].astype(np.int32),
        words=words.combine(own)[known],
        lsa=(model.lsa_weight * (own @ examples.lsa)).astype(np.float32),
    )
