"""Learning does not drown saying: what a verdict adds to the items nearest to it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.items import Item
from core.people import Feedback, Profile, Verdict, parse_interests
from ranking.nearest import nearest_weights
from ranking.ranker import ContentRanker
from tests.fakes import NOON
from tests.ranking.archives import about, an_archive

ARCHIVE = an_archive(30, first=100)
CANDIDATES = an_archive(12)


@pytest.fixture(scope="module")
def ranker() -> ContentRanker:
    found = ContentRanker()
    found.fit(ARCHIVE)
    return found


def a_reader(interests: str, verdict: Verdict, *items: Item) -> Profile:
    feedback = tuple(Feedback(item=item, verdict=verdict, at=NOON) for item in items)
    return Profile(name="ann", interests=parse_interests(interests), feedback=feedback)


def of(subject: str, items: list[Item]) -> list[Item]:
    return [item for item in items if subject in str(item.key)]


def test_one_like_weighs_less_than_what_was_written(ranker: ContentRanker) -> None:
    robot = about("arxiv/saved", title="Robot manipulation by grasping", summary="Control policies")
    twin = about("arxiv/twin", title=robot.title, summary=robot.summary)
    asked = about("arxiv/asked", title="Speech recognition", summary="Audio of many speakers")
    ann = a_reader("speech recognition", Verdict.SAVE, robot)
    ranked = ranker.rank(ann, [*CANDIDATES, twin, asked], NOON)
    scores = {str(one.item.key): one.score for one in ranked}
    assert scores["arxiv/asked"] > scores["arxiv/twin"] > 0


def test_a_like_raises_what_is_like_it_and_a_dislike_lowers_it(ranker: ContentRanker) -> None:
    robot = of("robots", ARCHIVE)[0]

    def best_robot(*said: Verdict) -> float:
        feedback = tuple(Feedback(item=robot, verdict=one, at=NOON) for one in said)
        ann = Profile(name="ann", interests=parse_interests("speech"), feedback=feedback)
        ranked = ranker.rank(ann, CANDIDATES, NOON)
        return max(one.score for one in ranked if "robots" in str(one.item.key))

    assert best_robot(Verdict.LESS) < best_robot() < best_robot(Verdict.SAVE)


@pytest.mark.parametrize("interests", ["robot manipulation", ""])
def test_no_item_is_evidence_for_itself(ranker: ContentRanker, interests: str) -> None:
    saved = of("robots", CANDIDATES)[:4]
    ranked = ranker.rank(a_reader(interests, Verdict.SAVE, *saved), CANDIDATES, NOON)
    for one in ranked:
        told = one.explained()
        assert all(why.control != str(one.item.key) for why in told.reasons)
        assert told.score == math.fsum(why.weight for why in told.reasons)
        assert told.score == pytest.approx(one.score, abs=1e-4)
    controls = {why.control for one in ranked for why in one.explained().reasons}
    assert {str(item.key) for item in saved} <= controls  # each speaks for the others


def test_more_likes_are_trusted_more_and_a_first_dislike_as_much_as_a_first_like() -> None:
    weights = [
        float(nearest_weights(np.ones(count, dtype=np.float32))[0] * count) for count in (1, 3, 10)
    ]
    assert weights == sorted(weights)
    liked, less = nearest_weights(np.array([1.0, -1.0], dtype=np.float32)).tolist()
    assert liked == -less > 0
