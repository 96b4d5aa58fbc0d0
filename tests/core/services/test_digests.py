from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from core.digests import Digest, RankedItem, Reason
from core.items import Deadline, Item, ItemKind
from core.people import Feedback, Interest, Profile, Verdict
from core.ports import Budget
from core.services import pool as service
from core.services.digests import Digests, Request
from digests.compose import Composer
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item

ANN = Profile(name="ann", interests=(Interest(text="graphs"),))


@dataclass
class WordRanker:
    """Scores an item by how often it holds the person's words."""

    asked: int = 0

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,  # noqa: ARG002 -- the port hands it over
        *,
        archive: Sequence[Item] = (),  # noqa: ARG002 -- the same
    ) -> Sequence[RankedItem]:
        self.asked = len(candidates)
        words = [interest.text for interest in profile.interests]
        ranked = [
            RankedItem.of(
                item,
                [Reason(text=f"matches {w}", weight=1.0, lever=w) for w in words if w in item.text],
            )
            for item in candidates
        ]
        return sorted(ranked, key=lambda entry: (-entry.score, str(entry.item.key)))

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        others = [other for other in candidates if other.key != item.key]
        return [RankedItem.of(other, []) for other in others[:limit]]


@dataclass
class Desk:
    """Digests over a real archive with a ranker that is easy to foresee."""

    storage: Storage
    clock: FakeClock
    ranker: WordRanker

    def store(self, *items: Item) -> None:
        self.storage.store.upsert(items, now=self.clock())

    def request(self, profile: Profile = ANN, **changes: object) -> Request:
        values: dict[str, object] = {
            "profile": profile,
            "subscription": "profile:ann",
            "since": self.clock() - timedelta(days=7),
            "budget": Budget(items=5),
        }
        return Request(**values | changes)  # type: ignore[arg-type]

    @property
    def digests(self) -> Digests:
        return Digests(
            store=self.storage.store,
            index=self.storage.index,
            ranker=self.ranker,
            composer=Composer(),
            clock=self.clock,
        )

    def make(self, profile: Profile = ANN, **changes: object) -> Digest:
        return self.digests.make(self.request(profile, **changes))


@pytest.fixture
def desk(storage: Storage, clock: FakeClock) -> Desk:
    return Desk(storage, clock, WordRanker())


def keys(digest: Digest) -> list[str]:
    return [str(pick.item.key) for pick in digest.picks]


def test_a_digest_holds_what_matches_and_appeared_in_its_period(desk: Desk) -> None:
    desk.store(
        an_item("arxiv/1", summary="graphs"),
        an_item("arxiv/2", summary="graphs", appeared_at=NOON - timedelta(days=8)),
        an_item("arxiv/3", summary="weather"),
    )
    made = desk.make()
    assert keys(made) == ["arxiv/1"]
    assert (made.considered, made.id) == (2, "profile:ann@2026-11-22")


def test_made_twice_on_a_day_it_is_one_digest_and_tomorrow_nothing_repeats(desk: Desk) -> None:
    desk.store(an_item("arxiv/1", summary="graphs"))
    assert keys(desk.make()) == keys(desk.make()) == ["arxiv/1"]
    desk.clock.advance(timedelta(days=1))
    assert keys(desk.make()) == []


def test_the_day_of_a_digest_is_the_readers_day(desk: Desk) -> None:
    desk.clock.now = NOON + timedelta(hours=6)
    tokyo = Profile(name="ann", interests=ANN.interests, zone="Asia/Tokyo")
    assert desk.make(tokyo).id == "profile:ann@2026-11-23"


def test_a_look_without_subscription_leaves_no_trace(desk: Desk) -> None:
    desk.store(an_item("arxiv/1", summary="graphs"))
    desk.make(subscription="")
    desk.clock.advance(timedelta(days=1))
    assert keys(desk.make()) == ["arxiv/1"]


def test_a_new_version_comes_again_as_an_update_only(desk: Desk) -> None:
    desk.store(an_item("arxiv/1", summary="graphs", version="1"))
    desk.make()
    desk.clock.advance(timedelta(days=9))
    desk.store(an_item("arxiv/1", summary="graphs", version="2"))
    made = desk.make()
    assert [(str(p.item.key), bool(p.update)) for p in made.picks] == [("arxiv/1", True)]


def test_competitions_that_are_over_are_not_shown(desk: Desk) -> None:
    over = Deadline(label="final submission", at=NOON - timedelta(hours=1))
    desk.store(
        an_item(
            "kaggle/competition/x",
            kind=ItemKind.COMPETITION,
            summary="graphs",
            deadlines=(over,),
        )
    )
    assert keys(desk.make()) == []


@pytest.mark.parametrize("verdict", [Verdict.LESS, Verdict.KNOWN])
def test_what_was_dismissed_is_gone_at_once(desk: Desk, verdict: Verdict) -> None:
    item = an_item("arxiv/1", summary="graphs")
    desk.store(item)
    said = Feedback(item=item, verdict=verdict, at=NOON)
    assert keys(desk.make(Profile(name="ann", interests=ANN.interests, feedback=(said,)))) == []


def test_of_a_large_period_retrieval_finds_what_matters(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ALL_CANDIDATES", 20)
    monkeypatch.setattr(service, "RETRIEVED", 10)
    noise = [an_item(f"arxiv/9{n}", title=f"Weather {n}") for n in range(60)]
    wanted = an_item("arxiv/1", summary="on graphs", appeared_at=NOON - timedelta(days=6))
    desk.store(*noise, wanted)
    assert keys(desk.make()) == ["arxiv/1"]
    assert desk.ranker.asked <= 20


def stages(desk: Desk, item: Item, profile: Profile = ANN) -> dict[str, bool]:
    trace = desk.digests.explain(desk.request(profile), item)
    return {stage.name: stage.passed for stage in trace.stages}


def test_why_names_the_stage_that_stopped_an_item(desk: Desk) -> None:
    shown = an_item("arxiv/1", summary="graphs")
    old = an_item("arxiv/2", summary="graphs", appeared_at=NOON - timedelta(days=8))
    muted = an_item("arxiv/3", summary="graphs and crypto")
    told = an_item("arxiv/4", summary="graphs")
    desk.store(shown, old, muted, told)
    said = Feedback(item=told, verdict=Verdict.KNOWN, at=NOON)
    ann = Profile(name="ann", interests=ANN.interests, muted=("crypto",), feedback=(said,))
    assert all(stages(desk, shown, ann).values())
    assert not stages(desk, old, ann)["period"]
    assert not stages(desk, muted, ann)["muted"]
    assert not stages(desk, told, ann)["feedback"]


def test_why_gives_the_reasons_of_an_item_that_was_stopped_too(desk: Desk) -> None:
    old = an_item("arxiv/2", summary="graphs", appeared_at=NOON - timedelta(days=8))
    desk.store(old)
    trace = desk.digests.explain(desk.request(), old)
    assert not trace.shown
    assert [reason.text for reason in trace.ranked.reasons] == ["matches graphs"]


def test_why_names_the_budget_that_cut_an_item(desk: Desk) -> None:
    desk.store(*(an_item(f"arxiv/{n}", summary="graphs") for n in range(8)))
    trace = desk.digests.explain(desk.request(), an_item("arxiv/7", summary="graphs"))
    assert {s.name: s.passed for s in trace.stages}["digest"] is False
    assert "5 items" in trace.stages[-1].text
