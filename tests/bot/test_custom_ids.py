"""Custom ids: short enough, readable again, and markers that cannot be confused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.custom_ids import Verb, custom_id, item_reference, marks, part_key, referenced_item
from core.deliveries import Part
from core.errors import UsageError
from core.items import ItemKey
from services.lookup import Lookup
from storage.opening import Storage
from tests.fakes import NOON, an_item

names = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=120)


@given(names, st.text(min_size=1, max_size=300))
def test_a_reference_fits_behind_every_verb(source: str, external_id: str) -> None:
    reference = item_reference(ItemKey(source, external_id))

    assert all(len(custom_id(verb, reference)) <= 100 for verb in Verb)


@pytest.mark.parametrize(
    "key",
    [
        "arxiv/2401.00001",
        "github/owner/repo",
        "feed:blog/" + "x" * 200,
        "f" * 150 + "/y",
        "arxiv/~" + "0" * 24,
    ],
)
def test_a_reference_leads_back_to_its_item(storage: Storage, key: str) -> None:
    item = an_item(key)
    storage.store.upsert([an_item("arxiv/1"), item, an_item("feed:blog/2")], now=NOON)

    assert referenced_item(Lookup(store=storage.store), item_reference(item.key)) == item


def test_a_reference_to_nothing_says_so(storage: Storage) -> None:
    for key in ("arxiv/1", "feed:blog/" + "x" * 200):
        with pytest.raises(UsageError, match="no longer in the archive"):
            referenced_item(Lookup(store=storage.store), item_reference(ItemKey.parse(key)))


def test_an_id_that_is_too_long_is_a_bug_of_the_caller() -> None:
    with pytest.raises(ValueError, match="custom id of 105 characters"):
        custom_id(Verb.SAVE, "x" * 100)


@given(st.text(), st.text(), st.text(), st.integers(0, 9999))
def test_a_part_key_can_be_a_nonce(target: str, order: str, period: str, position: int) -> None:
    assert len(part_key(target, order, period, position)) <= 25


def test_a_marker_is_the_whole_key() -> None:
    part = Part(key="abc.1", target="discord:channel:1", payload="")

    assert marks(["save:x", "picks:abc.1"], part)
    assert marks(["orders:abc.1"], part)
    assert not marks(["picks:abc.10", "save:abc.1"], part)
