"""Interests that are looked for as they are written: "Go", "R", phrases without spaces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.items import Item
from core.people import Interest
from language.names import named_by

Hits = NDArray[np.bool_]


def literal_hits(items: Sequence[Item], interests: Sequence[Interest]) -> Hits | None:
    """Return which items name which interests in their title or tags, shape (items, interests).

    None where no interest is of that kind, which is usual.
    """
    tests = [(number, named_by(one.text)) for number, one in enumerate(interests)]
    if not any(test for _, test in tests):
        return None
    hits = np.zeros((len(items), len(interests)), dtype=bool)
    texts = [(item.title, frozenset(tag.casefold() for tag in item.tags)) for item in items]
    for number, test in tests:
        if test is not None:
            hits[:, number] = [test(title, tags) for title, tags in texts]
    return hits
