from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.digests import Budget, Reason
from core.items import ItemKey, ItemKind
from core.sources import SourceStatus
from tests.digests.composing import DULL, LONG_AGO, compose, contest, keys, paper
from tests.digests.examples import DRUGS, GRAPHS, NOW, draft, item, matches, ranked, state

UNREAD = state("arxiv", SourceStatus.FAILED, error="answered with status 503")


UNSERVED = "Nothing good on “drug discovery” this week."
"""What is said of the other of the two interests."""


def test_a_quiet_week_says_that_nothing_else_passed() -> None:
    made = compose([paper("arxiv/1"), paper("arxiv/2"), DULL])
    assert made.digest.note == (
        "Only 2 this week: nothing else new is a good match. "
        "Nothing good on “drug discovery” this week."
    )


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=3), "today"),
        (timedelta(hours=25), "today"),
        (timedelta(days=7), "this week"),
        (timedelta(days=30), "in 30 days"),
    ],
)
def test_a_quiet_line_names_its_period(span: timedelta, words: str) -> None:
    period = replace(draft().period, start=NOW - span)
    made = compose([paper("arxiv/1"), DULL], into=draft(period=period))
    assert made.digest.note.startswith(f"Only 1 {words}: nothing else new is a good match.")


def test_a_digest_kept_short_by_its_budget_is_no_quiet_week() -> None:
    entries = [paper("arxiv/1"), paper("arxiv/2"), DULL]
    assert compose(entries, budget=Budget(items=1)).digest.note == UNSERVED


def test_a_week_with_enough_picks_is_no_quiet_week() -> None:
    assert compose([*(paper(f"arxiv/{n}") for n in range(5)), DULL]).digest.note == UNSERVED


def test_few_picks_of_which_all_passed_are_no_quiet_week() -> None:
    assert compose([paper("arxiv/1")]).digest.note == UNSERVED


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ({"entries": [], "into": draft(considered=0)}, "No source had anything new."),
        (
            {"entries": [], "into": draft(considered=0, health=(UNREAD,))},
            "Nothing new is here, but not every source was read.",
        ),
        ({"entries": []}, "Nothing new."),
        ({"entries": [DULL]}, "Nothing new is a good match."),
        (
            {"entries": [paper("arxiv/1")], "delivered": {ItemKey("arxiv", "1"): LONG_AGO}},
            "Nothing new: all of it came before.",
        ),
        (
            {"entries": [paper("arxiv/1")], "budget": Budget(minutes=0.1)},
            "No pick fits: allow more items or more minutes.",
        ),
    ],
)
def test_a_week_without_picks_has_no_sections_and_says_why(
    week: dict[str, Any], words: str
) -> None:
    made = compose(**week)
    assert made.digest.sections == ()
    assert made.digest.note == words


def test_a_week_of_nothing_but_deadlines_says_so() -> None:
    contested = contest("k/a", 2)
    made = compose([ranked(contested)], deadlines=[contested])
    assert made.digest.note == "Nothing new but the deadlines."


def test_an_interest_with_nothing_good_is_named_unless_all_are_served() -> None:
    other = ranked(item("arxiv/2", ItemKind.PAPER), matches(DRUGS, 1.0))
    assert compose([paper("arxiv/1"), other]).digest.note == ""
    weak = ranked(item("arxiv/2", ItemKind.PAPER), matches(GRAPHS, 1.0), matches(DRUGS, 0.1))
    assert compose([paper("arxiv/1"), weak]).digest.note == UNSERVED


def test_an_interest_that_found_no_room_is_none_without_anything_good() -> None:
    other = ranked(item("arxiv/2", ItemKind.PAPER), matches(DRUGS, 1.0))
    made = compose([paper("arxiv/1"), other], budget=Budget(items=1))
    assert keys(made) == ["arxiv/1"]
    assert made.digest.note == ""


def test_who_is_served_by_what_they_liked_alone_is_told_of_no_interest() -> None:
    liked = Reason(text="like A, which you saved", weight=1.0, control="arxiv/9")
    assert compose([ranked(item("arxiv/1", ItemKind.PAPER), liked)]).digest.note == ""
