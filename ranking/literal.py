"""Interests that are looked for as they are written: "Go", "R", phrases without spaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.items import Item
from core.people import Interest
from language.names import Test, named_by
from ranking.sparse import Ints

Hits = NDArray[np.bool_]

MAX_CACHED = 500
"""Phrases whose hits are kept for the next person; each takes a byte a candidate."""


_NO_TAGS: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Literal:
    """Which candidates name interests in their title or tags.

    Attributes:
        interests: shape (names,): numbers of the interests that are looked for so.
        hits: shape (candidates, names).
        titled: the same shape: whether it is the title.
    """

    interests: Ints
    hits: Hits
    titled: Hits

    def take(self, rows: Ints) -> Literal:
        """Return the same for some of the candidates."""
        return Literal(self.interests, self.hits[rows], self.titled[rows])


@dataclass(frozen=True, eq=False)
class Named:
    """Looks for names in candidates; the same name is looked for once.

    Attributes:
        items: the candidates.
    """

    items: Sequence[Item]
    _known: dict[str, Hits] = field(default_factory=dict, init=False)

    def find(self, interests: Sequence[Interest]) -> Literal | None:
        """Return where interests are named, None where none is looked for so, which is usual."""
        tests = [(n, named_by(one.text)) for n, one in enumerate(interests)]
        found = [(n, self._hits(interests[n].text, test)) for n, test in tests if test is not None]
        if not found:
            return None
        numbers, both = zip(*found, strict=True)
        hits, titled = np.stack(both, axis=2)
        return Literal(np.array(numbers, dtype=np.int64), hits, titled)

    def _hits(self, phrase: str, test: Test) -> Hits:
        """Return where a phrase is named at all, and where in the title, shape (2, candidates)."""
        hits = self._known.get(phrase)
        if hits is None:
            if len(self._known) >= MAX_CACHED:
                self._known.clear()
            made = [test(title, tags) for title, tags in self._texts]
            titled = [
                one and test(title, _NO_TAGS)
                for one, (title, _) in zip(made, self._texts, strict=True)
            ]
            hits = self._known[phrase] = np.array([made, titled], dtype=bool)
        return hits

    @cached_property
    def _texts(self) -> list[tuple[str, frozenset[str]]]:
        return [(one.title, frozenset(tag.casefold() for tag in one.tags)) for one in self.items]
