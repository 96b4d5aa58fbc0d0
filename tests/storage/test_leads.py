"""What says what is new is chosen when an item is stored, and anew when its text changes."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from core.items import Item, ItemKind
from digests.view import summary
from storage.opening import Storage
from tests.fakes import NOON, an_item

PAPER = an_item(
    "arxiv/2611.00001",
    title="Halving the memory of long contexts",
    kind=ItemKind.PAPER,
    appeared_at=NOON,
    summary="Long contexts need much memory. Many methods have been tried, and most lose accuracy. "
    "We propose a cache that halves the memory of long contexts. Details are in the appendix.",
)
NEW = "We propose a cache that halves the memory of long contexts."
COLUMN = sa.text("SELECT lead FROM item WHERE external_id = :id")


def column(storage: Storage, item: Item) -> str:
    with storage.database.reading() as connection:
        return str(connection.scalar(COLUMN, {"id": item.key.external_id}))


def shown(storage: Storage, item: Item) -> str:
    stored = storage.store.item(item.key)
    assert stored is not None
    return summary(stored)


def test_the_sentence_is_chosen_when_an_item_is_stored(storage: Storage) -> None:
    storage.store.upsert([PAPER], now=NOON)
    assert column(storage, PAPER) == NEW
    assert shown(storage, PAPER) == NEW


def test_a_summary_that_changes_has_its_sentence_chosen_anew(storage: Storage) -> None:
    storage.store.upsert([PAPER], now=NOON)
    later = "Machines are small. We show that a ring of caches needs a third of the memory."
    storage.store.upsert([replace(PAPER, version="2", summary=later)], now=NOON)
    assert column(storage, PAPER) == "We show that a ring of caches needs a third of the memory."


def test_a_stored_item_that_is_stored_again_with_another_text_does_not_keep_its_sentence(
    storage: Storage,
) -> None:
    storage.store.upsert([PAPER], now=NOON)
    known = storage.store.item(PAPER.key)
    assert known is not None
    storage.store.upsert([replace(known, summary="We release the code.")], now=NOON)
    assert column(storage, PAPER) == "We release the code."


def test_an_item_whose_numbers_alone_change_keeps_its_sentence(storage: Storage) -> None:
    storage.store.upsert([PAPER], now=NOON)
    storage.store.upsert([replace(PAPER, metrics={"votes": 3.0})], now=NOON)
    assert column(storage, PAPER) == NEW


def test_an_item_of_an_older_archive_shows_its_sentence_without_a_stored_one(
    storage: Storage,
) -> None:
    storage.store.upsert([PAPER], now=NOON)
    with storage.database.writing() as connection:
        connection.execute(sa.text("UPDATE item SET lead = ''"))  # as the revision leaves it
    assert shown(storage, PAPER) == NEW
