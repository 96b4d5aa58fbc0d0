from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.embeddings import WrittenInterest
from core.items import Item
from core.people import Feedback, Interest, Profile, Verdict
from storage.opening import Storage
from tests.fakes import NOON, an_item

MODEL = "fake/1"
WEEK = NOON - timedelta(days=7)


def stored(storage: Storage, *items: Item) -> None:
    storage.store.upsert(items, now=NOON)


def missing(storage: Storage, model: str = MODEL, limit: int = 10) -> list[str]:
    found = storage.vectors.items_without(model, since=WEEK, limit=limit)
    return [str(item.key) for item in found]


def test_vectors_come_back_for_the_keys_that_have_one(storage: Storage) -> None:
    one, two = an_item("arxiv/1"), an_item("github/a/b")
    stored(storage, one, two)
    storage.vectors.keep_items(MODEL, [(one, b"\x01\xff"), (two, b"\x02\x00")])
    keys = [one.key, two.key, an_item("arxiv/3").key]
    assert storage.vectors.of_items(MODEL, keys) == {one.key: b"\x01\xff", two.key: b"\x02\x00"}
    assert storage.vectors.of_items(MODEL, []) == {}
    assert storage.vectors.count(MODEL) == 2


def test_the_latest_come_first_and_old_ones_only_if_somebody_judged_them(storage: Storage) -> None:
    old = an_item("arxiv/old", appeared_at=WEEK - timedelta(days=1))
    loved = an_item("arxiv/loved", appeared_at=WEEK - timedelta(days=300))
    new = an_item("arxiv/new", appeared_at=NOON - timedelta(hours=1))
    stored(storage, old, loved, new, an_item("arxiv/middle"))
    storage.store.save_profile(Profile(name="ann"))
    storage.store.add_feedback("ann", Feedback(item=loved, verdict=Verdict.SAVE, at=NOON))
    assert missing(storage) == ["arxiv/loved", "arxiv/new", "arxiv/middle"]
    assert missing(storage, limit=2) == ["arxiv/loved", "arxiv/new"]


def test_what_has_its_vector_is_not_missing_until_its_text_changes(storage: Storage) -> None:
    item = an_item("arxiv/1")
    stored(storage, item)
    storage.vectors.keep_items(MODEL, [(item, b"\x01")])
    stored(storage, replace(item, metrics={"stars": 5.0}))
    assert missing(storage) == []
    stored(storage, replace(item, summary="It says more now."))
    assert missing(storage) == ["arxiv/1"]


def test_a_text_that_changed_while_it_was_read_stays_missing(storage: Storage) -> None:
    item = an_item("arxiv/1")
    stored(storage, item)
    stored(storage, replace(item, summary="It says more now."))
    storage.vectors.keep_items(MODEL, [(item, b"\x01")])
    assert missing(storage) == ["arxiv/1"]


def test_what_is_stored_reads_back_as_what_was_embedded(storage: Storage) -> None:
    item = an_item(
        "arxiv/1", title="half of a pair: \ud800", tags=("b", "a"), facts={"z": "1", "a": "2"}
    )
    stored(storage, item)
    (read,) = storage.vectors.items_without(MODEL, since=WEEK, limit=1)
    storage.vectors.keep_items(MODEL, [(read, b"\x01")])
    assert missing(storage) == []


def test_another_model_finds_no_vector_and_replaces_those_of_the_first(storage: Storage) -> None:
    item = an_item("arxiv/1")
    stored(storage, item)
    storage.vectors.keep_items(MODEL, [(item, b"\x01")])
    assert missing(storage, "fake/2") == ["arxiv/1"]
    assert storage.vectors.of_items("fake/2", [item.key]) == {}
    storage.vectors.keep_items("fake/2", [(item, b"\x02")])
    assert storage.vectors.of_items("fake/2", [item.key]) == {item.key: b"\x02"}
    assert storage.vectors.of_items(MODEL, [item.key]) == {}


def test_a_vector_goes_with_its_item_and_none_comes_for_one_that_is_gone(storage: Storage) -> None:
    item = an_item("arxiv/1")
    storage.store.upsert([item], now=NOON, sample=True)
    storage.vectors.keep_items(MODEL, [(item, b"\x01")])
    storage.store.remove_sample()
    assert storage.vectors.count(MODEL) == 0
    storage.vectors.keep_items(MODEL, [(item, b"\x01")])
    assert storage.vectors.count(MODEL) == 0


def interest(text: str, profile: str = "ann") -> WrittenInterest:
    return WrittenInterest(profile=profile, text=text)


def save(storage: Storage, *texts: str, name: str = "ann") -> None:
    interests = tuple(Interest(text=text) for text in texts)
    storage.store.save_profile(Profile(name=name, interests=interests))


def test_interests_are_missing_until_they_have_a_vector_of_this_model(storage: Storage) -> None:
    save(storage, "graphs", "drugs")
    save(storage, "graphs", name="bob")
    storage.vectors.keep_interests(MODEL, [(interest("graphs"), b"\x01")])
    assert storage.vectors.interests_without(MODEL) == [
        interest("drugs"),
        interest("graphs", "bob"),
    ]
    assert len(storage.vectors.interests_without("fake/2")) == 3
    assert storage.vectors.of_interests(MODEL, "ann") == {"graphs": b"\x01"}
    assert storage.vectors.of_interests("fake/2", "ann") == {}


def test_an_interest_that_is_struck_out_leaves_no_vector(storage: Storage) -> None:
    save(storage, "graphs", "drugs")
    both = [(interest("graphs"), b"\x01"), (interest("drugs"), b"\x02")]
    storage.vectors.keep_interests(MODEL, both)
    save(storage, "drugs")
    assert storage.vectors.of_interests(MODEL, "ann") == {"drugs": b"\x02"}
    storage.vectors.keep_interests(MODEL, both)  # it was being read meanwhile
    assert storage.vectors.of_interests(MODEL, "ann") == {"drugs": b"\x02"}


def test_what_a_profile_did_not_write_is_not_kept(storage: Storage) -> None:
    storage.vectors.keep_interests(MODEL, [(interest("graphs", "nobody"), b"\x01")])
    assert storage.vectors.of_interests(MODEL, "nobody") == {}
