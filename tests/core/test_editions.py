"""Editions that several lists tell."""

from __future__ import annotations

from datetime import timedelta

from core.editions import contradictions, one_each
from core.items import Deadline, Item, ItemKind
from tests.fakes import NOON, an_item


def told_by(name: str, days: float, edition: str = "icxr-2027", **facts: str) -> Item:
    paper = Deadline(label="paper", at=NOON + timedelta(days=days), kind="paper")
    return an_item(
        f"conferences/{name}/{edition}",
        kind=ItemKind.CONFERENCE,
        deadlines=(paper,),
        facets={"edition": edition},
        facts=facts,
    )


def test_an_edition_is_shown_once_where_it_stood_first() -> None:
    other = an_item("kaggle/competition/x")
    pwc, ai = told_by("paperswithcode", 5), told_by("ai-deadlines", 5)
    assert one_each([pwc, other, ai]) == [ai, other]


def test_lists_that_disagree_are_named() -> None:
    lists = [told_by("ccfddl", 6), told_by("ai-deadlines", 5), told_by("ccfddl", 9, "abc-2027")]
    assert contradictions(lists, NOON) == {
        "icxr-2027": (
            (
                "the lists disagree on the paper deadline: "
                "27 Nov 12:00 UTC (ai-deadlines), 28 Nov 12:00 UTC (ccfddl)"
            ),
        )
    }


def test_a_minute_is_no_contradiction_and_the_past_is_none() -> None:
    lists = [told_by("ccfddl", 5), told_by("ai-deadlines", 5 + 1 / 1440)]
    assert contradictions(lists, NOON) == {}
    assert contradictions([told_by("ccfddl", -5), told_by("ai-deadlines", -6)], NOON) == {}


def test_what_a_list_says_against_itself_is_named() -> None:
    one = told_by("paperswithcode", 5, contradiction="paperswithcode: ICXR 2027 is dated 2028")
    assert contradictions([one], NOON) == {
        "icxr-2027": ("paperswithcode: ICXR 2027 is dated 2028",)
    }
