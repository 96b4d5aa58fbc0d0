from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.digests import Budget
from core.errors import UsageError
from core.items import Item
from core.people import Feedback, Interest, Profile, Verdict, parse_interests
from services.digests.make import Digests
from services.digests.replay import Replay, Replays
from storage.opening import Storage
from tests.fakes import FakeClock, an_item
from tests.services.environment import DigestEnvironment, WordRanker, keys

# Monday to Monday of 2026-W47 in UTC
START, END = datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
LATER = END + timedelta(days=9)
ANN = Profile(name="ann", interests=(Interest(text="graphs"),))


def a_paper(key: str, topic: str, *, day: float = 2.0, **changes: object) -> Item:
    return an_item(key, summary=topic, appeared_at=START + timedelta(days=day), **changes)


GRAPHS = [a_paper(f"arxiv/g{n}", "graphs") for n in range(3)]
DRUGS = [a_paper(f"arxiv/d{n}", "drugs") for n in range(3)]


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> DigestEnvironment:
    clock.now = LATER
    made = DigestEnvironment(storage, clock, WordRanker())
    made.store(*GRAPHS, *DRUGS)
    return made


def replay(
    env: DigestEnvironment,
    tried: str = "graphs",
    profile: Profile = ANN,
    *,
    week: str = "2026-W47",
    items: int = 10,
    most: int = 0,
) -> Replay:
    def digests(clock: object) -> Digests:
        return Digests(
            store=env.storage.store,
            index=env.storage.index,
            ranker=env.ranker,
            clock=clock,  # type: ignore[arg-type]  # a clock
        )

    replays = Replays(
        store=env.storage.store, log=env.storage.impressions, digests=digests, clock=env.clock
    )
    return replays.replay(profile, week, tried=parse_interests(tried), items=items, most=most)


def said(verdict: Verdict, item: Item, at: datetime) -> Feedback:
    return Feedback(item=item, verdict=verdict, at=at)


def of(entries: object) -> list[str]:
    return [str(entry.item.key) for entry in entries]  # type: ignore[attr-defined]


def test_with_the_same_interests_nothing_changes(env: DigestEnvironment) -> None:
    found = replay(env)
    assert (found.week, found.logged, found.before) == ("2026-W47", False, 3)
    assert keys(found.digest) == ["arxiv/g0", "arxiv/g1", "arxiv/g2"]
    assert (found.enters, found.leaves, found.missed) == ((), (), ())


def test_other_interests_say_what_enters_what_leaves_and_why(env: DigestEnvironment) -> None:
    found = replay(env, "drugs")
    assert of(found.enters) == ["arxiv/d0", "arxiv/d1", "arxiv/d2"]
    assert of(found.leaves) == ["arxiv/g0", "arxiv/g1", "arxiv/g2"]
    stops = {(t.stopped.name, t.stopped.text) for t in found.leaves if t.stopped}
    assert stops == {("bar", "your interests and feedback add 0.00, not above the bar of 0.4")}


def test_what_was_saved_and_would_be_missed_is_named_also_if_it_was_saved_later(
    env: DigestEnvironment,
) -> None:
    ann = Profile(
        name="ann",
        interests=ANN.interests,
        feedback=(said(Verdict.SAVE, GRAPHS[1], LATER), said(Verdict.MORE, GRAPHS[2], LATER)),
    )
    assert of(replay(env, "drugs", ann).missed) == ["arxiv/g1"]
    assert replay(env, "drugs; graphs", ann).missed == ()


def test_what_was_said_after_the_week_does_not_leak_into_it(env: DigestEnvironment) -> None:
    dismissed = Profile(
        name="ann",
        interests=ANN.interests,
        feedback=(said(Verdict.LESS, GRAPHS[0], END),),
    )
    assert keys(replay(env, profile=dismissed).digest)[0] == "arxiv/g0"
    within = Profile(
        name="ann",
        interests=ANN.interests,
        feedback=(said(Verdict.LESS, GRAPHS[0], END - timedelta(seconds=1)),),
    )
    assert keys(replay(env, profile=within).digest)[0] == "arxiv/g1"


def test_it_is_compared_with_what_was_delivered_and_holds_as_many(env: DigestEnvironment) -> None:
    env.clock.now = START + timedelta(days=3)
    made = env.make(ANN, budget=Budget(items=2))
    assert keys(made) == ["arxiv/g0", "arxiv/g1"]
    env.clock.now = LATER
    found = replay(env, "drugs")
    assert (found.logged, found.before, len(found.digest.picks)) == (True, 2, 2)
    assert of(found.enters) == ["arxiv/d0", "arxiv/d1"]
    assert of(found.leaves) == ["arxiv/g0", "arxiv/g1"]
    assert len(replay(env, "drugs", most=1).digest.picks) == 1


def test_the_period_begins_where_that_of_the_delivered_digests_began(
    env: DigestEnvironment,
) -> None:
    early = a_paper("arxiv/early", "graphs", day=-2.0)
    env.store(early)
    assert "arxiv/early" not in keys(replay(env).digest)
    env.clock.now = START + timedelta(days=1)
    assert "arxiv/early" in keys(env.make(ANN))
    env.clock.now = LATER
    found = replay(env)
    assert "arxiv/early" in keys(found.digest)
    assert found.leaves == ()


def test_what_came_before_the_week_does_not_come_again(env: DigestEnvironment) -> None:
    early = a_paper("arxiv/early", "graphs", day=-2.0)
    env.store(early)
    env.clock.now = START - timedelta(days=1)
    assert keys(env.make(ANN)) == ["arxiv/early"]
    env.clock.now = START + timedelta(days=3)
    env.make(ANN)
    env.clock.now = LATER
    assert keys(replay(env).digest) == ["arxiv/g0", "arxiv/g1", "arxiv/g2"]


def test_nothing_is_recorded_and_nothing_is_drawn_at_random(env: DigestEnvironment) -> None:
    env.store(*(a_paper(f"arxiv/w{n}", "weather") for n in range(20)))
    found = replay(env)
    assert [section.kind for section in found.digest.sections] == ["papers"]
    assert env.storage.impressions.logged_digests() == []
    assert env.storage.store.delivered("profile:ann") == {}


def test_a_week_is_the_persons_own(env: DigestEnvironment) -> None:
    late = an_item("arxiv/late", summary="graphs", appeared_at=END - timedelta(hours=5))
    env.store(late)
    tokyo = Profile(name="ann", interests=ANN.interests, zone="Asia/Tokyo")
    assert "arxiv/late" in keys(replay(env).digest)
    assert "arxiv/late" not in keys(replay(env, profile=tokyo).digest)
    assert "arxiv/late" in keys(
        replay(
            env, profile=Profile(name="ann", interests=ANN.interests, zone="America/New_York")
        ).digest
    )


@pytest.mark.parametrize(
    ("week", "line"),
    [
        ("2026-W54", "'2026-W54' is not a week such as 2026-W47"),
        ("47", "'47' is not a week"),
        ("2026-47", "is not a week"),
        ("0000-W01", "is not a week"),
        ("9999-W53", "is not a week"),
        ("2026-W50", "2026-W50 is in the future"),
        ("2026-W40", "the archive has no items from 2026-W40"),
    ],
)
def test_a_week_that_cannot_be_replayed_gives_one_line(
    env: DigestEnvironment, week: str, line: str
) -> None:
    with pytest.raises(UsageError, match=line) as caught:
        replay(env, week=week)
    assert "\n" not in str(caught.value)


def test_what_is_on_the_card_of_its_work_has_not_left(env: DigestEnvironment) -> None:
    assert replay(env, "graphs; drugs").leaves == ()


def test_the_running_week_is_replayed_as_of_now(env: DigestEnvironment) -> None:
    env.clock.now = START + timedelta(days=3)
    env.store(a_paper("arxiv/late", "drugs", day=4))
    made = replay(env, "drugs")
    assert {ranked.item.key.external_id for ranked in made.enters} == {"d0", "d1", "d2"}
    assert made.digest.period.end == env.clock.now
