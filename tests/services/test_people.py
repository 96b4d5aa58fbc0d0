from __future__ import annotations

import pytest

from core.errors import UsageError
from core.people import Interest, Profile, Verdict
from services.people import DEFAULT_PROFILE, People
from storage.opening import Storage
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
    people.tell(DEFAULT_PROFILE, item, Verdict.MORE)
    people.tell(DEFAULT_PROFILE, item, Verdict.LESS)
    profile = people.profile()
    assert [(str(f.item.key), f.verdict) for f in profile.feedback] == [("arxiv/1", Verdict.LESS)]
    assert [i.text for i in profile.interests] == ["agents"]


def test_feedback_for_nobody_is_refused(people: People) -> None:
    with pytest.raises(UsageError, match="no profile"):
        people.tell("bob", an_item(), Verdict.MORE)
