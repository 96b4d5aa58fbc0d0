"""Every field of ``Item`` is stored, merged and compared: one that is forgotten fails here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from datetime import timedelta
from typing import Any

import pytest

from core.items import Deadline, Item, ItemKey, ItemKind
from storage.opening import Storage
from tests.fakes import NOON, an_item

ANOTHER: Mapping[str, Any] = {
    "key": ItemKey("github", "owner/repo"),
    "kind": ItemKind.MODEL,
    "title": "Another",
    "url": "https://example.org/another",
    "appeared_at": NOON,
    "published_at": NOON,
    "updated_at": NOON,
    "summary": "What it is about",
    "authors": ("Ada",),
    "tags": ("cs.LG",),
    "metrics": {"stars": 2.0},
    "facts": {"prize": "$1"},
    "facets": {"license": "mit", "parameters": 7_000_000_000, "price": 0.5},
    "prices": {"input_mtok": 3.0, "output_mtok": 15.0},
    "deadlines": (Deadline(label="entry", at=NOON),),
    "version": "2",
    "related": ("https://example.org/code",),
}
"""Of each field a value that ``BASE`` does not have."""

BASE = an_item("github/owner/name", kind=ItemKind.REPOSITORY, appeared_at=NOON - timedelta(days=1))

NOT_CONTENT: Mapping[str, str] = {
    "key": "it says which item it is",
    "appeared_at": "a repository that trends again is nothing new to read",
    "published_at": "some answers of a source leave it out",
    "updated_at": "sources also change it when only numbers change",
    "metrics": "they change daily",
    "facets": "the last activity changes daily, and what is news of the rest is a fact too",
}
"""The fields that ``Item.fingerprint`` leaves out, and why."""

FIELDS = [field.name for field in fields(Item) if field.compare]
"""All but the lead, which is chosen when an item is stored (``test_leads``)."""

OPTIONAL = [
    field.name
    for field in fields(Item)
    if field.compare and (field.default is not MISSING or field.default_factory is not MISSING)
]


def changed(name: str) -> Item:
    return replace(BASE, **{name: ANOTHER[name]})


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_in_the_fingerprint_or_is_left_out_for_a_reason(name: str) -> None:
    assert (changed(name).fingerprint() == BASE.fingerprint()) is (name in NOT_CONTENT)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_stored(storage: Storage, name: str) -> None:
    item = changed(name)
    storage.store.upsert([item], now=NOON)
    assert storage.store.item(item.key) == item


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "key"])
def test_a_field_that_changes_is_stored_anew(storage: Storage, name: str) -> None:
    storage.store.upsert([BASE], now=NOON)
    storage.store.upsert([changed(name)], now=NOON)
    assert storage.store.item(BASE.key) == changed(name)


@pytest.mark.parametrize("title", [BASE.title, "Another"])
def test_a_facet_that_a_later_answer_leaves_out_keeps_its_value(
    storage: Storage, title: str
) -> None:
    storage.store.upsert([replace(BASE, facets={"license": "mit", "price": 2.0})], now=NOON)
    storage.store.upsert([replace(BASE, title=title, facets={"price": 0.0})], now=NOON)
    found = storage.store.item(BASE.key)
    assert found is not None
    assert found.facets == {"license": "mit", "price": 0.0}


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_field_that_a_later_answer_leaves_empty_keeps_its_value(
    storage: Storage, name: str
) -> None:
    storage.store.upsert([changed(name)], now=NOON)
    storage.store.upsert([replace(BASE, title="Another")], now=NOON)
    assert storage.store.item(BASE.key) == replace(changed(name), title="Another")
