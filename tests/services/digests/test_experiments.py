from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from core.impressions import RankerName
from core.interleaving import LEAST_LOSSES, LEAST_WINS, coin_of, team_draft
from core.items import Item, ItemKind
from core.people import Feedback, Profile, Verdict
from core.ports.storage import Store
from services.digests.experiments import COMPARES_ONE_IN, LEAST_VERDICTS
from services.digests.make import Digests
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item
from tests.impressions import a_digest, placement, says
from tests.services.environment import ANN, DigestEnvironment, WordRanker, keys

FULL, SIMPLE, BOTH = RankerName.FULL, RankerName.SIMPLE, RankerName.BOTH
DAY = timedelta(days=1)


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> DigestEnvironment:
    return DigestEnvironment(storage, clock, WordRanker(), experimenting=True)


def ann() -> Profile:
    """Somebody who has said enough, and likes what is tagged "bees"."""
    liked = [an_item(f"arxiv/old{n}", tags=("bees",)) for n in range(LEAST_VERDICTS)]
    said = tuple(Feedback(item=item, verdict=Verdict.SAVE, at=NOON - 30 * DAY) for item in liked)
    return Profile(name="ann", interests=ANN.interests, feedback=said)


def a_week() -> list[Item]:
    """Papers that match; the last ones are of the kind that was liked."""
    plain = [an_item(f"arxiv/a{n}", summary="graphs") for n in range(6)]
    bees = [an_item(f"arxiv/z{n}", summary="graphs", tags=("bees",)) for n in range(6)]
    return [*plain, *bees]


def on_a_day_that_compares(env: DigestEnvironment, *, wanted: bool) -> None:
    """Move the clock to a day whose digest does, or does not, compare the rankers."""
    for _ in range(40):
        plan = env.experiments.plan(ann(), f"profile:ann@{env.clock():%Y-%m-%d}", env.clock(),
                                recorded=True)  # fmt: skip
        if (plan.ranker is BOTH) == wanted:
            return
        env.clock.advance(DAY)
    raise AssertionError("no such day in 40")


def decided(storage: Storage, winner: RankerName, days: int, *, start: int = 0) -> None:
    """Log comparing digests of which this team's pick was saved."""
    for day in range(start, start + days):
        at = NOON - timedelta(days=100) + day * DAY
        pair = (placement(f"arxiv/f{day}", 1, ranker=FULL), placement(f"arxiv/s{day}", 2,
                ranker=SIMPLE))  # fmt: skip
        storage.store.save_digest(a_digest(*pair, made_at=at, ranker=BOTH))
        letter = "f" if winner is FULL else "s"
        says(storage, Verdict.SAVE, f"arxiv/{letter}{day}", at=at + timedelta(hours=1))


def test_one_digest_in_three_compares_and_is_the_same_one_when_made_again(
    env: DigestEnvironment,
) -> None:
    names = [f"profile:ann@{n}" for n in range(900)]
    plans = [env.experiments.plan(ann(), name, NOON, recorded=True).ranker for name in names]
    assert 900 / COMPARES_ONE_IN * 0.85 < plans.count(BOTH) < 900 / COMPARES_ONE_IN * 1.15
    assert plans == [
        env.experiments.plan(ann(), name, NOON, recorded=True).ranker for name in names
    ]


def test_a_comparing_digest_is_a_draft_of_what_each_ranker_alone_would_show(
    env: DigestEnvironment,
) -> None:
    env.store(*a_week())
    on_a_day_that_compares(env, wanted=True)
    made = env.make(ann())
    full = [f"arxiv/z{n}" for n in range(5)]
    simple = [f"arxiv/a{n}" for n in range(5)]
    expected = team_draft(full, simple, coin_of(made.id))[:5]
    assert keys(made) == [key for key, _ in expected]
    [logged] = env.storage.impressions.logged_digests()
    assert logged.ranker is BOTH
    teams = {str(p.placement.key): p.placement.ranker for p in logged.picks}
    assert teams == {key: FULL if of_full else SIMPLE for key, of_full in expected}
    reasons = {str(p.item.key): [r.text for r in p.reasons] for p in made.picks}
    for key, of_full in expected:
        assert any(text.startswith("like") for text in reasons[key]) == of_full
    assert keys(env.make(ann())) == keys(made)


def test_why_says_which_ranker_made_the_digest(env: DigestEnvironment) -> None:
    env.store(*a_week())
    on_a_day_that_compares(env, wanted=True)

    def told(profile: Profile) -> str:
        trace = env.digests.explain(env.request(profile), a_week()[0])
        return next(stage.text for stage in trace.stages if stage.name == "ranker")

    assert told(ann()).startswith("both, mixed: this digest compares")
    assert told(ANN).startswith("the full one; it is compared with a simpler one from 5")
    env.clock.advance(DAY)
    on_a_day_that_compares(env, wanted=False)
    assert told(ann()) == "the full one, not decided yet: 0 won, 0 lost, evidence +0.0 of 3.0"


def test_a_look_and_somebody_who_said_little_compare_nothing(env: DigestEnvironment) -> None:
    env.store(*a_week())
    on_a_day_that_compares(env, wanted=True)
    assert keys(env.make(ann(), subscription="")) == [f"arxiv/z{n}" for n in range(5)]
    env.make(ANN)
    assert [s.ranker for s in env.storage.impressions.logged_digests()] == [FULL]


def test_the_simple_ranker_is_used_where_the_full_one_does_not_win(env: DigestEnvironment) -> None:
    env.store(*a_week())
    on_a_day_that_compares(env, wanted=False)
    decided(env.storage, SIMPLE, LEAST_LOSSES - 1)
    assert keys(env.make(ann(), subscription=""))[0] == "arxiv/z0"
    decided(env.storage, SIMPLE, 1, start=LEAST_LOSSES)
    assert keys(env.make(ann())) == [f"arxiv/a{n}" for n in range(5)]
    made = [s for s in env.storage.impressions.logged_digests() if s.ranker is SIMPLE]
    assert {p.placement.ranker for s in made for p in s.picks} == {SIMPLE}
    trace = env.digests.explain(env.request(ann()), a_week()[0])
    assert "the simpler one: the full one does not win by your verdicts (0 won, 6 lost)" in [
        stage.text for stage in trace.stages
    ]


def test_less_like_this_shows_at_once_also_where_the_simple_ranker_is_used(
    env: DigestEnvironment,
) -> None:
    first, *others = a_week()
    wasps = an_item("arxiv/a0", summary="graphs", tags=("wasps",))
    env.store(wasps, *others)
    on_a_day_that_compares(env, wanted=False)
    decided(env.storage, SIMPLE, LEAST_LOSSES)
    assert keys(env.make(ann(), subscription=""))[0] == str(wasps.key) == str(first.key)
    unwanted = an_item("arxiv/old", tags=("wasps",))
    less = Feedback(item=unwanted, verdict=Verdict.LESS, at=env.clock())
    then = env.make(replace(ann(), feedback=(*ann().feedback, less)), subscription="")
    assert keys(then) == [f"arxiv/a{n}" for n in range(1, 6)]


def test_the_full_ranker_comes_back_where_it_wins_later(env: DigestEnvironment) -> None:
    env.store(*a_week())
    on_a_day_that_compares(env, wanted=False)
    decided(env.storage, SIMPLE, LEAST_LOSSES)
    decided(env.storage, FULL, LEAST_WINS, start=LEAST_LOSSES)
    assert keys(env.make(ann()))[0] == "arxiv/z0"
    assert env.experiments.plan(ann(), "x", NOON, recorded=False).text == (
        "the full one: the full one wins by your verdicts (9 won, 6 lost)"
    )


def test_another_persons_verdicts_decide_nothing(env: DigestEnvironment) -> None:
    decided(env.storage, SIMPLE, LEAST_LOSSES)
    ben = Profile(name="ben", interests=ANN.interests, feedback=ann().feedback)
    assert env.experiments.plan(ben, "x", NOON, recorded=False).ranker is FULL


def test_what_came_later_is_left_out_of_a_plan_as_it_was_then(env: DigestEnvironment) -> None:
    decided(env.storage, SIMPLE, LEAST_LOSSES)
    then = NOON - timedelta(days=100) + (LEAST_LOSSES - 1) * DAY
    assert env.experiments.plan(ann(), "x", then, recorded=False).ranker is FULL
    assert env.experiments.plan(ann(), "x", NOON, recorded=False).ranker is SIMPLE


def test_a_work_is_drafted_once_with_the_card_of_the_ranker_that_drafted_it(
    env: DigestEnvironment,
) -> None:
    paper = an_item("arxiv/2401.00001", summary="graphs")
    code = an_item(
        "github/o/r",
        kind=ItemKind.REPOSITORY,
        summary="graphs, see arxiv.org/abs/2401.00001",
        tags=("bees",),
        related=("https://arxiv.org/abs/2401.00001",),
    )
    env.store(paper, code, *a_week())
    on_a_day_that_compares(env, wanted=True)
    made = env.make(ann())
    assert set(env.storage.store.works([paper.key, code.key])) == {paper.key, code.key}
    shown = keys(made)
    both = {str(paper.key), str(code.key)}
    assert len(both & set(shown)) == 1
    assert len(set(shown)) == len(shown) == 5


class CountingStore:
    """The real archive, which counts what it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name: str) -> object:
        self.asked[name] += 1
        return getattr(self._store, name)


@pytest.mark.parametrize("compares", [False, True])
def test_works_and_what_was_delivered_are_read_once_a_digest(
    env: DigestEnvironment, *, compares: bool
) -> None:
    env.store(*a_week())
    on_a_day_that_compares(env, wanted=compares)
    store = CountingStore(env.storage.store)
    digests = Digests(
        store=cast("Store", store),
        index=env.storage.index,
        ranker=env.ranker,
        clock=env.clock,
        experiments=env.experiments,
    )
    made = digests.prepare(env.request(ann()))
    assert made.log_entry is not None
    assert (made.log_entry.ranker is BOTH) == compares
    assert (store.asked["works"], store.asked["delivered"]) == (1, 1)
    digests.explain(env.request(ann()), a_week()[0])
    assert (store.asked["works"], store.asked["delivered"]) == (2, 2)
