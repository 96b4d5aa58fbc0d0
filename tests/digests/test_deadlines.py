from __future__ import annotations

from datetime import timedelta

import pytest

from core.digests import Budget, Delivered, RankedItem
from core.items import ItemKey, ItemKind
from digests.deadlines import lines_within
from tests.digests.composing import compose, contest, keys, one_work, outcome, paper
from tests.digests.examples import NOW, draft, item, matches, ranked


def test_a_moved_deadline_is_an_update_and_not_in_the_bar_as_well() -> None:
    moved = contest("kaggle/competition/a", 9)
    before = {moved.key: Delivered(digest="d", version="2026-11-25T00:00:00+00:00")}
    made = compose([ranked(moved)], delivered=before, deadlines=[moved])
    assert keys(made, "updates") == ["kaggle/competition/a"]
    assert made.digest.picks[0].update == "deadline moved from 25 Nov 2026 to 01 Dec 2026"
    assert keys(made, "deadlines") == []


def test_deadlines_come_first_soonest_first_and_only_those_ahead() -> None:
    ends = [contest("k/late", 9), contest("k/over", -1), contest("k/soon", 2)]
    made = compose([paper("arxiv/1")], deadlines=ends)
    assert made.digest.sections[0].kind == "deadlines"
    assert keys(made, "deadlines") == ["k/soon", "k/late"]


def test_what_stands_in_the_bar_has_no_card_and_its_score_all_the_same() -> None:
    contested = contest("k/a", 2)
    entries = [ranked(contested, matches("drug discovery", 5.0)), paper("arxiv/1")]
    made = compose(entries, deadlines=[contested])
    assert keys(made) == ["k/a", "arxiv/1"]
    assert outcome(made, "k/a") == "shown in the deadlines bar"
    assert made.digest.picks[0].score == 5.0


@pytest.mark.parametrize(
    ("items", "lines"), [(0, 0), (1, 0), (2, 0), (3, 1), (10, 3), (15, 5), (99, 5), (None, 5)]
)
def test_the_bar_takes_a_third_of_the_items_and_never_more_than_five(
    items: int | None, lines: int
) -> None:
    crowd = [contest(f"k/{n}", n) for n in range(1, 9)]
    papers = [paper(f"arxiv/{n}") for n in range(120)]
    made = compose(papers, deadlines=crowd, budget=Budget(items=items))
    assert lines_within(items) == len(keys(made, "deadlines")) == lines
    assert len(keys(made)) == (125 if items is None else items)


def test_a_match_that_the_bar_has_no_room_for_is_a_pick() -> None:
    contested = contest("k/a", 2)
    made = compose([ranked(contested)], deadlines=[contested], budget=Budget(items=2))
    assert keys(made, "competitions") == ["k/a"]


def test_minutes_are_for_picks_alone() -> None:
    made = compose([], deadlines=[contest("k/a", 2)], budget=Budget(minutes=0.1))
    assert keys(made) == ["k/a"]


def test_the_bar_leaves_out_what_was_ranked_and_is_no_match() -> None:
    contested = contest("k/a", 2)
    made = compose([RankedItem.of(contested, ())], deadlines=[contested])
    assert keys(made) == []


def test_a_crowded_bar_prefers_the_best_matches_then_what_came_before_then_the_soonest() -> None:
    crowd = [contest(f"k/{n}", n) for n in range(1, 9)]
    before = {crowd[7].key: Delivered(digest="d", version=crowd[7].version)}
    fits = [ranked(crowd[n], matches("drug discovery", score)) for n, score in [(4, 1.0), (6, 3.0)]]

    def bar(items: int) -> list[str]:
        made = compose(fits, deadlines=crowd, delivered=before, budget=Budget(items=items))
        return keys(made, "deadlines")

    assert bar(3) == ["k/7"]
    assert bar(6) == ["k/5", "k/7"]
    assert bar(9) == ["k/5", "k/7", "k/8"]
    assert bar(15) == ["k/1", "k/2", "k/5", "k/7", "k/8"]


def test_a_deadline_comes_back_every_day_until_it_has_passed() -> None:
    contested = contest("k/a", 2.5)
    got: dict[ItemKey, Delivered] = {}
    shown = []
    for days in range(4):
        today = draft(made_at=NOW + timedelta(days=days), id=f"day {days}")
        made = compose([ranked(contested)], into=today, delivered=got, deadlines=[contested])
        shown.append(keys(made, "deadlines"))
        before = Delivered(digest=made.digest.id, version=contested.version)
        got |= {entry.item.key: before for entry in made.digest.picks}
    assert shown == [["k/a"], ["k/a"], ["k/a"], []]


def test_a_delivered_competition_stays_in_the_bar_as_a_reminder() -> None:
    known = contest("k/a", 2)
    before = {known.key: Delivered(digest="d", version=known.version)}
    made = compose([ranked(known)], deadlines=[known], delivered=before)
    assert keys(made) == ["k/a"]
    assert outcome(made, "k/a") == "shown in the deadlines bar"


def test_the_data_of_a_competition_in_the_bar_is_no_card_of_its_own() -> None:
    works = one_work("k/a", "kaggle/dataset/a/b")
    data = ranked(item("kaggle/dataset/a/b", ItemKind.DATASET))
    made = compose([data], works=works, deadlines=[contest("k/a", 2)])
    assert keys(made) == ["k/a"]
    assert outcome(made, "kaggle/dataset/a/b") == "same work as k/a, shown there"
