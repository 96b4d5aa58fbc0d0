"""Terms of a score as reasons, few enough to read and adding up exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.digests import Reason
from core.people import Interest
from language.claims import TextWords
from ranking.interests import Matches, Queries
from ranking.lsa import WordVectors
from ranking.model import TextFeatures
from ranking.sparse import Floats, Matrix, SparseRows, add_up
from ranking.spellings import Spellings
from ranking.wording import matching, near

DIGITS = 6
"""Weights are rounded to this many decimals: what numbers of four bytes carry."""

NAMED = 4
"""Reasons of one kind that are named; what remains is folded into one."""

WORTH_NAMING = 0.02
"""A contribution smaller than this is folded: among others of .1 to 1 it explains nothing."""

CLEARLY_NEAR = 0.25
"""LSA cosine from which a topic or a word of it is named; texts of one field, whatever their
subject, have .1 to .2."""

BY_CHANCE = 3
"""Standard deviations of the cosine of two random words, 1 / sqrt(dimensions), that a word has to
be nearer to a topic than by chance before it is named: an archive of 70 texts has 12 dimensions, in
which "plain" is near to "language models" by .5."""

REST_OF_WORDS, REST_OF_NEARNESS = "smaller matches of words", "slightly close to the interests"
REST_OF_VERDICTS, UNLIKED = "other verdicts", "like much that was not chosen"
"""What the terms that are not named say, by kind."""

Words = Sequence[TextWords | None]
"""The texts of candidates, where their reasons are to be read."""


def reason(text: str, weight: float, control: str = "") -> Reason:
    """Build a reason with a rounded weight."""
    return Reason(text=text, weight=round(float(weight), DIGITS), control=control)


def merged(reasons: Iterable[Reason]) -> list[Reason]:
    """Add up reasons that say the same, as two saved items of one title do; none weighs nothing."""
    same: dict[str, Reason] = {}
    for one in reasons:
        twin = same.get(one.text)
        same[one.text] = replace(one, weight=one.weight + twin.weight) if twin else one
    return [one for one in same.values() if one.weight]


def folded(
    reasons: Iterable[Reason], rest: str, remaining: float = 0.0, control: str = ""
) -> list[Reason]:
    """Return the strongest reasons, and the others as one.

    Args:
        reasons: all of one kind.
        rest: what the one for the others says.
        remaining: a weight that belongs to no reason and joins the others.
        control: of the one for the others, unless a stronger reason joins it.
    """
    strongest = sorted(merged(reasons), key=lambda one: (-abs(one.weight), one.text))
    others = strongest[NAMED:]
    together = math.fsum([remaining, *(one.weight for one in others)])
    last = reason(rest, together, others[0].control if others else control)
    return merged([*strongest[:NAMED], last])


def match_reasons(
    matches: Matches, interests: Sequence[Interest], words: Words
) -> list[list[Reason]]:
    """Say for each candidate which interests its words match."""
    candidates = len(matches.lsa)
    reasons: list[list[Reason]] = [[] for _ in range(candidates)]
    rest, controls = np.zeros(candidates), [""] * candidates
    for row, number, weight in _groups(matches):
        text = interests[number].text
        if abs(weight) < WORTH_NAMING:
            rest[row] += weight
            controls[row] = controls[row] or text
            continue
        reasons[row].append(reason(matching(text, words[row]), weight, text))
    return _with_rest(reasons, rest, REST_OF_WORDS, controls)


def _groups(matches: Matches) -> Iterator[tuple[int, int, float]]:
    """Yield candidate, interest and sum of the matches of both."""
    key = matches.row * matches.lsa.shape[1] + matches.interest
    order = np.lexsort((matches.column, -np.abs(matches.weight), key))  # one sum, bit by bit
    begins = np.flatnonzero(np.diff(key[order], prepend=-1))
    if not len(begins):
        return
    sums = np.add.reduceat(matches.weight[order], begins).tolist()
    firsts = order[begins]
    yield from zip(
        matches.row[firsts].tolist(), matches.interest[firsts].tolist(), sums, strict=True
    )


def lsa_reasons(
    matches: Matches,
    queries: Queries,
    interests: Sequence[Interest],
    *,
    texts: TextFeatures,
    word_vectors: WordVectors,
    spellings: Spellings,
    words: Words,
) -> list[list[Reason]]:
    """Say which interests a candidate is near to, and by which of its words.

    Args:
        matches: what they add.
        queries: the interests as numbers.
        interests: the same as written.
        texts: of the candidates.
        word_vectors: of each word.
        spellings: how words are written.
        words: the texts of the candidates.
    """
    lsa = matches.lsa
    kept = np.zeros(lsa.shape, dtype=bool)
    count = min(NAMED - 1, lsa.shape[1])
    strongest = np.argpartition(-lsa, count - 1, axis=1)[:, :count] if count else lsa.astype(int)
    np.put_along_axis(kept, strongest, values=True, axis=1)
    kept &= lsa >= np.maximum(WORTH_NAMING, matches.unit * queries.weights * CLEARLY_NEAR)
    reasons: list[list[Reason]] = [[] for _ in range(len(lsa))]
    for number in np.flatnonzero(kept.any(axis=0)).tolist():
        rows = np.flatnonzero(kept[:, number])
        nearest = _nearest_words(texts.tfidf.take(rows), queries, number, word_vectors)
        text = interests[number].text
        for row, columns in zip(rows.tolist(), nearest, strict=True):
            said = near(text, map(spellings.of, columns), words[row])
            reasons[row].append(reason(said, lsa[row, number], text))
    rest = np.where(kept, 0.0, lsa)
    controls = [interests[number].text for number in rest.argmax(axis=1).tolist()]
    return _with_rest(reasons, rest.sum(axis=1), REST_OF_NEARNESS, controls)


def _nearest_words(
    rows: SparseRows, queries: Queries, number: int, word_vectors: WordVectors, count: int = 2
) -> list[list[int]]:
    """Return the words of each row that are nearest to an interest, its own words left out."""
    begin, end = queries.words.starts[number : number + 2]
    numbers, dimensions = word_vectors.rows(rows.columns), word_vectors.vectors.shape[1]
    own = np.isin(rows.columns, queries.words.columns[begin:end])
    known = np.flatnonzero((numbers >= 0) & ~own)
    cosines = np.zeros(len(rows.columns), dtype=np.float32)
    cosines[known] = word_vectors.vectors[numbers[known]] @ queries.directions[number]
    cosines[cosines < max(CLEARLY_NEAR, BY_CHANCE / math.sqrt(max(1, dimensions)))] = 0.0
    parts = rows.values * cosines**2  # squared: rather near to the topic than frequent in the text
    found = []
    for begin, end in pairwise(rows.starts.tolist()):
        part = parts[begin:end]
        best = np.argsort(-part, kind="stable")[:count]
        found.append(rows.columns[begin + best[part[best] > 0]].tolist())
    return found


def word_reasons(
    rows: SparseRows, weights: Floats, spellings: Spellings, said: str, rest: str
) -> list[list[Reason]]:
    """Split a score that is linear in words: the strong words by name, the others as one.

    Args:
        rows: one per candidate.
        weights: shape (width,): what each word adds.
        spellings: how words are written.
        said: what a named word's reason says, with ``{}`` for the word.
        rest: what the folded reason says.
    """
    parts = rows.per_entry(weights)
    strong = np.flatnonzero(np.abs(parts) >= WORTH_NAMING)
    other = parts.copy()
    other[strong] = 0.0
    reasons: list[list[Reason]] = [[] for _ in range(len(rows))]
    for row, column, weight in zip(
        rows.rows[strong].tolist(),
        rows.columns[strong].tolist(),
        parts[strong].tolist(),
        strict=True,
    ):
        reasons[row].append(reason(said.format(spellings.of(column)), weight))
    left = add_up(rows.rows, other, len(rows)).tolist()
    return [folded(found, rest, one) for found, one in zip(reasons, left, strict=True)]


def example_reasons(
    parts: Matrix, texts: Sequence[str], controls: Sequence[str], whole: Floats
) -> list[list[Reason]]:
    """Say which of the items with a verdict a candidate is like.

    Every reason has a control, the verdict that can be withdrawn; that of a folded one is the
    strongest verdict in it.

    Args:
        parts: shape (candidates, examples): what similarity to each example adds.
        texts: what each example's reason says.
        controls: the key of each example.
        whole: shape (candidates,): what the verdicts add in all. What is left of it is
            similarity to the background, to which a person's likes are compared.
    """
    reasons: list[list[Reason]] = []
    order = np.argsort(-np.abs(parts), axis=1, kind="stable")
    for row, numbers in enumerate(order.tolist()):
        named = [n for n in numbers[:NAMED] if abs(parts[row, n]) >= WORTH_NAMING]
        found = [reason(texts[n], parts[row, n], controls[n]) for n in named]
        others = float(parts[row].sum()) - sum(float(parts[row, n]) for n in named)
        next_one = controls[numbers[min(len(named), len(numbers) - 1)]]
        found.append(reason(REST_OF_VERDICTS, others, next_one))
        common = float(whole[row] - parts[row].sum())
        found.append(reason(UNLIKED, common, controls[numbers[0]]))
        reasons.append(merged(found))
    return reasons


def _with_rest(
    reasons: list[list[Reason]], rest: NDArray[np.floating], text: str, controls: Sequence[str]
) -> list[list[Reason]]:
    """Fold the weak reasons of each candidate, together with what was too small for a reason."""
    return [
        folded(found, text, remaining, control)
        for found, remaining, control in zip(reasons, rest.tolist(), controls, strict=True)
    ]
