"""What is learned from one person's verdicts: a score that is linear in an item's features."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.items import ItemKey
from core.people import Verdict
from ranking.field_texts import FieldTexts
from ranking.interests import Queries, match
from ranking.model import Model, TextFeatures
from ranking.preferences import PreferenceModel, fit_preferences
from ranking.sparse import Floats
from ranking.weights import LIKES_OVER_INTERESTS, VERDICT_WEIGHTS, VERDICTS


@dataclass(frozen=True)
class UserModel:
    """What a person's verdicts teach. It is small, and worth keeping until they change.

    Attributes:
        interest_weights: shape (interests,): how far each interest still counts for itself.
        preferences: in the scale of the final score.
        confidence: how far the verdicts can be trusted, from 0 to below 1.
        columns: shape (words,): the vocabulary's columns in which the examples have words.
        words: shape (words,): what each of these words adds.
        lsa: shape (dimensions,): what each LSA dimension adds.
    """

    interest_weights: Floats
    preferences: PreferenceModel
    confidence: float
    columns: NDArray[np.int32]
    words: Floats
    lsa: Floats


def fit_user_model(
    queries: Queries,
    verdicts: Mapping[ItemKey, Verdict],
    examples: TextFeatures,
    fields: FieldTexts,
    model: Model,
    *,
    unused: Collection[ItemKey] = (),
) -> UserModel:
    """Learn from a person's verdicts.

    An interest counts in full until there are likes that match it; from then on these say better
    what was meant. So what is newly written counts at once, whatever was liked before. The weight
    of the likes grows with the root of their number, as the certainty of a mean does; with the
    factor 2 inside the root, from 1 to 4 little changes.

    Args:
        queries: the written interests.
        verdicts: the verdict on each example, in the order of ``examples``.
        examples: the items with a verdict.
        fields: the words of the examples in order.
        model: what is learned from the archive.
        unused: items that must not serve as background.
    """
    preferences = fit_preferences(verdicts, examples, model, unused=unused)
    certainty = math.sqrt(2 * preferences.evidence)
    confidence = certainty / (1.0 + certainty)
    preferences = preferences.scaled(VERDICTS * confidence)
    unweighted = replace(queries, weights=np.ones_like(queries.weights))
    matched = np.clip(match(unweighted, fields, examples, model).by_interest(), 0.0, 1.0)
    liked = np.array([max(0.0, VERDICT_WEIGHTS[verdict]) for verdict in verdicts.values()])
    interest_weights = 1.0 / (1.0 + LIKES_OVER_INTERESTS * (liked @ matched))
    words, columns = examples.tfidf.compact()
    known = slice(int(np.searchsorted(columns, model.vocabulary.size)))
    own = preferences.example_weights
    return UserModel(
        interest_weights=interest_weights.astype(np.float32),
        preferences=preferences,
        confidence=confidence,
        columns=columns[known].astype(np.int32),
        words=words.combine(own)[known],
        lsa=(model.lsa_weight * (own @ examples.lsa)).astype(np.float32),
    )
