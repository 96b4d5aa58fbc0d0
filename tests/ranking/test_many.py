"""Ranking for many people at once is ranking for each of them."""

from __future__ import annotations

import pytest

from core.items import Item
from core.people import Feedback, Profile, Verdict, parse_interests
from ranking.ranker import ContentRanker
from ranking.users import BATCH_SIZE, SPARSE_BATCH
from tests.fakes import NOON
from tests.ranking.archives import SUBJECTS, about, an_archive

ARCHIVE = an_archive(30, first=100)
CANDIDATES = an_archive(12)


def said(verdict: Verdict, *items: Item) -> tuple[Feedback, ...]:
    return tuple(Feedback(item=item, verdict=verdict, at=NOON) for item in items)


def people(count: int) -> list[Profile]:
    """Some write, some like, some dislike and follow, some do nothing."""
    subjects = ["; ".join(text.split()[:2]) for text in SUBJECTS.values()]
    return [
        Profile(
            name=str(n),
            interests=parse_interests(
                "; ".join(subjects[n % 5].split(" ", 2)[:2]) if n % 3 else ""
            ),
            feedback=said(Verdict.SAVE, *ARCHIVE[n % 90 : n % 90 + n % 5])
            + said(Verdict.LESS, *ARCHIVE[120 : 120 + n % 2]),
            followed=("Ada Lovelace",) if n % 7 == 0 else (),
            popularity=n % 2 == 0,
        )
        for n in range(count)
    ]


@pytest.fixture
def ranker() -> ContentRanker:
    made = ContentRanker()
    made.fit(ARCHIVE)
    return made


@pytest.mark.parametrize("count", [1, SPARSE_BATCH, SPARSE_BATCH + 1, BATCH_SIZE + 3])
def test_everyone_gets_what_they_would_get_alone(ranker: ContentRanker, count: int) -> None:
    authored = about("arxiv/by-ada", authors=("Ada Lovelace",), metrics={"upvotes": 3.0})
    candidates = [*CANDIDATES, authored]
    crowd = people(count)
    together = list(ranker.rank_many(crowd, candidates, NOON, limit=len(candidates)))
    assert len(together) == count
    for profile, found in list(zip(crowd, together, strict=True))[:: max(1, count // 20)]:
        alone = ContentRanker()
        alone.fit(ARCHIVE)
        expected = alone.rank(profile, candidates, NOON)
        assert {one.item.key for one in found} == {one.item.key for one in expected}
        scores = {one.item.key: one.score for one in expected}
        assert {one.item.key: one.score for one in found} == pytest.approx(scores, abs=1e-5)
        assert found[0].score == pytest.approx(expected[0].score, abs=1e-5)


def test_the_best_are_chosen_by_the_score_that_their_reasons_add_up_to(
    ranker: ContentRanker,
) -> None:
    crowd = people(40)
    for profile, found in zip(
        crowd, ranker.rank_many(crowd, CANDIDATES, NOON, limit=10), strict=True
    ):
        scores = sorted((one.score for one in ranker.rank(profile, CANDIDATES, NOON)), reverse=True)
        assert sorted((one.score for one in found), reverse=True) == pytest.approx(
            scores[:10], abs=1e-4
        )


def test_no_candidates_and_nobody_give_nothing(ranker: ContentRanker) -> None:
    assert list(ranker.rank_many(people(3), [], NOON, limit=5)) == [[], [], []]
    assert list(ranker.rank_many([], CANDIDATES, NOON, limit=5)) == []


def test_new_verdicts_are_heeded_by_a_ranker_that_knows_the_person(ranker: ContentRanker) -> None:
    known = Profile(name="p", feedback=said(Verdict.MORE, *ARCHIVE[:4]))
    ranker.rank(known, CANDIDATES, NOON)
    more = Profile(name="p", feedback=known.feedback + said(Verdict.SAVE, *ARCHIVE[60:64]))
    fresh = ContentRanker()
    fresh.fit(ARCHIVE)
    assert ranker.rank(more, CANDIDATES, NOON) == fresh.rank(more, CANDIDATES, NOON)


def test_what_is_written_counts_in_full_whatever_was_liked(ranker: ContentRanker) -> None:
    robots = [one for one in ARCHIVE if "robots" in str(one.key)]

    def matched(text: str, liked: tuple[Feedback, ...]) -> dict[str, float]:
        profile = Profile(name="p", interests=parse_interests(text), feedback=liked)
        found = ranker.rank(profile, CANDIDATES, NOON)
        return {
            f"{one.item.key} {why.text}": why.weight
            for one in found
            for why in one.reasons
            if why.control == text
        }

    for text in ("speech recognition", "robot manipulation"):
        alone = matched(text, ())
        assert alone
        assert matched(text, said(Verdict.MORE, *robots[:20])) == pytest.approx(alone)


def test_some_of_the_candidates_are_ranked_as_if_read_anew(ranker: ContentRanker) -> None:
    profile = people(3)[2]
    ranker.rank(profile, CANDIDATES, NOON)
    some = CANDIDATES[5:40]
    fresh = ContentRanker()
    fresh.fit(ARCHIVE)
    assert ranker.rank(profile, some, NOON) == fresh.rank(profile, some, NOON)


@pytest.mark.parametrize("cached", [10, 50, 1000])
def test_pools_that_overlap_are_ranked_as_if_read_anew(
    ranker: ContentRanker, monkeypatch: pytest.MonkeyPatch, cached: int
) -> None:
    monkeypatch.setattr("ranking.ranker.MAX_CACHED", cached)
    profile = people(3)[2]
    for pool in (CANDIDATES[:40], CANDIDATES[20:], CANDIDATES[10:30], CANDIDATES[::-1]):
        fresh = ContentRanker()
        fresh.fit(ARCHIVE)
        found, expected = (one.rank(profile, pool, NOON) for one in (ranker, fresh))
        assert [one.item.key for one in found] == [one.item.key for one in expected]
        scores = [one.score for one in expected]
        assert [one.score for one in found] == pytest.approx(scores, abs=1e-5)
