from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from core.digests import Budget, Digest, RankedItem, Reason
from core.items import Deadline, Item, ItemKind
from core.people import Feedback, Profile, Verdict, parse_interests
from ranking.ranker import ContentRanker
from services.digests import candidates as service
from services.digests.make import Digests
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, an_item
from tests.ranking.archives import an_archive
from tests.services.environment import ANN, DigestEnvironment, WordRanker, keys


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> DigestEnvironment:
    return DigestEnvironment(storage, clock, WordRanker())


def test_a_digest_holds_what_matches_and_appeared_in_its_period(env: DigestEnvironment) -> None:
    env.store(
        an_item("arxiv/1", summary="graphs"),
        an_item("arxiv/2", summary="graphs", appeared_at=NOON - timedelta(days=8)),
        an_item("arxiv/3", summary="weather"),
    )
    made = env.make()
    assert keys(made) == ["arxiv/1"]
    assert (made.considered, made.id) == (2, "profile:ann@2026-11-22")


def test_made_twice_on_a_day_it_is_one_digest_and_tomorrow_nothing_repeats(
    env: DigestEnvironment,
) -> None:
    env.store(an_item("arxiv/1", summary="graphs"))
    assert keys(env.make()) == keys(env.make()) == ["arxiv/1"]
    env.clock.advance(timedelta(days=1))
    assert keys(env.make()) == []


def test_the_day_of_a_digest_is_the_readers_day(env: DigestEnvironment) -> None:
    env.clock.now = NOON + timedelta(hours=6)
    tokyo = Profile(name="ann", interests=ANN.interests, zone="Asia/Tokyo")
    assert env.make(tokyo).id == "profile:ann@2026-11-23"


def test_a_look_without_subscription_leaves_no_trace(env: DigestEnvironment) -> None:
    env.store(an_item("arxiv/1", summary="graphs"))
    env.make(subscription="")
    env.clock.advance(timedelta(days=1))
    assert keys(env.make()) == ["arxiv/1"]


def test_a_new_version_comes_again_as_an_update_only(env: DigestEnvironment) -> None:
    env.store(an_item("arxiv/1", summary="graphs", version="1"))
    env.make()
    env.clock.advance(timedelta(days=9))
    env.store(an_item("arxiv/1", summary="graphs", version="2"))
    made = env.make()
    assert [(str(p.item.key), bool(p.update)) for p in made.picks] == [("arxiv/1", True)]


def test_the_code_of_a_delivered_paper_comes_as_an_update_once(env: DigestEnvironment) -> None:
    env.store(an_item("arxiv/2401.00001", summary="graphs, code: github.com/o/r"))
    env.make()
    env.clock.advance(timedelta(days=1))
    now = env.clock.now
    code = an_item("github/o/r", kind=ItemKind.REPOSITORY, appeared_at=now - timedelta(hours=1))
    env.store(code)
    made = env.make()
    assert [(str(p.item.key), p.update) for p in made.picks] == [
        ("github/o/r", "new, for an item you received")
    ]
    assert [str(link.key) for link in made.picks[0].links] == ["arxiv/2401.00001"]
    env.clock.advance(timedelta(days=1))
    later = env.clock.now
    env.store(replace(code, appeared_at=later))  # it trends again
    assert keys(env.make()) == []


def test_code_that_was_known_when_the_paper_was_delivered_is_no_update(
    env: DigestEnvironment,
) -> None:
    code = an_item("github/o/r", kind=ItemKind.REPOSITORY, summary="weather")
    env.store(an_item("arxiv/2401.00001", summary="graphs, code: github.com/o/r"), code)
    assert len(env.make().picks[0].links) == 1
    env.clock.advance(timedelta(days=1))
    env.store(replace(code, appeared_at=env.clock.now))
    assert keys(env.make()) == []


def test_competitions_that_are_over_are_not_shown(env: DigestEnvironment) -> None:
    over = Deadline(label="final submission", at=NOON - timedelta(hours=1))
    env.store(
        an_item(
            "kaggle/competition/x",
            kind=ItemKind.COMPETITION,
            summary="graphs",
            deadlines=(over,),
        )
    )
    assert keys(env.make()) == []


def test_a_paper_that_was_withdrawn_is_not_shown_though_it_is_an_update(
    env: DigestEnvironment,
) -> None:
    env.store(an_item("arxiv/1", summary="graphs", version="1"))
    env.make()
    env.clock.advance(timedelta(days=2))
    comment = {"comment": "This paper has been withdrawn by the authors"}
    withdrawn = an_item("arxiv/1", summary="graphs", version="2", facts=comment)
    env.store(withdrawn)
    assert keys(env.make()) == []
    trace = env.digests.explain(env.request(ANN), withdrawn)
    assert "the paper was withdrawn" in {s.text for s in trace.stages if not s.passed}


@pytest.mark.parametrize("verdict", [Verdict.LESS, Verdict.KNOWN])
def test_what_was_dismissed_is_gone_at_once(env: DigestEnvironment, verdict: Verdict) -> None:
    item = an_item("arxiv/1", summary="graphs")
    env.store(item)
    said = Feedback(item=item, verdict=verdict, at=NOON)
    assert keys(env.make(Profile(name="ann", interests=ANN.interests, feedback=(said,)))) == []


@pytest.mark.parametrize("verdict", [Verdict.SAVE, Verdict.MORE])
def test_what_was_liked_is_not_picked_anew_but_comes_as_an_update(
    env: DigestEnvironment, verdict: Verdict
) -> None:
    item = an_item("arxiv/1", summary="graphs", version="1")
    env.store(item)
    assert keys(env.make()) == ["arxiv/1"]
    said = Feedback(item=item, verdict=verdict, at=NOON)
    ann = Profile(name="ann", interests=ANN.interests, feedback=(said,))
    assert keys(env.make(ann, subscription="")) == []
    assert not stages(env, item, ann)["feedback"]
    env.clock.advance(timedelta(days=1))
    env.store(an_item("arxiv/1", summary="graphs", version="2"))
    made = env.make(ann)
    assert [(str(p.item.key), bool(p.update)) for p in made.picks] == [("arxiv/1", True)]


def test_a_saved_competition_is_still_a_reminder(env: DigestEnvironment) -> None:
    ahead = Deadline(label="final submission", at=NOON + timedelta(days=3))
    item = an_item(
        "kaggle/competition/x", kind=ItemKind.COMPETITION, summary="graphs", deadlines=(ahead,)
    )
    env.store(item)
    said = Feedback(item=item, verdict=Verdict.SAVE, at=NOON)
    ann = Profile(name="ann", interests=ANN.interests, feedback=(said,))
    made = env.make(ann)
    assert [section.kind for section in made.sections] == ["deadlines"]


def test_a_preview_ranks_by_the_interests_given_whatever_was_saved(
    env: DigestEnvironment,
) -> None:
    items = [replace(one, appeared_at=NOON - timedelta(hours=1)) for one in an_archive(8)]
    env.store(*items)
    store, index = env.storage.store, env.storage.index
    digests = Digests(
        store=store, index=index, ranker=ContentRanker(), clock=env.clock, surprise=False
    )

    def preview(profile: Profile) -> Digest:
        return digests.make(env.request(profile, subscription=""))

    saved = [one for one in items if "robots" in str(one.key)][:3]
    feedback = tuple(Feedback(item=one, verdict=Verdict.SAVE, at=NOON) for one in saved)
    asked = parse_interests("speech recognition")
    ann = Profile(name="ann", interests=parse_interests("robot manipulation"), feedback=feedback)

    found = preview(ann.looking_for(asked, ()))
    assert keys(found) == keys(preview(Profile(name="bob", interests=asked)))
    assert all("speech" in key for key in keys(found))
    said = {str(one.key) for one in saved}
    assert said.isdisjoint(why.control for pick in found.picks for why in pick.reasons)
    own = preview(replace(ann, interests=asked))
    assert not said.isdisjoint(why.control for pick in own.picks for why in pick.reasons)


def test_of_a_large_period_retrieval_finds_what_matters(
    env: DigestEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_CANDIDATES", 20)
    monkeypatch.setattr(service, "MAX_RETRIEVED", 10)
    noise = [an_item(f"arxiv/9{n}", title=f"Weather {n}") for n in range(60)]
    wanted = an_item("arxiv/1", summary="on graphs", appeared_at=NOON - timedelta(days=6))
    env.store(*noise, wanted)
    assert keys(env.make()) == ["arxiv/1"]
    assert isinstance(env.ranker, WordRanker)
    assert env.ranker.asked <= 20


def stages(env: DigestEnvironment, item: Item, profile: Profile = ANN) -> dict[str, bool]:
    trace = env.digests.explain(env.request(profile), item)
    return {stage.name: stage.passed for stage in trace.stages}


def test_why_names_the_stage_that_stopped_an_item(env: DigestEnvironment) -> None:
    shown = an_item("arxiv/1", summary="graphs")
    old = an_item("arxiv/2", summary="graphs", appeared_at=NOON - timedelta(days=8))
    muted = an_item("arxiv/3", summary="graphs and crypto")
    told = an_item("arxiv/4", summary="graphs")
    env.store(shown, old, muted, told)
    said = Feedback(item=told, verdict=Verdict.KNOWN, at=NOON)
    ann = Profile(name="ann", interests=ANN.interests, muted=("crypto",), feedback=(said,))
    assert all(stages(env, shown, ann).values())
    assert not stages(env, old, ann)["period"]
    assert not stages(env, muted, ann)["muted"]
    assert not stages(env, told, ann)["feedback"]


def test_why_gives_the_reasons_of_an_item_that_was_stopped_too(env: DigestEnvironment) -> None:
    old = an_item("arxiv/2", summary="graphs", appeared_at=NOON - timedelta(days=8))
    env.store(old)
    trace = env.digests.explain(env.request(), old)
    assert not trace.shown
    assert [reason.text for reason in trace.ranked.reasons] == ["matches graphs"]


def test_why_names_the_budget_that_cut_an_item(env: DigestEnvironment) -> None:
    env.store(*(an_item(f"arxiv/{n}", summary="graphs") for n in range(8)))
    trace = env.digests.explain(env.request(), an_item("arxiv/7", summary="graphs"))
    assert (trace.stages[-1].name, trace.stages[-1].passed) == ("budget", False)
    assert trace.stages[-1].text == "number 8 of those that pass; the digest holds 5 items"


def last(
    env: DigestEnvironment, item: Item, profile: Profile = ANN, **changes: object
) -> tuple[str, str]:
    stage = env.digests.explain(env.request(profile, **changes), item).stages[-1]
    return stage.name, stage.text


def test_why_ends_at_the_stage_that_stopped_it_with_the_numbers(env: DigestEnvironment) -> None:
    got, dull, other = (
        an_item("arxiv/1", summary="graphs"), an_item("arxiv/2"), an_item("github/a/b"),
    )  # fmt: skip
    env.store(got, dull, other)
    env.make()
    env.clock.advance(timedelta(days=1))
    assert last(env, got) == ("delivered", "delivered in profile:ann@2026-11-22")
    trace = env.digests.explain(env.request(), dull)
    assert [(s.name, s.passed) for s in trace.stages[-3:]] == [
        ("delivered", True), ("bar", False), ("outside", False),
    ]  # fmt: skip
    assert trace.stages[-2].text == "your interests and feedback add 0.00, not above the bar of 0.4"
    assert trace.stages[-1].text.endswith("it is turned off")
    assert last(env, other, sources=("arxiv",)) == ("source", "the digest takes only arxiv")


def test_why_says_so_of_what_was_muted_though_it_is_old_as_well(env: DigestEnvironment) -> None:
    old = an_item("arxiv/2", summary="graphs and crypto", appeared_at=NOON - timedelta(days=8))
    env.store(old)
    ann = Profile(name="ann", interests=ANN.interests, muted=("crypto",))
    assert last(env, old, ann)[0] == "period"
    assert last(env, old, ann, since=NOON - timedelta(days=9)) == (
        "muted",
        "contains the muted word 'crypto'",
    )


def outside(digest: Digest) -> list[RankedItem]:
    return [e for s in digest.sections if s.kind == "outside" for e in s.items]


def test_one_item_from_outside_is_drawn_labelled_logged_and_said_so_by_why(
    env: DigestEnvironment,
) -> None:
    env.surprise = True
    env.store(
        *(an_item(f"arxiv/{n}", summary="graphs") for n in range(8)),
        *(an_item(f"arxiv/9{n}", title=f"Weather {n}") for n in range(8)),
    )
    made = env.make()
    [drawn] = outside(made)
    assert len(made.picks) == 5
    assert made.sections[-1].title == "Outside your usual"
    assert drawn.moved == "drawn at random, 1 of 8 outside the usual"
    [digest] = env.storage.impressions.logged_digests()
    logged = {p.placement.key: p.placement for p in digest.picks}
    assert logged[drawn.item.key].propensity == 1 / 8
    assert [p.propensity for k, p in logged.items() if k != drawn.item.key] == [None] * 4
    trace = env.digests.explain(env.request(), drawn.item)
    assert trace.shown
    assert [(s.name, s.passed) for s in trace.stages[-3:]] == [
        ("bar", False), ("outside", True), ("budget", True),
    ]  # fmt: skip
    others = [an_item(f"arxiv/9{n}", title=f"Weather {n}") for n in range(8)]
    told = {last(env, item)[1] for item in others if item.key != drawn.item.key}
    assert told == {"could have been drawn for the slot outside your usual, 1 in 8"}
    assert outside(env.make()) == [drawn]


class FarAndBrief(WordRanker):
    """Sums reasons up until they are asked for, whatever the place."""

    def rank(self, *args: Any, **more: Any) -> Sequence[RankedItem]:
        return [
            replace(
                one,
                reasons=(Reason(text="in all", weight=one.score, control="graphs"),),
                in_full=partial(RankedItem.of, one.item, one.reasons),
            )
            for one in super().rank(*args, **more)
        ]


def test_reasons_that_were_summed_up_are_told_of_picks_and_by_why(
    storage: Storage, clock: FakeClock
) -> None:
    env = DigestEnvironment(storage, clock, FarAndBrief())
    env.store(*(an_item(f"arxiv/{n}", summary="graphs") for n in range(8)))
    for pick in env.make().picks:
        assert [reason.text for reason in pick.reasons] == ["matches graphs"]
        assert pick.in_full is None
    trace = env.digests.explain(env.request(), an_item("arxiv/7", summary="graphs"))
    assert [reason.text for reason in trace.ranked.reasons] == ["matches graphs"]


def test_who_does_not_want_it_gets_no_item_from_outside(env: DigestEnvironment) -> None:
    env.surprise = True
    env.store(
        *(an_item(f"arxiv/{n}", summary="graphs") for n in range(8)),
        *(an_item(f"arxiv/9{n}") for n in range(8)),
    )
    assert outside(env.make(Profile(name="ann", interests=ANN.interests, surprise=False))) == []
    assert outside(env.make(budget=Budget(items=4))) == []


def test_a_recorded_digest_logs_what_it_chose_from_and_a_look_does_not(
    env: DigestEnvironment,
) -> None:
    env.store(
        an_item("arxiv/1", summary="graphs"),
        an_item("github/a/b", summary="graphs", metrics={"stars": 5.0}),
        an_item("github/a/c", metrics={"stars": 9.0}),
    )
    assert env.make(subscription="").log_entry is None
    assert env.storage.impressions.logged_digests() == []
    env.make()
    cells = {(c.source, c.band): (c.candidates, c.picks)
             for c in env.storage.impressions.shares(NOON)}  # fmt: skip
    assert cells == {("arxiv", 0): (1, 1), ("github", 2): (1, 1), ("github", 4): (1, 0)}
    [logged] = env.storage.impressions.logged_digests()
    placements = [pick.placement for pick in logged.picks]
    assert [(str(p.key), p.position, p.section) for p in placements] == [
        ("arxiv/1", 1, "papers"), ("github/a/b", 2, "papers"),
    ]  # fmt: skip
    assert all(p.score == 1.0 for p in placements)


def contest(key: str, topic: str, *, days: int = 9, **changes: object) -> Item:
    """A competition that began before the period and ends in so many days."""
    end = Deadline(label="final submission", at=NOON + timedelta(days=days))
    values: dict[str, object] = {
        "kind": ItemKind.COMPETITION,
        "summary": topic,
        "deadlines": (end,),
        "appeared_at": NOON - timedelta(days=30),
    }
    return an_item(f"kaggle/competition/{key}", **values | changes)


def test_why_says_what_keeps_a_reminder_out_of_the_deadlines_bar(env: DigestEnvironment) -> None:
    near, far, dull = contest("a", "graphs"), contest("b", "graphs", days=20), contest("c", "rain")
    env.store(near, far, dull)
    assert last(env, near) == ("budget", "shown in the deadlines bar")
    assert last(env, far) == (
        "budget",
        "a reminder only, and the deadlines bar holds 1 that matter more",
    )
    assert last(env, dull) == (
        "bar",
        "your interests and feedback add 0.00, not above the bar of 0.4",
    )


def test_a_look_does_not_claim_that_you_did_not_get_it(env: DigestEnvironment) -> None:
    item = an_item("arxiv/1", summary="graphs")
    env.store(item)
    trace = env.digests.explain(env.request(subscription=""), item)
    told = {stage.name: stage.text for stage in trace.stages}
    assert told["delivered"] == "this digest may repeat earlier items"


def test_of_whatever_is_stored_why_agrees_with_the_digest(env: DigestEnvironment) -> None:
    """Every item in every situation: the last stage stops exactly what is not shown."""
    env.surprise = True
    earlier = an_item("arxiv/earlier", summary="graphs", version="1")
    env.store(earlier, an_item("arxiv/seen", summary="graphs"))
    env.make()
    env.clock.advance(timedelta(days=1))
    said = an_item("arxiv/said", summary="graphs")
    items = [
        an_item("arxiv/earlier", summary="graphs", version="2"),
        an_item("arxiv/seen", summary="graphs"),
        *(an_item(f"arxiv/{n}", summary="graphs") for n in range(6)),
        *(an_item(f"arxiv/9{n}", title=f"Weather {n}") for n in range(40)),
        an_item("arxiv/old", summary="graphs", appeared_at=NOON - timedelta(days=30)),
        an_item("arxiv/muted", summary="graphs and crypto"),
        said,
        an_item("github/o/r", kind=ItemKind.REPOSITORY, summary="graphs",
                related=("https://arxiv.org/abs/2401.00009",)),
        an_item("arxiv/2401.00009", summary="graphs"),
        *(contest(name, topic) for name, topic in (("a", "graphs"), ("b", "graphs"), ("c", ""))),
        contest("over", "graphs", days=-1, appeared_at=NOON),
    ]  # fmt: skip
    env.store(*items)
    ann = Profile(
        name="ann",
        interests=ANN.interests,
        muted=("crypto",),
        feedback=(Feedback(item=said, verdict=Verdict.LESS, at=NOON),),
    )
    digest, traces = env.digests.trace(env.request(ann), items)
    on_cards = {str(k) for p in digest.picks for k in (p.item.key, *(n.key for n in p.links))}
    for trace in traces:
        assert trace.shown == (str(trace.item.key) in on_cards)
        assert trace.shown == trace.stages[-1].passed, trace
        failing = [stage.name for stage in trace.stages if not stage.passed]
        assert failing in ([], ["bar"]) if trace.shown else failing
    stops = {trace.stopped.name for trace in traces if trace.stopped and not trace.shown}
    assert stops == {"delivered", "bar", "period", "muted", "feedback", "alive", "work", "budget"}
