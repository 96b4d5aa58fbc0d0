from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StorageError
from core.people import Fact, Feedback, Interest, Profile, Verdict
from storage.opening import Storage
from tests.fakes import NOON, an_item
from tests.storage.empty import empty_archive
from tests.storage.strategies import NAMES, TEXTS

HOUR = timedelta(hours=1)

INTERESTS = st.builds(Interest, text=TEXTS, weight=st.floats(-10, 10))
PROFILES = st.builds(
    Profile,
    name=NAMES,
    interests=st.lists(INTERESTS, max_size=3).map(tuple),
    muted=st.lists(TEXTS, max_size=3).map(tuple),
    followed=st.lists(TEXTS, max_size=3).map(tuple),
    zone=st.sampled_from(["UTC", "Europe/Berlin"]),
    popularity=st.booleans(),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(PROFILES, max_size=4))
def test_profiles_come_back_as_they_were_saved_last(profiles: list[Profile]) -> None:
    with empty_archive() as storage:
        for profile in profiles:
            storage.store.save_profile(profile)
        latest = {profile.name: profile for profile in profiles}
        assert {p.name: p for p in storage.store.profiles()} == latest
        assert all(storage.store.profile(name) == found for name, found in latest.items())


def test_an_unknown_profile_is_none(storage: Storage) -> None:
    assert storage.store.profile("nobody") is None
    assert storage.store.profiles() == []


def test_profiles_come_in_the_order_of_their_names(storage: Storage) -> None:
    for name in ("cleo", "ann", "ben"):
        storage.store.save_profile(Profile(name=name))
    assert [profile.name for profile in storage.store.profiles()] == ["ann", "ben", "cleo"]


@pytest.fixture
def taught(storage: Storage) -> Storage:
    """Two people who said something about two items."""
    storage.store.upsert([an_item("arxiv/1"), an_item("arxiv/2")], now=NOON)
    for name in ("ann", "ben"):
        storage.store.save_profile(Profile(name=name, interests=(Interest(text="graphs"),)))
    storage.store.add_feedback("ann", verdict("arxiv/2", Verdict.LESS, 2))
    storage.store.add_feedback("ann", verdict("arxiv/1", Verdict.MORE, 1))
    storage.store.add_feedback("ben", verdict("arxiv/1", Verdict.SAVE, 3))
    return storage


def verdict(key: str, said: Verdict, hour: int) -> Feedback:
    return Feedback(item=an_item(key), verdict=said, at=NOON + hour * HOUR)


def feedback(storage: Storage, name: str) -> list[tuple[str, Verdict]]:
    profile = storage.store.profile(name)
    assert profile is not None
    return [(found.item.key.external_id, found.verdict) for found in profile.feedback]


def test_a_profile_comes_with_its_own_feedback_oldest_first(taught: Storage) -> None:
    assert feedback(taught, "ann") == [("1", Verdict.MORE), ("2", Verdict.LESS)]
    assert feedback(taught, "ben") == [("1", Verdict.SAVE)]


def test_a_later_vote_replaces_the_earlier(taught: Storage) -> None:
    taught.store.add_feedback("ann", verdict("arxiv/1", Verdict.LESS, 5))
    assert feedback(taught, "ann") == [("2", Verdict.LESS), ("1", Verdict.LESS)]


def test_saved_voted_and_known_hold_side_by_side(taught: Storage) -> None:
    for hour, said in enumerate((Verdict.SAVE, Verdict.MORE, Verdict.KNOWN, Verdict.LESS), 3):
        taught.store.add_feedback("ben", verdict("arxiv/1", said, hour))
    assert feedback(taught, "ben") == [
        ("1", Verdict.SAVE),
        ("1", Verdict.KNOWN),
        ("1", Verdict.LESS),
    ]


def test_what_was_said_is_taken_back_in_one_respect_only(taught: Storage) -> None:
    taught.store.add_feedback("ben", verdict("arxiv/1", Verdict.KNOWN, 5))
    key = an_item("arxiv/1").key

    assert taught.store.withdraw_feedback("ben", key, Fact.SAVED)
    assert not taught.store.withdraw_feedback("ben", key, Fact.SAVED)
    assert not taught.store.withdraw_feedback("ben", an_item("arxiv/9").key, Fact.KNOWN)
    assert feedback(taught, "ben") == [("1", Verdict.KNOWN)]
    assert feedback(taught, "ann") == [("1", Verdict.MORE), ("2", Verdict.LESS)]


def test_saving_a_profile_again_keeps_its_feedback(taught: Storage) -> None:
    taught.store.save_profile(Profile(name="ann", muted=("crypto",)))
    assert feedback(taught, "ann") == [("1", Verdict.MORE), ("2", Verdict.LESS)]
    found = taught.store.profile("ann")
    assert found is not None
    assert (found.interests, found.muted) == ((), ("crypto",))


def test_feedback_shows_the_item_as_it_is_now(taught: Storage) -> None:
    taught.store.upsert([an_item("arxiv/1", title="A new title")], now=NOON)
    found = taught.store.profile("ann")
    assert found is not None
    assert found.feedback[0].item.title == "A new title"


def test_feedback_without_a_profile_or_an_item_is_an_error_of_one_line(storage: Storage) -> None:
    with pytest.raises(StorageError, match="not in the archive"):
        storage.store.add_feedback("ann", verdict("arxiv/1", Verdict.MORE, 1))
    storage.store.upsert([an_item("arxiv/1")], now=NOON)
    with pytest.raises(StorageError, match="no profile 'ann'"):
        storage.store.add_feedback("ann", verdict("arxiv/1", Verdict.MORE, 1))


def test_feedback_on_the_sample_goes_with_it_unless_the_item_turned_out_live(
    storage: Storage,
) -> None:
    storage.store.upsert([an_item("arxiv/1"), an_item("arxiv/2")], now=NOON, sample=True)
    storage.store.save_profile(Profile(name="ann"))
    storage.store.add_feedback("ann", verdict("arxiv/1", Verdict.MORE, 1))
    storage.store.add_feedback("ann", verdict("arxiv/2", Verdict.MORE, 2))
    storage.store.upsert([an_item("arxiv/2", title="Live")], now=NOON)
    storage.store.remove_sample()
    assert feedback(storage, "ann") == [("2", Verdict.MORE)]
