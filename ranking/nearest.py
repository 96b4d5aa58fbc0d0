"""What a verdict adds to the items that are nearest to it, beside written interests.

An item gains by its three nearest liked items and loses by its three nearest disliked ones, the
nearest counting most: one of a person's saves may stand for one interest alone, and a mean of all
would stand for none. Similarity is that of words (TF-IDF with local scaling), up to a limit, so
that no single like outweighs what the person wrote.
"""

from __future__ import annotations

import numpy as np

from ranking.model import TextFeatures
from ranking.sparse import Floats, Ints, Matrix
from ranking.weights import NEAREST, NEAREST_ALIKE, NEAREST_EVIDENCE, NEAREST_PLACES


def nearest_weights(amounts: Floats) -> Floats:
    """Return what full similarity to each item with a verdict adds, shape (examples,).

    Likes and dislikes are trusted apart, each the more of them there are: a first dislike shows as
    much as a first like.

    Args:
        amounts: shape (examples,): the weight of each verdict, negative if disliked.
    """
    liked, disliked = amounts[amounts > 0].sum(), -amounts[amounts < 0].sum()
    total = np.where(amounts > 0, liked, disliked)
    weights: Floats = (NEAREST * amounts / (NEAREST_EVIDENCE + total)).astype(np.float32)
    return weights


def by_nearest(
    items: TextFeatures, examples: TextFeatures, weights: Floats, itself: Ints
) -> Matrix:
    """Return what each example adds to each item, shape (items, examples).

    Args:
        items: what is scored.
        examples: the items with a verdict.
        weights: shape (examples,): of ``nearest_weights``.
        itself: shape (items,): the example that an item is itself, or -1. It adds nothing.
    """
    rows, columns = examples.tfidf.compact()
    similarity = items.tfidf.only(columns).times(np.ascontiguousarray(rows.dense().T))
    similarity[np.flatnonzero(itself >= 0), itself[itself >= 0]] = 0.0
    parts: Matrix = np.clip(similarity, 0.0, NEAREST_ALIKE) * weights
    for some in (np.flatnonzero(weights > 0), np.flatnonzero(weights < 0)):
        parts[:, some] *= _shares(np.abs(parts[:, some]))
    return parts


def _shares(parts: Matrix) -> Matrix:
    """Return how far each part counts: by its place among those of its item, else not at all."""
    shares = np.zeros_like(parts)
    places = np.array(NEAREST_PLACES[: parts.shape[1]], dtype=np.float32)
    order = np.argsort(-parts, axis=1, kind="stable")[:, : len(places)]
    np.put_along_axis(shares, order, places, axis=1)
    return shares
