from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from core.items import Deadline, Item, ItemKind
from core.withdrawal import is_withdrawn
from storage.merging import is_older, merged
from tests.fakes import NOON, an_item
from tests.storage.strategies import items

HOUR = timedelta(hours=1)


def test_the_later_answer_wins() -> None:
    known = an_item(title="Old", summary="old", metrics={"votes": 1, "today": 5})
    seen = an_item(title="New", summary="new", metrics={"votes": 2})
    assert merged(known, seen) == seen


def test_what_the_later_answer_is_silent_about_stays() -> None:
    deadline = Deadline(label="entry", at=NOON)
    known = an_item(
        summary="text",
        authors=("Ann",),
        tags=("cs.LG",),
        facts={"comment": "12 pages", "license": "MIT"},
        deadlines=(deadline,),
        version="1",
        related=("https://github.com/o/r",),
        published_at=NOON,
        updated_at=NOON,
    )
    assert merged(known, an_item()) == known
    told = merged(known, an_item(facts={"comment": "13 pages"}))
    assert told.facts == {"comment": "13 pages", "license": "MIT"}


def test_an_item_keeps_its_first_appearance_and_a_repository_takes_its_latest() -> None:
    for kind in ItemKind:
        early = an_item(kind=kind, appeared_at=NOON)
        late = an_item(kind=kind, appeared_at=NOON + HOUR)
        trends = kind is ItemKind.REPOSITORY
        assert merged(early, late).appeared_at == (NOON + HOUR if trends else NOON)
        assert merged(late, early).appeared_at == NOON + HOUR


def test_an_older_version_changes_nothing() -> None:
    known = an_item(version="2", title="Second")
    first = an_item(version="1", title="First", metrics={"votes": 9}, appeared_at=NOON - HOUR)
    assert merged(known, first) is known
    assert merged(first, known).title == "Second"


@pytest.mark.parametrize(
    ("version", "than", "older"),
    [
        ("1", "2", True),
        ("2", "10", True),
        ("10", "2", False),
        ("2", "2", False),
        ("", "2", False),
        ("2", "", False),
        ("2026-01-01", "2026-02-01", False),  # a deadline may be moved to an earlier day
        ("٣", "4", True),
    ],
)
def test_only_numbers_have_an_order(version: str, than: str, older: bool) -> None:
    assert is_older(version, than) is older


@given(items(), items())
def test_seeing_the_same_again_changes_nothing(known: Item, other: Item) -> None:
    assert merged(known, known) == known
    once = merged(known, other)
    assert merged(once, other) == once


WITHDRAWN = "This paper has been withdrawn by the author due to an error."


@pytest.mark.parametrize(
    "mark",
    [
        {"facts": {"comment": WITHDRAWN}},
        {"summary": WITHDRAWN},
        {"title": "Withdrawn: A study"},
    ],
)
def test_a_list_without_comments_takes_back_no_withdrawal(mark: dict[str, Any]) -> None:
    known = an_item("arxiv/1", kind=ItemKind.PAPER, version="2", **mark)
    listed = an_item(
        "arxiv/1", kind=ItemKind.PAPER, version="2", summary="We study.", tags=("cs.LG",)
    )
    seen = merged(known, listed)
    assert is_withdrawn(seen)
    assert seen.tags == ("cs.LG",)
    assert is_withdrawn(merged(listed, known))


def test_a_comment_takes_a_withdrawal_back() -> None:
    known = an_item("arxiv/1", kind=ItemKind.PAPER, version="2", summary=WITHDRAWN)
    back = replace(known, summary="We study.", facts={"comment": "12 pages"})
    assert not is_withdrawn(merged(known, back))
    assert not is_withdrawn(merged(known, replace(back, version="3", facts={})))
