"""Contributions to a score put into words, few enough to read and adding up exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.digests import Reason
from core.people import Interest
from language.plain import plain_line, shortened
from ranking.features import WordSpace, stems_of_pair
from ranking.interests import Matches
from ranking.lexicon import Lexicon, Texts
from ranking.sparse import add_up

if TYPE_CHECKING:
    from ranking.sparse import Floats, Ints, SparseRows

DIGITS = 9
"""Weights are rounded to this many decimals, so that no order of summation shows in a score."""

NAMED = 4
"""Reasons of one kind that are named; what remains is folded into one."""

WORTH_NAMING = 0.01
"""A contribution smaller than this is folded: shown with two decimals it would read as 0."""

LABEL = 60
"""Characters of an interest or a title inside a reason."""


def weighed(text: str, weight: float, lever: str = "") -> Reason | None:
    """Build a reason with a rounded weight, or None if nothing is left of the weight."""
    rounded = round(float(weight), DIGITS)
    return Reason(text=text, weight=rounded, lever=lever) if rounded else None


def merged(reasons: Iterable[Reason]) -> list[Reason]:
    """Add up reasons that say the same (two saved items may bear one title)."""
    found: dict[tuple[str, str], Reason] = {}
    for reason in reasons:
        key = (reason.text, reason.lever)
        twin = found.get(key)
        found[key] = replace(reason, weight=reason.weight + twin.weight) if twin else reason
    return list(found.values())


def folded(reasons: Sequence[Reason], rest: str, remaining: float = 0.0) -> list[Reason]:
    """Return the strongest reasons, and the others as one.

    Args:
        reasons: all of one kind.
        rest: what the one for the others says.
        remaining: a weight that belongs to no reason and joins the others.
    """
    strongest = sorted(merged(reasons), key=lambda reason: (-abs(reason.weight), reason.text))
    others = math.fsum([remaining, *(reason.weight for reason in strongest[NAMED:])])
    folded_one = weighed(rest, others)
    return [*strongest[:NAMED], folded_one] if folded_one else strongest[:NAMED]


def label(text: str) -> str:
    """Return an interest or a title as it stands inside a reason."""
    return shortened(plain_line(text), LABEL)


class Names:
    """Knows how people write the words behind stems.

    Args:
        lexicon: the words.
        space: the columns.
        texts: what the columns were counted in; the most frequent spelling there is used.
    """

    def __init__(self, lexicon: Lexicon, space: WordSpace, *texts: Texts) -> None:
        import numpy as np

        size = len(lexicon.written)
        together = np.concatenate([text.written for text in texts])
        self._counts = np.bincount(together, minlength=size)
        stem_of = np.array(lexicon.stem_of)
        self._order = np.argsort(stem_of, kind="stable")
        self._stems = stem_of[self._order]
        self._written = lexicon.written
        self._space = space
        self._known: dict[int, str] = {}

    def of(self, column: int) -> str:
        """Return the word or word pair of a column as people write it."""
        name = self._known.get(column)
        if name is None:
            pairs = self._space.pairs
            if column < len(pairs):
                name = " ".join(self._word(stem) for stem in stems_of_pair(int(pairs[column])))
            else:
                name = self._word(column - len(pairs))
            self._known[column] = name
        return name

    def _word(self, stem: int) -> str:
        import numpy as np

        begin, end = np.searchsorted(self._stems, [stem, stem + 1])
        forms: list[int] = self._order[begin:end].tolist()
        return min((-int(self._counts[form]), self._written[form]) for form in forms)[1]


def interest_reasons(
    matches: Matches, interests: Sequence[Interest], names: Names, candidates: int
) -> list[list[Reason]]:
    """Say for each candidate which interests it matches, and by which widened words."""
    import numpy as np

    reasons: list[list[Reason]] = [[] for _ in range(candidates)]
    rest = np.zeros(candidates)
    for row, group, weight in _groups(matches):
        if abs(weight) < WORTH_NAMING:
            rest[row] += weight
            continue
        text = interests[int(matches.interest[group[0]])].text
        said = f"matches {label(text)}"
        if matches.expanded[group[0]]:
            words = ", ".join(names.of(int(column)) for column in matches.column[group[:2]])
            said = f"expanded from your topic {label(text)}: {words}"
        reasons[row].append(Reason(text=said, weight=round(weight, DIGITS), lever=text))
    return _with_rest(reasons, rest, "other words of your topics")


def _groups(matches: Matches) -> Iterator[tuple[int, Ints, float]]:
    """Yield candidate, entries (strongest first) and sum per candidate and interest."""
    import numpy as np

    key = (matches.row * (matches.interest.max(initial=0) + 1) + matches.interest) * 2
    key += matches.expanded
    order = np.lexsort((matches.column, -np.abs(matches.weight), key))
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    if not len(begins):
        return
    sums = np.add.reduceat(matches.weight[order], begins)
    rows = matches.row[order[begins]]
    ends = np.append(begins[1:], len(order))
    for row, begin, end, weight in zip(
        rows.tolist(), begins.tolist(), ends.tolist(), sums.tolist(), strict=True
    ):
        yield row, order[begin:end], weight


def word_reasons(
    vectors: SparseRows, weights: Floats, names: Names, text: str, rest: str
) -> list[list[Reason]]:
    """Split a score that is linear in words: the strong words by name, the others as one.

    Args:
        vectors: one row per candidate.
        weights: shape (width,): what each word adds.
        names: how the words are written.
        text: what a named word's reason says, with ``{}`` for the word.
        rest: what the folded reason says.
    """
    import numpy as np

    parts = vectors.per_entry(weights)
    strong = np.flatnonzero(np.abs(parts) >= WORTH_NAMING)
    other = parts.copy()
    other[strong] = 0.0
    sums = add_up(vectors.rows, other, len(vectors))
    reasons: list[list[Reason]] = [[] for _ in range(len(vectors))]
    for row, column, weight in zip(
        vectors.rows[strong].tolist(),
        vectors.columns[strong].tolist(),
        parts[strong].tolist(),
        strict=True,
    ):
        said = text.format(names.of(column))
        reasons[row].append(Reason(text=said, weight=round(weight, DIGITS)))
    return _with_rest(reasons, sums, rest)


def example_reasons(
    parts: Floats, texts: Sequence[str], levers: Sequence[str]
) -> list[list[Reason]]:
    """Say which of the items with a verdict a candidate is like.

    Args:
        parts: shape (candidates, examples): what each example adds.
        texts: what each example's reason says.
        levers: the example's key, to withdraw the verdict.
    """
    import numpy as np

    said: list[dict[str, Reason]] = [{} for _ in range(len(parts))]
    strong = np.abs(parts) >= WORTH_NAMING
    for row, example in zip(*(index.tolist() for index in np.nonzero(strong)), strict=True):
        text, weight = texts[example], float(parts[row, example])
        if text in said[row]:  # items of one title read as one reason
            weight += said[row][text].weight
        said[row][text] = Reason(text=text, weight=round(weight, DIGITS), lever=levers[example])
    reasons = [list(found.values()) for found in said]
    return _with_rest(reasons, np.where(strong, 0.0, parts).sum(axis=1), "other verdicts of yours")


def _with_rest(reasons: list[list[Reason]], rest: Floats, text: str) -> list[list[Reason]]:
    """Fold the weak reasons of each candidate, together with what was too small for a reason."""
    return [
        folded(found, text, remaining)
        for found, remaining in zip(reasons, rest.tolist(), strict=True)
    ]
