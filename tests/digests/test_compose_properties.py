from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.digests import Budget, Delivered, RankedItem, Reason
from core.items import Deadline, ItemKey, ItemKind
from core.works import Work, work_of
from digests.deadlines import DEADLINES_SHOWN, best_scores
from digests.gather import RankedCandidates
from digests.reading import minutes
from tests.digests.composing import LONG_AGO, compose, keys, one_work, reminders
from tests.digests.examples import NOW, draft, item


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a week: any kinds, works, past deliveries, deadlines and budget."""
    count = draw(st.integers(0, 12))
    kinds = st.sampled_from(list(ItemKind))
    pool = []
    for number in range(count):
        days = draw(st.sampled_from([None, -2, 1, 5]))
        ends = () if days is None else (Deadline(label="end", at=NOW + timedelta(days=days)),)
        drawn = item(
            f"s/{number}",
            draw(kinds),
            deadlines=ends,
            version=draw(st.sampled_from(["", "1", "2"])),
            summary="word " * draw(st.integers(0, 400)),
        )
        pool.append(drawn)
    weights = [draw(st.sampled_from([-1.0, 0.0, 0.5, 2.0])) for _ in pool]
    entries = [
        RankedItem.of(i, [Reason(text="r", weight=w, control="l")])
        for i, w in zip(pool, weights, strict=True)
        if draw(st.booleans())
    ]
    order = draw(st.permutations([*entries, *entries[:1]]))
    works: dict[ItemKey, Work] = {}
    for start in range(0, count, 3):
        if draw(st.booleans()):
            works |= one_work(*(str(i.key) for i in pool[start : start + 3]))
    past = [i.key for i in pool if draw(st.integers(0, 3)) == 0]
    return {
        "entries": order,
        "works": works,
        "delivered": dict.fromkeys(past, LONG_AGO),
        "deadlines": [i for i in pool if draw(st.booleans())],
        "budget": Budget(
            items=draw(st.sampled_from([None, 0, 1, 3, 7])),
            minutes=draw(st.sampled_from([None, 0.5, 4.0])),
        ),
        "into": draft(interests=draw(st.sampled_from([(), ("x",)]))),
        "surprise": draw(st.booleans()),
    }


@given(weeks())
def test_nothing_ever_comes_twice_and_every_candidate_has_an_outcome(
    week: dict[str, Any],
) -> None:
    made = compose(**week)
    shown = [work_of(pick.item.key, week["works"]) for pick in made.digest.picks]
    assert len(shown) == len(set(shown))
    entries: Sequence[RankedItem] = week["entries"]
    for entry in entries:
        told = made.outcomes[entry.item.key]
        is_shown = entry.item.key in {pick.item.key for pick in made.digest.picks}
        assert told.shown == is_shown


@given(weeks())
def test_the_budget_holds_whatever_the_week(week: dict[str, Any]) -> None:
    made = compose(**week)
    bar = keys(made, "deadlines")
    cards = [e.item for s in made.digest.sections if s.kind != "deadlines" for e in s.items]
    budget: Budget = week["budget"]
    assert len(bar) <= DEADLINES_SHOWN
    assert budget.items is None or len(bar) * 3 <= budget.items
    assert budget.items is None or len(bar) + len(cards) <= budget.items
    assert budget.minutes is None or sum(map(minutes, cards)) <= budget.minutes + 1e-9


@given(weeks())
def test_no_section_is_empty_and_a_digest_without_picks_says_why(week: dict[str, Any]) -> None:
    digest = compose(**week).digest
    assert all(section.items for section in digest.sections)
    picks = [section for section in digest.sections if section.kind != "deadlines"]
    assert picks or digest.note


@given(weeks())
def test_the_bar_holds_deadlines_ahead_soonest_first(week: dict[str, Any]) -> None:
    bar = [e for s in compose(**week).digest.sections if s.kind == "deadlines" for e in s.items]
    ends = [e.item.next_deadline(NOW) for e in bar]
    moments = [end.at for end in ends if end is not None]
    assert len(moments) == len(bar)
    assert moments == sorted(moments)


@given(weeks())
def test_a_deadline_crowds_out_none_that_matches_better(week: dict[str, Any]) -> None:
    made = compose(**week)
    works: Mapping[ItemKey, Work] = week["works"]
    scores = best_scores(
        RankedCandidates(
            new=week["entries"],
            reminders=reminders(week["deadlines"], week["entries"]),
            works=works,
            delivered={},
        )
    )
    due = {item.key for item in week["deadlines"] if item.next_deadline(NOW)}
    sections = made.digest.sections
    bar = [e.item.key for s in sections if s.kind == "deadlines" for e in s.items]
    picks = [
        e for s in sections if s.kind not in {"deadlines", "updates", "outside"} for e in s.items
    ]
    crowded_out = [e for e in picks if e.item.key in due]
    shown = [scores[work_of(key, works)] for key in bar]
    lost = [scores[work_of(entry.item.key, works)] for entry in crowded_out]
    assert min(shown, default=math.inf) >= max(lost, default=-math.inf)


@given(weeks())
def test_what_a_reader_got_comes_again_only_as_an_update_or_a_reminder(
    week: dict[str, Any],
) -> None:
    made = compose(**week)
    delivered: Mapping[ItemKey, Delivered] = week["delivered"]
    for section in made.digest.sections:
        for entry in section.items:
            if section.kind == "updates":
                assert entry.item.version != delivered[entry.item.key].version
            elif section.kind != "deadlines":
                assert entry.item.key not in delivered


@given(weeks())
def test_the_same_week_gives_the_same_digest(week: dict[str, Any]) -> None:
    assert compose(**week) == compose(**week)
