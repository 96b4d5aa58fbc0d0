"""What counts as a move of a deadline or a price, and what is no news."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.items import Deadline, Item, ItemKind
from core.moves import Move, MoveKind, moves_between, price_in_words
from tests.fakes import NOON, an_item

DAY = timedelta(days=1)


def due(
    days: float, label: str = "paper submission", kind: str = "paper", **more: object
) -> Deadline:
    at = NOON + timedelta(days=days)
    return Deadline(label=label, at=at, kind=kind, **more)  # type: ignore[arg-type]


def a_conference(*deadlines: Deadline) -> Item:
    return an_item("conferences/list/c", kind=ItemKind.CONFERENCE, deadlines=deadlines)


def moved(old: list[Deadline], new: list[Deadline], now: datetime = NOON) -> list[Move]:
    return moves_between(a_conference(*old), a_conference(*new), now)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (5.0, 12.0, MoveKind.EXTENDED),
        (-3.0, 4.0, MoveKind.EXTENDED),  # told late, and news all the same
        (12.0, 5.0, MoveKind.FORWARD),
        (-360.0, 5.0, MoveKind.CORRECTED),
        (5.0, 4.5, MoveKind.FORWARD),
    ],
)
def test_a_date_that_moves_is_told(old: float, new: float, kind: MoveKind) -> None:
    [move] = moved([due(old)], [due(new)])
    assert move.kind is kind
    assert move.times == (NOON + timedelta(days=old), NOON + timedelta(days=new))
    assert (move.what, move.subject, move.seen_at) == ("paper submission", "paper", NOON)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([due(5)], [due(5)]),
        ([due(5)], [due(5, label="Full paper")]),
        ([due(-9)], [due(-2)]),  # long past, to and fro
        ([due(5, exact=False)], [due(4.5)]),  # the day got its hour
        ([due(5)], [due(5.5, note="zone not stated")]),
        ([], [due(5)]),
        ([due(5)], []),
        ([due(5)], [due(9, kind="notification", label="notification")]),
        ([due(5, "one"), due(9, "two")], [due(6, "first"), due(10, "last"), due(20, "later")]),
    ],
)
def test_what_is_no_news_is_not_told(old: list[Deadline], new: list[Deadline]) -> None:
    assert moved(old, new) == []


def test_a_day_that_moves_further_than_its_hours_is_told() -> None:
    assert len(moved([due(5, exact=False)], [due(8)])) == 1
    assert len(moved([due(5, exact=False)], [due(4, exact=False)])) == 1


def test_rounds_are_told_apart_by_their_labels_and_then_in_order() -> None:
    old = [due(5, "round 1"), due(9, "round 2")]
    [move] = moved(old, [due(5, "round 1"), due(12, "round 2")])
    assert move.what == "round 2"
    both = moved([due(5), due(9)], [due(6), due(10)])
    assert [(one.times[1] - one.times[0]) for one in both] == [DAY, DAY]


def test_without_kinds_labels_are_all_there_is() -> None:
    old, new = due(5, "entry", kind=""), due(7, "entry", kind="")
    assert [one.subject for one in moved([old], [new])] == ["entry"]
    assert moved([old], [due(7, "final submission", kind="")]) == []


def an_offer(**prices: float) -> Item:
    return an_item("offers/llm-api/acme/m", kind=ItemKind.OFFER, prices=prices)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [(1.0, 0.95, True), (0.2, 0.21, True), (1.0, 1.04, False), (0.0, 1.0, True), (1.0, 0.0, True)],
)
def test_a_price_is_told_from_five_percent_on(old: float, new: float, told: bool) -> None:
    found = moves_between(an_offer(input_mtok=old), an_offer(input_mtok=new), NOON)
    assert [move.amounts for move in found] == ([(old, new)] if told else [])


def test_a_price_that_comes_or_goes_has_not_moved() -> None:
    assert moves_between(an_offer(input_mtok=1), an_offer(output_mtok=9), NOON) == []


def test_a_price_that_begins_to_depend_on_the_hour_is_no_fall() -> None:
    halved = replace(an_offer(), prices={"input_mtok": 0.5, "input_mtok if 08:00-20:00 UTC": 1.0})
    [move] = moves_between(an_offer(input_mtok=1.0), halved, NOON)
    assert move.kind is MoveKind.CONDITIONAL
    assert (
        price_in_words(move) == "input $1 per million tokens, now depends on the hour or the date"
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("input_mtok", "input $10 to $2 per million tokens (-80%)"),
        ("cache_read_mtok.base", "cache read $10 to $2 per million tokens (-80%)"),
        (
            "output_mtok.tier>200000",
            "output $10 to $2 per million tokens beyond 200,000 tokens (-80%)",
        ),
        ("web_searches_kcount", "web searches $10 to $2 per thousand (-80%)"),
        (
            "input_mtok if 08:00-20:00 UTC",
            "input $10 to $2 per million tokens, 08:00-20:00 UTC (-80%)",
        ),
        ("hour", "$10 to $2 per hour (-80%)"),
        ("requests/day", "requests/day 10 to 2 (-80%)"),
    ],
)
def test_a_price_is_told_in_words(name: str, told: str) -> None:
    [move] = moves_between(an_offer(**{name: 10.0}), an_offer(**{name: 2.0}), NOON)
    assert price_in_words(move) == told
