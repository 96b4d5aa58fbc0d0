"""Why candidates score as they do for one person: every term of the score as a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.digests import RankedItem, Reason
from core.meaning import Meanings
from core.people import Verdict
from ranking.close_reasons import close_reasons, lessened
from ranking.closeness import closeness
from ranking.context import Context
from ranking.diversity import WINDOW, spread_out
from ranking.field import Field
from ranking.interests import match
from ranking.model import Described
from ranking.people import Person
from ranking.reasons import (
    example_reasons,
    folded,
    label,
    match_reasons,
    near_reasons,
    reason,
    word_reasons,
)

if TYPE_CHECKING:
    from ranking.sparse import Ints

_SAID = {
    Verdict.SAVE: "like {}, which you saved",
    Verdict.MORE: "like {}, of which you wanted more",
    Verdict.KNOWN: "like {}, which you know",
    Verdict.LESS: "like {}, of which you wanted less",
}


def told(
    person: Person, field: Field, context: Context, rows: Ints, meanings: Meanings
) -> list[RankedItem]:
    """Return some candidates with their scores and reasons, in reading order.

    Args:
        person: for whom.
        field: the candidates.
        context: what speaks for them besides their words.
        rows: which candidates, in any order; equal scores stand in this order.
        meanings: vectors of a model, as far as there are any.
    """
    import numpy as np

    numbers = rows.tolist()
    others = context.reasons(person.profile, numbers)
    ranked = [
        RankedItem.of(field.items[number], [*other, *words])
        for number, other, words in zip(
            numbers, others, _by_text(person, field, rows, meanings), strict=True
        )
    ]
    order = sorted(range(len(ranked)), key=lambda place: -ranked[place].score)
    top = rows[np.array(order[:WINDOW], dtype=np.int64)]
    vectors = field.described.words.take(top).unit()
    return spread_out([ranked[place] for place in order], vectors, person.profile)


def alike(field: Field) -> list[list[Reason]]:
    """Say what each candidate shares with the first."""
    import numpy as np

    items = field.described
    first = items.words.take(np.zeros(1, dtype=np.int64)).total()
    words = word_reasons(items.words, first, field.names, "both: {}", "other words of both")
    meaning = items.places @ items.places[0] * field.model.meaning
    return [
        folded([*said, reason("about the same subject", near)], "other words of both")
        for said, near in zip(words, meaning.tolist(), strict=True)
    ]


def _by_text(person: Person, field: Field, rows: Ints, meanings: Meanings) -> list[list[Reason]]:
    """Return for each candidate what its text adds: by interests, by verdicts, by closeness."""
    items = field.described.take(rows)
    written = _interest_parts(person, field, rows, items) if person.profile.interests else []
    liked = [_verdict_part(person, field, items)] if person.feedback else []
    if not meanings.items:
        return _side_by_side([*written, *liked], len(rows))
    close = closeness(
        meanings,
        [field.items[row].key for row in rows.tolist()],
        person.heeded,
        {one.item.key: one.verdict for one in person.feedback},
        liked_share=person.learnt.liked_share,
    )
    parts = [
        *(lessened(part, close.topics.words_share) for part in written),
        *(lessened(part, close.likes.words_share) for part in liked),
        close_reasons(close, person.profile.interests, person.feedback),
    ]
    return _side_by_side(parts, len(rows))


def _side_by_side(parts: Sequence[list[list[Reason]]], items: int) -> list[list[Reason]]:
    """Return for each item its reasons of all kinds."""
    return [[one for part in parts for one in part[row]] for row in range(items)]


def _interest_parts(
    person: Person, field: Field, rows: Ints, items: Described
) -> list[list[list[Reason]]]:
    interests = person.profile.interests
    matches = match(person.asked, field.relevance.take(rows), items, field.model)
    return [
        match_reasons(matches, person.asked, interests, field.names),
        near_reasons(
            matches,
            person.asked,
            interests,
            items=items,
            meanings=field.model.vectors,
            names=field.names,
        ),
    ]


def _verdict_part(person: Person, field: Field, items: Described) -> list[list[Reason]]:
    taste, meaning = person.learnt.taste, field.model.meaning
    texts = [_SAID[one.verdict].format(label(one.item.title)) for one in person.feedback]
    levers = [str(one.item.key) for one in person.feedback]
    parts = taste.by_example(items, person.examples, meaning)
    return example_reasons(parts, texts, levers, taste.scores(items, person.examples, meaning))
