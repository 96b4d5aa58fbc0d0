"""What one person wrote and said, in one scale: interests and verdicts."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.items import ItemKey
from core.people import Verdict
from ranking.interests import Queries, match
from ranking.model import Described, Model
from ranking.preferences import Taste, learn
from ranking.sparse import Floats, SparseRows
from ranking.weights import (
    LIKES_OVER_INTERESTS,
    VERDICT_WEIGHTS,
    VERDICTS,
)


@dataclass(frozen=True)
class Learnt:
    """What is learnt from a person's verdicts: a score that is linear in words and places.

    It is small, and worth keeping until the verdicts change.

    Attributes:
        heed: shape (interests,): how far each interest still counts for itself.
        taste: in the scale of the final score.
        liked_share: how far the verdicts can be trusted, from 0 to below 1.
        columns: shape (words,): the vocabulary's columns in which the examples have words.
        words: shape (words,): what likeness to the examples makes each of them add.
        place: shape (dimensions,): what it makes each dimension of a place add.
    """

    heed: Floats
    taste: Taste
    liked_share: float
    columns: NDArray[np.int32]
    words: Floats
    place: Floats


def learn_person(
    asked: Queries,
    verdicts: Mapping[ItemKey, Verdict],
    examples: Described,
    relevance: SparseRows,
    model: Model,
    *,
    unused: Collection[ItemKey] = (),
) -> Learnt:
    """Learn from a person's verdicts.

    An interest counts in full until there are likes that match it; from then on these say better
    what was meant. So what is newly written is heeded at once, whatever was liked before. The
    weight of the likes grows with the root of their number, as the certainty of a mean does. (Both
    were chosen on citeulike-t with 3 and with all liked papers beside 5 written words; with the
    factor 2 inside the root, from 1 to 4 little changes.)

    Args:
        asked: the written interests.
        verdicts: the verdict on each example, in the order of ``examples``.
        examples: the items with a verdict.
        relevance: BM25's part for each word of the examples.
        model: what is learnt from the archive.
        unused: items that must not serve as background.
    """
    taste = learn(verdicts, examples, model, unused=unused)
    certainty = math.sqrt(2 * taste.evidence)
    share = certainty / (1.0 + certainty)
    taste = taste.times(VERDICTS * share)
    plain = replace(asked, weights=np.ones_like(asked.weights))
    matched = np.clip(match(plain, relevance, examples, model).by_interest(), 0.0, 1.0)
    liked = np.array([max(0.0, VERDICT_WEIGHTS[verdict]) for verdict in verdicts.values()])
    heed = 1.0 / (1.0 + LIKES_OVER_INTERESTS * (liked @ matched))
    words, columns = examples.words.compact()
    known = slice(int(np.searchsorted(columns, model.vocabulary.size)))
    return Learnt(
        heed=heed.astype(np.float32),
        taste=taste,
        liked_share=share,
        columns=columns[known].astype(np.int32),
        words=words.combine(taste.own)[known],
        place=(model.meaning * (taste.own @ examples.places)).astype(np.float32),
    )
