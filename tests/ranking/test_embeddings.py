from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.digests import RankedItem
from core.embeddings import NO_VECTORS, TextVectors
from core.items import Item, ItemKey
from core.people import Feedback, Interest, Profile, Verdict, parse_interests
from ranking.embeddings import embedding_scores
from ranking.ranker import ContentRanker
from ranking.weights import EMBEDDING_INTEREST_SHARES
from tests.fakes import NOON
from tests.ranking.archives import about

DIRECTIONS = {"graphs": 0, "drugs": 1, "speech": 2}
EMPTY = about("arxiv/none", title="Untitled")
ITEMS = [
    about(f"arxiv/{subject}-{number}", title=f"Paper {subject[0]}{number}")
    for subject in DIRECTIONS
    for number in range(4)
]


def vector(subject: str, strength: int = 120) -> bytes:
    """Point along a subject, and a little along what all texts share."""
    numbers = [10] * 4
    numbers[DIRECTIONS[subject]] = strength
    return bytes(numbers)


def subject_of(item: Item) -> str:
    return item.key.external_id.partition("-")[0]


def known(items: Iterable[Item] = ITEMS, *phrases: str) -> TextVectors:
    return TextVectors(
        items={item.key: vector(subject_of(item)) for item in items},
        phrases={phrase: vector(phrase) for phrase in phrases},
    )


def said(verdict: Verdict, *items: Item) -> tuple[Feedback, ...]:
    return tuple(Feedback(item=item, verdict=verdict, at=NOON) for item in items)


def ranked(
    profile: Profile, embeddings: TextVectors, items: Sequence[Item] = ITEMS
) -> list[RankedItem]:
    found = ContentRanker(vectors=lambda *_: embeddings).rank(profile, items, NOON)
    return sorted(found, key=lambda one: -one.score)


def texts(one: RankedItem) -> set[str]:
    return {reason.text for reason in one.reasons}


def test_an_item_close_to_an_interest_is_found_without_sharing_a_word() -> None:
    profile = Profile(name="ann", interests=parse_interests("drugs; speech"))
    first, *_ = order = ranked(profile, known(ITEMS, "drugs", "speech"))
    assert {subject_of(one.item) for one in order[:8]} == {"drugs", "speech"}
    assert f"close in meaning to {subject_of(first.item)}" in texts(first)
    assert {one.control for one in first.reasons if one.control} == {"drugs", "speech"}


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Verdict.SAVE, "which you saved"), (Verdict.MORE, "of which you wanted more")],
)
def test_an_item_close_to_liked_ones_is_found_and_names_them(verdict: Verdict, words: str) -> None:
    liked, *rest = ITEMS
    order = ranked(Profile(name="ann", feedback=said(verdict, liked)), known(), rest)
    assert [subject_of(one.item) for one in order[:3]] == ["graphs"] * 3
    (why,) = (one for one in order[0].reasons if one.text.startswith("close in meaning"))
    assert why.text == f"close in meaning to {liked.title}, {words}"
    assert why.control == str(liked.key)
    assert "further in meaning from what was liked than most" in texts(order[-1])


def test_the_mean_of_the_three_nearest_likes_counts_not_the_nearest_alone() -> None:
    profile = Profile(name="ann", feedback=said(Verdict.SAVE, *ITEMS[:3], ITEMS[4]))
    both = [ITEMS[3], ITEMS[5]]
    embeddings = known()
    first, second = ranked(profile, embeddings, both)
    assert [subject_of(first.item), subject_of(second.item)] == ["graphs", "drugs"]
    assert sum(text.startswith("close in meaning to Paper g") for text in texts(first)) == 3


def test_what_is_close_to_something_unwanted_falls() -> None:
    unwanted, *rest = ITEMS
    feedback = said(Verdict.SAVE, ITEMS[4]) + said(Verdict.LESS, unwanted)
    order = ranked(Profile(name="ann", feedback=feedback), known(), rest)
    fallen = [one for one in order if subject_of(one.item) == "graphs"]
    assert order[-3:] == fallen
    line = f"close in meaning to {unwanted.title}, of which you wanted less"
    for one in fallen:
        (why,) = (reason for reason in one.reasons if reason.text == line)
        assert why.weight < 0
        assert why.control == str(unwanted.key)


def test_one_less_acts_without_any_like() -> None:
    unwanted, *rest = ITEMS
    order = ranked(Profile(name="ann", feedback=said(Verdict.LESS, unwanted)), known(), rest)
    assert {subject_of(one.item) for one in order[-3:]} == {"graphs"}


def test_without_vectors_everything_is_as_before() -> None:
    profile = Profile(
        name="ann",
        interests=parse_interests("paper g1; d2"),
        feedback=said(Verdict.SAVE, ITEMS[0]) + said(Verdict.LESS, ITEMS[5]),
    )
    before = ContentRanker().rank(profile, ITEMS, NOON)
    assert ContentRanker(vectors=lambda *_: NO_VECTORS).rank(profile, ITEMS, NOON) == before
    useless = TextVectors(
        items={EMPTY.key: vector("graphs")}, phrases={"paper g1": vector("graphs")}
    )
    assert ContentRanker(vectors=lambda *_: useless).rank(profile, ITEMS, NOON) == before


def test_an_item_without_a_vector_keeps_the_full_weight_of_its_words() -> None:
    profile = Profile(name="ann", interests=parse_interests("graphs"))
    with_word = [about(f"arxiv/graphs-{n}", title=f"All about graphs {n}") for n in range(2)]
    embeddings = known(with_word[:1], "graphs")
    words = {one.item.key: one.reasons for one in ranked(profile, NO_VECTORS, with_word)}
    both = {one.item.key: one.reasons for one in ranked(profile, embeddings, with_word)}
    seen, unseen = (item.key for item in with_word)
    assert both[unseen] == words[unseen]
    (lessened,) = (one.weight for one in both[seen] if one.text == "matches graphs")
    (full,) = (one.weight for one in words[seen] if one.text == "matches graphs")
    assert lessened == pytest.approx((1 - EMBEDDING_INTEREST_SHARES[0]) * full, abs=1e-6)


def test_interests_count_by_embeddings_only_where_all_of_them_are_known() -> None:
    profile = Profile(name="ann", interests=parse_interests("graphs; new words"))
    assert ranked(profile, known(ITEMS, "graphs")) == ranked(profile, NO_VECTORS)


def test_an_item_is_not_called_close_to_itself() -> None:
    order = ranked(Profile(name="ann", feedback=said(Verdict.SAVE, ITEMS[0])), known())
    (own,) = (one for one in order if one.item == ITEMS[0])
    assert not any("in meaning" in text for text in texts(own))


def test_a_stronger_like_of_a_subject_weighs_by_the_interests_own_weight() -> None:
    interests = (Interest(text="drugs", weight=2.0), Interest(text="speech", weight=1.0))
    keys = [item.key for item in ITEMS]
    found = embedding_scores(known(ITEMS, "drugs", "speech"), keys, interests, {}, confidence=0.0)
    drugs, speech = found.interests.scores.max(axis=0).tolist()
    assert drugs == pytest.approx(2 * speech)


vectors = st.lists(st.integers(-127, 127), min_size=4, max_size=4).map(
    lambda numbers: np.array(numbers, dtype=np.int8).tobytes()
)
numbered = [about(f"arxiv/{number}", title=f"Paper {number % 5}") for number in range(14)]


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.sampled_from([item.key for item in numbered]), vectors),
    st.lists(st.sampled_from(["graphs", "paper 1", "drugs"]), max_size=3, unique=True),
    st.lists(vectors, min_size=3, max_size=3),
    st.lists(st.sampled_from(Verdict), max_size=8),
)
def test_a_score_stays_the_exact_sum_of_reasons_that_each_say_something_else(
    items: dict[ItemKey, bytes], phrases: list[str], written: list[bytes], verdicts: list[Verdict]
) -> None:
    profile = Profile(
        name="p",
        interests=tuple(Interest(text=text) for text in phrases),
        feedback=tuple(
            Feedback(item=item, verdict=verdict, at=NOON)
            for item, verdict in zip(numbered, verdicts, strict=False)
        ),
    )
    embeddings = TextVectors(items=items, phrases=dict(zip(phrases, written, strict=False)))
    for one in ranked(profile, embeddings, numbered[4:]):
        assert math.isfinite(one.score)
        assert one.score == math.fsum(reason.weight for reason in one.reasons)
        assert len(texts(one)) == len(one.reasons)
        assert all(reason.control for reason in one.reasons if "in meaning" in reason.text)
