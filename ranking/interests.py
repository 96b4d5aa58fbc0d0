"""Written interests: each phrase is its own query, widened by what the archive says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.people import Interest
from ranking.features import WordSpace
from ranking.lexicon import Texts
from ranking.sparse import SparseRows, add_up

if TYPE_CHECKING:
    from ranking.sparse import Floats, Ints

LONGEST = 64
"""Words of one interest that are used, rarest first: enough for a paragraph, whatever is pasted."""

EXPANDED = 40
"""Interests that are widened, strongest first: who writes more has written the neighbours too."""

EXAMPLES = 10
"""Archive texts that an interest is widened from (pseudo-relevance feedback, Rocchio's method)."""

SHARED = 2
"""Texts that a word must stand in to widen an interest: what one alone says is about itself, and it
would be picked for its own name."""

EXPANSION_WORDS = 40
"""Words that an interest is widened by at most."""


@dataclass(frozen=True)
class Matches:
    """What written interests add to each candidate; parallel arrays, one entry per match.

    Attributes:
        row: shape (matches,): which candidate.
        interest: shape (matches,): number of the interest.
        column: shape (matches,): which word or word pair.
        weight: shape (matches,): what it adds to the score.
        expanded: shape (matches,): whether the word comes from the archive, not from the person.
    """

    row: Ints
    interest: Ints
    column: Ints
    weight: Floats
    expanded: Ints


def match(
    interests: Sequence[Interest],
    asked: SparseRows,
    *,
    space: WordSpace,
    counts: SparseRows,
    vectors: SparseRows,
    archive: SparseRows,
) -> Matches:
    """Match interests with candidates.

    A phrase scores by BM25, divided by the rarity of its own words, so that a full match is worth
    about the interest's weight whether its words are rare or common. The widened part is the
    likeness to the mean of the best archive texts, at the same spread over the candidates.

    Args:
        interests: strongest first.
        asked: their ``queries``.
        space: what the archive says of words.
        counts: word counts of the candidates.
        vectors: TF-IDF vectors of the candidates.
        archive: word counts of archive texts.
    """
    import numpy as np

    direct = _joined(space.relevance(counts), asked)
    widened = _widened(asked, space, archive, min(len(interests), EXPANDED))
    further = _joined(vectors, widened)
    further_weight = further[3] * _same_spread(direct, further, len(interests), len(counts))
    own = np.array([interest.weight for interest in interests])
    row, interest, column = (
        np.concatenate(pair) for pair in zip(direct[:3], further[:3], strict=True)
    )
    weight = np.concatenate((direct[3], further_weight)) * own[interest]
    expanded = np.repeat([0, 1], [len(direct[0]), len(further[0])])
    return Matches(row=row, interest=interest, column=column, weight=weight, expanded=expanded)


def queries(space: WordSpace, written: Texts, stems: int) -> SparseRows:
    """Return one row per written interest: the rarity of its words and pairs, adding up to 1.

    Args:
        space: what the archive says of words.
        written: the interests, read.
        stems: number of stems of the lexicon.
    """
    import numpy as np

    found = space.counts(written, stems)
    values = space.rarity(found.width)[found.columns]
    order = np.lexsort((found.columns, -values, found.rows))
    place = np.arange(len(order)) - found.starts[found.rows[order]]
    values[order[place >= LONGEST]] = 0.0
    total = add_up(found.rows, values, len(found))
    values = values / np.where(total > 0, total, 1.0)[found.rows]
    return SparseRows(found.starts, found.columns, values, found.width)


def _joined(rows: SparseRows, queries: SparseRows) -> tuple[Ints, Ints, Ints, Floats]:
    """Return candidate, interest, column and product wherever a row and a query share a column."""
    import numpy as np

    order = np.argsort(queries.columns, kind="stable")
    asked = queries.columns[order]
    wanted = np.zeros(rows.width, dtype=bool)
    wanted[asked] = True
    entries = np.flatnonzero(wanted[rows.columns])
    begin = np.searchsorted(asked, rows.columns[entries], side="left")
    times = np.searchsorted(asked, rows.columns[entries], side="right") - begin
    entry = np.repeat(entries, times)
    within = np.arange(len(entry)) - np.repeat(np.cumsum(times) - times, times)
    query = order[np.repeat(begin, times) + within]
    return (
        rows.rows[entry],
        queries.rows[query],
        rows.columns[entry],
        rows.values[entry] * queries.values[query],
    )


def _widened(queries: SparseRows, space: WordSpace, archive: SparseRows, count: int) -> SparseRows:
    """One row per interest: the strongest words of its best archive texts, at length 1."""
    import numpy as np

    relevance, vectors = space.relevance(archive), space.vectors(archive)
    columns, values, lengths = [], [], np.zeros(len(queries), dtype=np.int64)
    for number in range(count):
        query = queries.take(np.array([number]))
        score = relevance.dot(query.total())
        best = np.argsort(-score, kind="stable")[:EXAMPLES]
        best = best[score[best] > 0]
        examples = vectors.take(best)
        mean = examples.total()
        mean[query.columns] = 0.0
        mean[np.bincount(examples.columns, minlength=len(mean)) < SHARED] = 0.0
        strongest = np.sort(np.argsort(-mean, kind="stable")[:EXPANSION_WORDS])
        strongest = strongest[mean[strongest] > 0]
        columns.append(strongest)
        values.append(mean[strongest])
        lengths[number] = len(strongest)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    nothing = [np.zeros(0, dtype=np.int64)]
    return SparseRows(
        starts,
        np.concatenate(columns or nothing),
        np.concatenate(values or [np.zeros(0)]),
        queries.width,
    ).unit()


def _same_spread(
    direct: tuple[Ints, Ints, Ints, Floats],
    further: tuple[Ints, Ints, Ints, Floats],
    interests: int,
    candidates: int,
) -> Floats:
    """Return a factor per further match that gives both parts one standard deviation."""
    import numpy as np

    def spread(part: tuple[Ints, Ints, Ints, Floats]) -> Floats:
        keys, where = np.unique(part[1] * max(1, candidates) + part[0], return_inverse=True)
        value = add_up(where, part[3], len(keys))
        number = keys // max(1, candidates)
        mean = add_up(number, value, interests) / max(1, candidates)
        square = add_up(number, value**2, interests) / max(1, candidates)
        return np.sqrt(np.maximum(square - mean**2, 0.0))

    own, other = spread(direct), spread(further)
    usable = (own > 1e-9) & (other > 1e-9)
    factor = np.where(usable, own / np.where(usable, other, 1.0), 1.0)
    return factor[further[1]]
