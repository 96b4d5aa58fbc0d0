from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.impressions import JudgedPlacement, LoggedDigest, RankerName
from core.interleaving import (
    ERROR,
    LEAST_LOSSES,
    LEAST_WINS,
    LIMIT,
    coin_of,
    judge,
    outcome,
    team_draft,
)
from core.people import Verdict
from tests.fakes import NOON
from tests.impressions import placement

FULL, SIMPLE, BOTH = RankerName.FULL, RankerName.SIMPLE, RankerName.BOTH
orders = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=10)


@given(orders, orders, st.lists(st.booleans(), min_size=12, max_size=12))
def test_a_draft_gives_each_team_its_own_best_and_both_the_same_number(
    first: list[str], second: list[str], coins: list[bool]
) -> None:
    drafted = team_draft(first, second, lambda turn: coins[turn])
    names = [name for name, _ in drafted]
    assert len(set(names)) == len(names)
    teams = [[n for n, of_first in drafted if of_first is team] for team in (True, False)]
    assert abs(len(teams[0]) - len(teams[1])) <= 1
    assert set(first) <= set(names) or set(second) <= set(names)
    for place, (name, of_first) in enumerate(drafted):
        left = [one for one in (first if of_first else second) if one not in names[:place]]
        assert left[0] == name


def test_a_coin_is_fair_and_the_same_for_the_same_digest() -> None:
    thrown = [coin_of(f"profile:ann@{n}")(turn) for n in range(400) for turn in range(5)]
    assert 900 < sum(thrown) < 1100
    assert [coin_of("a")(turn) for turn in range(64)] == [coin_of("a")(turn) for turn in range(64)]
    assert [coin_of("a")(turn) for turn in range(64)] != [coin_of("b")(turn) for turn in range(64)]


def logged(*picks: tuple[RankerName, Verdict | None]) -> LoggedDigest:
    judged = tuple(
        JudgedPlacement(placement=placement(f"arxiv/{n}", n, ranker=ranker), verdict=verdict)
        for n, (ranker, verdict) in enumerate(picks, 1)
    )
    return LoggedDigest(digest="d", profile="ann", made_at=NOON, ranker=BOTH, picks=judged)


@pytest.mark.parametrize(
    ("picks", "winner"),
    [
        ([(FULL, Verdict.SAVE), (SIMPLE, None)], 1),
        ([(FULL, Verdict.MORE), (SIMPLE, Verdict.SAVE)], 0),
        ([(FULL, Verdict.LESS), (SIMPLE, None)], -1),
        ([(FULL, Verdict.KNOWN), (SIMPLE, Verdict.MORE)], -1),
        ([(BOTH, Verdict.SAVE), (FULL, None)], 0),
        ([], 0),
    ],
)
def test_a_team_wins_a_digest_by_what_was_said_of_its_picks(
    picks: list[tuple[RankerName, Verdict | None]], winner: int
) -> None:
    assert outcome(logged(*picks)) == winner


def test_without_evidence_the_full_ranker_is_used_and_nothing_is_decided() -> None:
    for outcomes in ([], [0] * 50, [1, -1] * 3):
        found = judge(outcomes)
        assert (found.used, found.decided) == (FULL, False)


def test_the_least_evidence_is_nine_wins_or_six_losses_in_a_row() -> None:
    assert (LEAST_WINS, LEAST_LOSSES) == (9, 6)
    assert not judge([1] * 8).decided
    assert judge([1] * 9).decided
    assert not judge([-1] * 5).decided
    assert judge([-1, 0] * 6).used is SIMPLE


def test_a_decision_can_be_settled_the_other_way_later() -> None:
    lost = [-1] * LEAST_LOSSES
    assert judge(lost).used is SIMPLE
    assert judge([*lost, *[1] * (LEAST_WINS - 1)]).used is SIMPLE
    assert judge([*lost, *[1] * LEAST_WINS]).used is FULL


def first_decision(chance: float, seed: int) -> RankerName | None:
    """Throw a coin for each digest until the test ends, looking after every one."""
    coin = random.Random(seed)  # noqa: S311 -- a simulation
    outcomes: list[int] = []
    for _ in range(1_000):
        outcomes.append(1 if coin.random() < chance else -1)
        found = judge(outcomes[-1:]) if not outcomes[:-1] else judge(outcomes)
        if found.decided:
            return found.used
    return None


@pytest.mark.parametrize(
    ("chance", "wrong"), [(0.5, FULL), (0.4, FULL), (0.7, SIMPLE), (0.8, SIMPLE)]
)
def test_each_decision_is_wrong_as_seldom_as_it_promises_though_one_looks_every_time(
    chance: float, wrong: RankerName
) -> None:
    decided = [first_decision(chance, seed) for seed in range(600)]
    assert None not in decided
    # 5 % of 600 are 30; 3 standard deviations above is 46
    assert decided.count(wrong) <= 600 * ERROR + 16


def noisily(worth: Mapping[str, float], error: float, chance: random.Random) -> list[str]:
    """Order items by their worth, seen with an error of this size."""
    seen = {name: value + error * chance.gauss(0, 1) for name, value in worth.items()}
    return sorted(seen, key=lambda name: -seen[name])


def a_person(full: float, simple: float, seed: int) -> RankerName:
    """Let somebody read drafted digests and say what they like, until it is decided.

    Each ranker knows how good an item is but for an error of its own; without a difference of
    these they are the same ranker.
    """
    chance = random.Random(seed)  # noqa: S311 -- a simulation
    outcomes: list[int] = []
    for day in range(600):
        worth = {f"i{n}": chance.random() for n in range(20)}
        seen = [noisily(worth, full, chance), noisily(worth, simple, chance)]
        if full == simple:
            seen[1] = seen[0]
        drafted = team_draft(seen[0][:8], seen[1][:8], coin_of(f"{seed} {day}"))[:8]
        picks = [
            (FULL if of_full else SIMPLE, Verdict.SAVE if chance.random() < worth[name] ** 3
             else None)
            for name, of_full in drafted
        ]  # fmt: skip
        outcomes.append(outcome(logged(*picks)))
        found = judge(outcomes)
        if found.decided:
            return found.used
    raise AssertionError("600 digests decide")


def test_of_two_rankers_that_are_the_same_none_wins() -> None:
    winners = [a_person(0.2, 0.2, seed) for seed in range(120)]
    assert winners.count(FULL) <= 120 * ERROR + 7  # 3 standard deviations


def test_a_ranker_that_is_clearly_better_wins() -> None:
    winners = [a_person(0.05, 3.0, seed) for seed in range(120)]
    assert winners.count(SIMPLE) <= 120 * ERROR + 7
    worse = [a_person(3.0, 0.05, seed) for seed in range(40)]
    assert set(worse) == {SIMPLE}


def test_the_limit_is_twenty_to_one() -> None:
    assert round(LIMIT, 3) == 2.996
