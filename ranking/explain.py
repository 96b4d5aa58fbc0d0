"""Why candidates score as they do for one person: every term of the score as a reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.digests import RankedItem, Reason
from core.embeddings import NO_VECTORS, TextVectors
from core.people import Verdict
from ranking.diversity import WINDOW, spread_out
from ranking.embedding_reasons import close_reasons, lessened
from ranking.embeddings import Closeness, closeness
from ranking.features import Field
from ranking.interests import match
from ranking.metadata import Context
from ranking.model import Described
from ranking.reasons import (
    example_reasons,
    folded,
    label,
    match_reasons,
    near_reasons,
    reason,
    word_reasons,
)
from ranking.sparse import Floats, Ints, SparseRows
from ranking.users import Person, best

FULL = 200
"""Places from the top whose reasons are put into words one by one: twice of what changes places for
variety, and far more than a usual digest is picked from."""

_SAID = {
    Verdict.SAVE: "like {}, which you saved",
    Verdict.MORE: "like {}, of which you wanted more",
    Verdict.KNOWN: "like {}, which you know",
    Verdict.LESS: "like {}, of which you wanted less",
}


def told(person: Person, field: Field, context: Context, meanings: TextVectors) -> list[RankedItem]:
    """Return all candidates with their scores and reasons, in reading order.

    Beyond the first ``FULL`` places reasons are summed up until they are asked for: to put each of
    2,500 candidates into words takes ten times as long as to score them.

    Args:
        person: for whom.
        field: the candidates.
        context: what speaks for them besides their words.
        meanings: vectors of a model, as far as there are any.
    """
    seen = _Seen.of(person, field, meanings)
    own, others = context.weights(person.profile)
    own += seen.scores()
    rows = np.sort(best(own + others, FULL))
    rest = np.setdiff1d(np.arange(len(own)), rows)
    ranked = [*_full(seen, context, rows), *_brief(seen, context, rest, own[rest], others[rest])]
    return _in_order(person, field, np.concatenate((rows, rest)), ranked)


def told_of(person: Person, field: Field, context: Context, rows: Ints) -> list[RankedItem]:
    """Return these candidates alone, by their words, each with its reasons in full."""
    ranked = _full(_Seen.of(person, field, NO_VECTORS), context, rows)
    return _in_order(person, field, rows, ranked)


def _in_order(
    person: Person, field: Field, rows: Ints, ranked: Sequence[RankedItem]
) -> list[RankedItem]:
    """Return ranked candidates in reading order; equal scores stand by their rows."""
    numbers = rows.tolist()
    order = sorted(range(len(ranked)), key=lambda n: (-ranked[n].score, numbers[n]))
    top = rows[np.array(order[:WINDOW], dtype=np.int64)]
    vectors = field.described.words.take(top).unit()
    return spread_out([ranked[place] for place in order], vectors, person.profile)


def _full(seen: _Seen, context: Context, rows: Ints) -> list[RankedItem]:
    """Put the reasons of candidates with these numbers into words."""
    others = context.reasons(seen.person.profile, rows.tolist())
    return [
        RankedItem.of(seen.field.items[row], [*other, *words])
        for row, other, words in zip(rows.tolist(), others, seen.take(rows).reasons(), strict=True)
    ]


def _brief(
    seen: _Seen, context: Context, rows: Ints, own: Floats, others: Floats
) -> Iterator[RankedItem]:
    """Sum up reasons: what the person can turn down, by any of it, and the rest."""

    def one(row: int) -> RankedItem:
        return _full(seen, context, np.array([row], dtype=np.int64))[0]

    control = seen.person.control
    for row, mine, other in zip(rows.tolist(), own.tolist(), others.tolist(), strict=True):
        parts = (
            reason("all that you wrote, said and follow", mine, control),
            reason("its age and popularity", other),
        )
        yield RankedItem(
            item=seen.field.items[row],
            score=math.fsum(part.weight for part in parts),
            reasons=tuple(part for part in parts if part.weight),
            in_full=partial(one, row),
        )


def alike(field: Field) -> list[list[Reason]]:
    """Say what each candidate shares with the first."""
    items = field.described
    first = items.words.take(np.zeros(1, dtype=np.int64)).total()
    words = word_reasons(items.words, first, field.names, "both: {}", "other words of both")
    meaning = items.places @ items.places[0] * field.model.meaning
    return [
        folded([*said, reason("about the same subject", near)], "other words of both")
        for said, near in zip(words, meaning.tolist(), strict=True)
    ]


@dataclass(frozen=True)
class _Seen:
    """Candidates as a person sees their texts.

    Attributes:
        person: for whom.
        field: what they are of.
        items: the candidates.
        relevance: BM25's part for each of their words.
        close: how close they are in meaning, where vectors tell.
    """

    person: Person
    field: Field
    items: Described
    relevance: SparseRows
    close: Closeness | None

    @classmethod
    def of(cls, person: Person, field: Field, meanings: TextVectors) -> _Seen:
        close = None
        if meanings.items:
            close = closeness(
                meanings,
                [item.key for item in field.items],
                person.heeded,
                {one.item.key: one.verdict for one in person.feedback},
                liked_share=person.learnt.liked_share,
            )
        return cls(person, field, field.described, field.relevance, close)

    def take(self, rows: Ints) -> _Seen:
        """Return some of the candidates."""
        return replace(
            self,
            items=self.items.take(rows),
            relevance=self.relevance.take(rows),
            close=self.close.take(rows) if self.close is not None else None,
        )

    def scores(self) -> Floats:
        """Return what the texts add, shape (candidates,)."""
        person, model = self.person, self.field.model
        by_topics = match(person.asked, self.relevance, self.items, model).scores()
        by_likes = person.learnt.taste.scores(self.items, person.examples, model.meaning)
        if self.close is None:
            return by_topics + by_likes
        return self.close.scores(by_topics, by_likes)

    def reasons(self) -> list[list[Reason]]:
        """Return what each text adds: by interests, by verdicts, by closeness."""
        person, parts = self.person, []
        written = self._by_interests() if person.profile.interests else []
        liked = [self._by_verdicts()] if person.feedback else []
        if self.close is None:
            parts = [*written, *liked]
        else:
            parts = [
                *(lessened(part, self.close.topics.words_share) for part in written),
                *(lessened(part, self.close.likes.words_share) for part in liked),
                close_reasons(self.close, person.profile.interests, person.feedback),
            ]
        return [[one for part in parts for one in part[row]] for row in range(len(self.items))]

    def _by_interests(self) -> list[list[list[Reason]]]:
        asked, interests = self.person.asked, self.person.profile.interests
        field = self.field
        matches = match(asked, self.relevance, self.items, field.model)
        return [
            match_reasons(matches, asked, interests, field.names),
            near_reasons(
                matches,
                asked,
                interests,
                items=self.items,
                meanings=field.model.vectors,
                names=field.names,
            ),
        ]

    def _by_verdicts(self) -> list[list[Reason]]:
        person, meaning = self.person, self.field.model.meaning
        taste = person.learnt.taste
        texts = [_SAID[one.verdict].format(label(one.item.title)) for one in person.feedback]
        levers = [str(one.item.key) for one in person.feedback]
        parts = taste.by_example(self.items, person.examples, meaning)
        scores = taste.scores(self.items, person.examples, meaning)
        return example_reasons(parts, texts, levers, scores)
