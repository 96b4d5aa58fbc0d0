from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from core.digests import Budget, OutcomeKind, RankedItem, Reason
from core.items import ItemKey
from core.works import Work
from digests.outside import LEAST_ITEMS, LEAST_WORKS, LIVELIEST, NEAREST
from digests.reading import minutes
from digests.render import html, json, text
from tests.digests.composing import compose, keys, one_work, outcome, paper
from tests.digests.examples import draft, item


def dull(key: str, score: float = 0.1, *, own: float = 0.0, summary: str = "") -> RankedItem:
    """Return what is no match; ``own`` is what the person's own terms add."""
    reasons = [Reason(text="new today", weight=score - own)]
    reasons += [Reason(text="a word", weight=own, control="x")] if own else []
    return RankedItem.of(item(key, summary=summary), reasons)


DRAWN_FROM = NEAREST + LIVELIEST
GOOD = [paper(f"arxiv/g{n}") for n in range(12)]
DULL = [dull(f"arxiv/d{n:02}", 0.3 - n / 100) for n in range(40)]


def test_one_is_drawn_among_the_best_below_the_bar_and_takes_one_place() -> None:
    made = compose([*GOOD, *DULL], surprise=True)
    [drawn] = keys(made, "outside")
    assert drawn in {str(one.item.key) for one in DULL[:DRAWN_FROM]}
    assert len(keys(made)) == 10
    assert keys(made)[-1] == drawn
    [entry] = made.digest.sections[-1].items
    assert entry.propensity == 1 / DRAWN_FROM
    assert entry.score == next(one.score for one in DULL if one.item.key == entry.item.key)
    assert outcome(made, drawn) == "shown as number 10"
    assert outcome(made, "arxiv/g9") == (
        "number 10 of those that pass; the digest holds 10 items, 1 drawn outside your usual"
    )


def test_what_was_not_drawn_says_why() -> None:
    made = compose([*GOOD, *DULL], surprise=True)
    told = Counter(
        made.outcomes[one.item.key].outside for one in DULL
        if made.outcomes[one.item.key].kind is OutcomeKind.BELOW_BAR
    )  # fmt: skip
    assert told == {
        "could have been drawn for the slot outside your usual, 1 in 30": 29,
        "not among the 30 that the slot outside your usual is drawn from": 10,
    }


def test_the_same_digest_draws_the_same_one_though_a_few_items_came_since() -> None:
    first = compose([*GOOD, *DULL[:20]], surprise=True)
    assert compose([*GOOD, *DULL[:20]], surprise=True) == first
    same = sum(
        keys(compose([*GOOD, *DULL[:20]], into=day, surprise=True), "outside")
        == keys(compose([*GOOD, *DULL[:22]], into=day, surprise=True), "outside")
        for day in (draft(id=f"d{n}") for n in range(40))
    )
    assert same >= 30


def test_every_one_of_the_pool_is_as_likely_as_it_is_said_to_be() -> None:
    pool = DULL[:8]
    drawn = Counter(
        keys(compose([*GOOD, *pool], into=draft(id=f"d{n}"), surprise=True), "outside")[0]
        for n in range(1600)
    )
    assert len(drawn) == len(pool)
    # 200 each by expectation; chi-squared with 7 degrees of freedom, 99.9 % below 24.3
    assert sum((count - 200) ** 2 / 200 for count in drawn.values()) < 24.3


def test_what_the_person_speaks_against_is_never_drawn() -> None:
    against = [dull(f"arxiv/n{n}", 0.9, own=-0.1) for n in range(30)]
    made = compose([*GOOD, *against, *DULL[:LEAST_WORKS]], surprise=True)
    assert keys(made, "outside")[0] in {str(one.item.key) for one in DULL[:LEAST_WORKS]}


def test_half_of_the_pool_is_near_in_subject_and_half_is_new_or_popular() -> None:
    near = [dull(f"arxiv/n{n:02}", 0.39, own=0.35) for n in range(40)]
    lively = [dull(f"github/a/l{n:02}", 0.3) for n in range(40)]
    drawn = Counter(
        keys(compose([*GOOD, *near, *lively], into=draft(id=f"d{n}"), surprise=True), "outside")[0]
        for n in range(400)
    )
    assert set(drawn) <= {
        *(f"arxiv/n{n:02}" for n in range(NEAREST)),
        *(f"github/a/l{n:02}" for n in range(LIVELIEST)),
    }
    assert 150 < sum(count for key, count in drawn.items() if "github" in key) < 250


def test_a_work_is_drawn_once_with_its_links() -> None:
    pairs = [f"arxiv/d{n:02}" for n in range(10)]
    works: dict[ItemKey, Work] = {}
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        works |= one_work(one, other)
    made = compose([*GOOD[:3], *DULL[:10]], works=works, surprise=True)
    [section] = [s for s in made.digest.sections if s.kind == "outside"]
    [entry] = section.items
    assert (entry.propensity, len(entry.links)) == (1 / 5, 1)
    twin = made.outcomes[entry.links[0].key]
    assert twin.text == f"same work as {entry.item.key}, shown there"


@pytest.mark.parametrize(
    ("good", "below", "budget", "why"),
    [
        (12, 40, Budget(items=LEAST_ITEMS - 1), "the digest holds fewer than 5 items"),
        (12, 40, Budget(items=1), "the digest holds fewer than 5 items"),
        (12, LEAST_WORKS - 1, Budget(), "fewer than 5 works could be"),
        (0, 40, Budget(), "no other item passed the bar"),
        (12, 40, Budget(items=None, minutes=4.0), "it would take 1.0 of 4 minutes"),
    ],
)
def test_there_is_no_slot_where_it_would_be_too_much(
    good: int, below: int, budget: Budget, why: str
) -> None:
    made = compose([*GOOD[:good], *DULL[:below]], budget=budget, surprise=True)
    assert keys(made, "outside") == []
    told = made.outcomes[ItemKey.parse("arxiv/d00")].outside
    assert told == f"nothing is drawn for the slot outside your usual: {why}"
    plain = compose([*GOOD[:good], *DULL[:below]], budget=budget)
    assert made.digest == plain.digest


def test_whoever_named_no_interest_has_no_bar_and_no_outside() -> None:
    made = compose([*GOOD, *DULL], into=draft(interests=()), surprise=True)
    assert keys(made, "outside") == []


def test_a_budget_of_minutes_holds_with_it() -> None:
    made = compose([*GOOD, *DULL], budget=Budget(items=None, minutes=9.0), surprise=True)
    assert keys(made, "outside")
    assert sum(minutes(pick.item) for pick in made.digest.picks) <= 9.0


def test_every_form_labels_it_and_says_that_it_was_drawn() -> None:
    digest = compose([*GOOD, *DULL], surprise=True).digest
    assert "OUTSIDE THE USUAL" in text.render(digest)
    assert "drawn at random, 1 of 30 outside" in " ".join(text.render(digest).split())
    page = html.render(digest)
    assert "<h2>Outside the usual</h2>" in page
    assert "drawn at random, 1 of 30 outside the usual" in page
    section = json.record(digest)["digest"]["sections"][-1]  # type: ignore[index]  # JSON
    assert (section["title"], section["items"][0]["propensity"]) == ("Outside your usual", 1 / 30)


def test_without_it_the_digest_is_as_it_was() -> None:
    made = compose([*GOOD, *DULL], surprise=True)
    plain = compose([*GOOD, *DULL])
    assert keys(plain)[:9] == keys(made)[:9]
    assert replace(plain.digest, sections=()) == replace(made.digest, sections=())
