"""Far from the top reasons are summed up until somebody asks for them."""

from __future__ import annotations

import math

import pytest

from core.digests import RankedItem
from core.people import Feedback, Profile, Verdict, parse_interests
from ranking.explain import EXPLAINED
from ranking.ranker import ContentRanker
from tests.fakes import NOON
from tests.ranking.archives import an_archive

CANDIDATES = an_archive(EXPLAINED // 5 + 20)
LIKED = an_archive(3, first=900)
ANN = Profile(
    name="ann",
    interests=parse_interests("speech recognition; drug discovery"),
    feedback=tuple(Feedback(item=item, verdict=Verdict.SAVE, at=NOON) for item in LIKED[:4]),
    followed=("cs.LG",),
)


def is_summed_up(one: RankedItem) -> bool:
    return {reason.text for reason in one.reasons} <= {
        "all that the profile says",
        "its age and popularity",
    }


def test_the_best_have_all_their_reasons_and_the_others_two() -> None:
    ranked = ContentRanker().rank(ANN, CANDIDATES, NOON)
    assert len(ranked) == len(CANDIDATES) > EXPLAINED
    brief = [one for one in ranked if is_summed_up(one)]
    assert len(brief) == len(CANDIDATES) - EXPLAINED
    assert max(one.score for one in brief) <= min(
        one.score for one in ranked if not is_summed_up(one)
    ) + 1e-4  # fmt: skip
    for one in ranked:
        assert one.score == math.fsum(reason.weight for reason in one.reasons)
    for one in brief:
        assert len(one.reasons) <= 2


def test_whoever_asks_is_told_what_the_sum_is_made_of() -> None:
    for one in ContentRanker().rank(ANN, CANDIDATES, NOON):
        told = one.explained()
        assert told.in_full is None
        assert told.item is one.item
        assert told.moved == one.moved
        assert told.score == math.fsum(reason.weight for reason in told.reasons)
        assert told.score == pytest.approx(one.score, abs=1e-4)
        own = math.fsum(reason.weight for reason in told.reasons if reason.control)
        assert own == pytest.approx(
            math.fsum(reason.weight for reason in one.reasons if reason.control), abs=1e-4
        )


def test_what_is_told_later_is_what_a_smaller_choice_tells_at_once() -> None:
    ranker = ContentRanker()
    ranker.fit(CANDIDATES)
    far = [one for one in ranker.rank(ANN, CANDIDATES, NOON) if is_summed_up(one)]
    at_once = {one.item.key: one for one in ranker.rank(ANN, [one.item for one in far[:20]], NOON)}
    for one in far[:20]:
        texts = {reason.text: reason.weight for reason in one.explained().reasons}
        expected = {
            reason.text: reason.weight for reason in at_once[one.item.key].explained().reasons
        }
        assert texts == pytest.approx(expected, abs=1e-5)
