from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from core.errors import UsageError
from core.people import Interest, Profile, Verdict
from services.interests import StatedInterests
from services.people import DEFAULT_PROFILE, NoInterestsError, People
from storage.opening import Storage
from storage.store import SqlStore
from tests.fakes import NOON, FakeClock, an_item


@pytest.fixture
def people(storage: Storage, clock: FakeClock) -> People:
    default = Profile(name=DEFAULT_PROFILE, interests=(Interest(text="agents"),), zone="Asia/Tokyo")
    return People(store=storage.store, clock=clock, default=default)


def test_the_default_profile_is_there_before_anyone_made_it(people: People) -> None:
    assert [i.text for i in people.profile().interests] == ["agents"]


def test_an_unknown_profile_is_refused_with_those_there_are(people: People) -> None:
    people.change("ann", interests="graphs")
    with pytest.raises(UsageError, match=r"'bob' \(existing: ann\)"):
        people.profile("bob")


def test_a_profile_is_made_and_then_changed_only_where_named(people: People) -> None:
    made = people.change("ann", interests="graphs; drugs", muted="crypto; nft")
    assert (made.zone, made.muted) == ("Asia/Tokyo", ("crypto", "nft"))
    changed = people.change("ann", zone="Europe/Berlin", followed="cs.LG", popularity=False)
    assert [i.text for i in changed.interests] == ["graphs", "drugs"]
    assert (changed.zone, changed.followed) == ("Europe/Berlin", ("cs.LG",))
    assert people.profile("ann") == changed
    assert not changed.popularity


@pytest.mark.parametrize(
    ("name", "details", "message"),
    [
        ("ann", {}, "at least one interest"),
        ("ann", {"interests": " ; "}, "at least one interest"),
        (" ", {"interests": "graphs"}, "needs a name"),
        ("ann", {"interests": "graphs", "zone": "Mars"}, "IANA"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_and_not_saved(
    people: People, storage: Storage, name: str, details: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        people.change(name, **details)  # type: ignore[arg-type]
    assert storage.store.profiles() == []


def test_feedback_is_kept_and_the_latest_word_counts(people: People, storage: Storage) -> None:
    item = an_item("arxiv/1")
    storage.store.upsert([item], now=NOON)
    people.rate(DEFAULT_PROFILE, item, Verdict.MORE)
    people.rate(DEFAULT_PROFILE, item, Verdict.LESS)
    profile = people.profile()
    assert [(str(f.item.key), f.verdict) for f in profile.feedback] == [("arxiv/1", Verdict.LESS)]
    assert [i.text for i in profile.interests] == ["agents"]


def test_feedback_for_nobody_is_refused(people: People) -> None:
    with pytest.raises(UsageError, match="no profile"):
        people.rate("bob", an_item(), Verdict.MORE)


ADA = "discord:1"
GRAPHS = Interest(text="graphs")


@dataclass
class CountingStore:
    """The archive, which counts how often a profile is loaded."""

    store: SqlStore
    loaded: list[str] = field(default_factory=list)

    def profile(self, name: str) -> Profile | None:
        self.loaded.append(name)
        return self.store.profile(name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def test_a_vote_loads_the_profile_once_be_it_the_first_or_a_later_one(
    storage: Storage, clock: FakeClock
) -> None:
    item = an_item("arxiv/1")
    storage.store.upsert([item], now=NOON)
    store = CountingStore(storage.store)
    people = People(store=store, clock=clock, default=Profile(name=DEFAULT_PROFILE))

    for verdict in (Verdict.MORE, Verdict.LESS):
        people.vote(ADA, item, verdict)
        assert store.loaded == [ADA]
        store.loaded.clear()
        people.rate(DEFAULT_PROFILE, item, verdict)
        assert store.loaded == [DEFAULT_PROFILE]
        store.loaded.clear()

    assert [f.verdict for f in people.member(ADA).feedback] == [Verdict.LESS]


def test_a_vote_tells_all_that_holds_of_the_item(people: People, storage: Storage) -> None:
    item = an_item("arxiv/1")
    storage.store.upsert([item], now=NOON)
    assert people.vote(ADA, item, Verdict.SAVE) == (Verdict.SAVE,)
    assert people.vote(ADA, item, Verdict.MORE) == (Verdict.SAVE, Verdict.MORE)
    assert people.vote(ADA, item, Verdict.LESS) == (Verdict.SAVE, Verdict.LESS)


def test_done_takes_a_saved_item_off_and_keeps_what_else_was_said(
    people: People, storage: Storage
) -> None:
    item = an_item("arxiv/1")
    storage.store.upsert([item], now=NOON)
    for verdict in (Verdict.SAVE, Verdict.MORE):
        people.vote(ADA, item, verdict)

    assert people.done(ADA, item)
    assert not people.done(ADA, item)
    assert set(people.member(ADA).said_of(item.key)) == {Verdict.MORE, Verdict.KNOWN}
    assert people.member(ADA).saved == ()


def test_a_member_has_an_empty_profile_until_there_is_something_to_store(
    people: People, storage: Storage
) -> None:
    assert people.member(ADA) == Profile(name=ADA)
    with pytest.raises(NoInterestsError):
        people.rankable_member(ADA)
    assert storage.store.profiles() == []


def test_an_interest_is_halved_until_it_is_removed(people: People) -> None:
    people.save(Profile(name="ann", interests=(GRAPHS, Interest(text="agents"))))

    left = [people.weaken(people.profile("ann"), "graphs") for _ in range(4)]

    assert left == [0.5, 0.25, 0.125, 0.0]
    assert [i.text for i in people.profile("ann").interests] == ["agents"]
    with pytest.raises(UsageError, match=r"not among your interests \(you have: agents\)"):
        people.weaken(people.profile("ann"), "graphs")


def test_who_introduces_themselves_again_keeps_the_weights_of_what_they_had(
    people: People, storage: Storage
) -> None:
    item = an_item("arxiv/1")
    storage.store.upsert([item], now=NOON)
    people.save(Profile(name=ADA, interests=(Interest(text="graphs", weight=0.5),)))

    stated = StatedInterests(phrases=("graphs", "agents"), examples=(item,), followed=("cs.LG",))
    people.introduce(ADA, stated, zone="Asia/Tokyo")

    profile = people.rankable_member(ADA)
    assert [(i.text, i.weight) for i in profile.interests] == [("graphs", 0.5), ("agents", 1.0)]
    assert (profile.followed, profile.zone) == (("cs.LG",), "Asia/Tokyo")
    assert [f.verdict for f in profile.feedback] == [Verdict.MORE]


@pytest.mark.parametrize(
    ("typed", "own", "expected"),
    [
        ("drugs", ("vision",), ["drugs"]),
        ("", ("vision",), ["vision"]),
        ("", (), ["graphs"]),
    ],
)
def test_a_channel_has_interests_of_its_own_or_those_of_who_subscribes_it(
    people: People, typed: str, own: tuple[str, ...], expected: list[str]
) -> None:
    owner = Profile(name=ADA, interests=(GRAPHS,))
    people.save(Profile(name="channel", interests=tuple(Interest(text=text) for text in own)))

    profile = people.for_subscription("channel", owner=owner, interests=typed)

    assert [i.text for i in profile.interests] == expected
    assert [i.text for i in people.member("channel").interests] == list(own)


@pytest.mark.parametrize(
    ("typed", "meant"), [("an", "ann"), ("ANN", "ann"), ("defualt", "default")]
)
def test_a_mistyped_profile_is_told_which_one_was_meant(
    people: People, typed: str, meant: str
) -> None:
    people.save(Profile(name="ann", interests=(Interest(text="maps"),)))
    with pytest.raises(UsageError, match=f"did you mean {meant}\\?"):
        people.profile(typed)
    with pytest.raises(UsageError) as told:
        people.profile("zebra")
    assert "did you mean" not in str(told.value)
