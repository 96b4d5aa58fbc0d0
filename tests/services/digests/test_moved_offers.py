"""Offers and conferences in digests: no news by being listed, news once they moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.items import Deadline, Item, ItemKind
from services.digests.candidates import Candidates
from services.feeds.visibility import every_feed
from storage import open_storage
from tests.fakes import NOON, FakeClock, an_item
from tests.services.environment import DigestEnvironment

DAY = timedelta(days=1)


def an_offer(price: float) -> Item:
    return an_item(
        "offers/llm-api/acme/m",
        kind=ItemKind.OFFER,
        title="Acme Large (Acme API)",
        prices={"input_mtok": price},
        version=f"${price:g} in per million tokens",
        appeared_at=NOON - 90 * DAY,
    )


def test_an_offer_is_a_candidate_in_the_period_in_which_its_price_moved(tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'a.db'}") as storage:
        storage.store.upsert([an_offer(10)], now=NOON - 3 * DAY)
        storage.store.upsert([an_offer(2)], now=NOON - 2 * DAY)
        candidates = Candidates(
            store=storage.store, index=storage.index, visible=every_feed, moves=storage.moves
        )
        env = DigestEnvironment(storage, FakeClock(NOON), ranker=None)  # type: ignore[arg-type]
        [found] = candidates.find(env.request(), NOON).candidates
        assert found.summary == "Changed or corrected: input $10 to $2 per million tokens (-80%)"
        later = env.request(since=NOON - DAY)
        assert candidates.find(later, NOON).candidates == ()


@pytest.mark.parametrize("kind", [ItemKind.OFFER, ItemKind.CONFERENCE])
def test_what_is_only_listed_is_no_news(tmp_path: Path, kind: ItemKind) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'a.db'}") as storage:
        listed = replace(an_offer(10), kind=kind, appeared_at=NOON - DAY)
        storage.store.upsert([listed], now=NOON - DAY)
        candidates = Candidates(store=storage.store, index=storage.index, visible=every_feed)
        env = DigestEnvironment(storage, FakeClock(NOON), ranker=None)  # type: ignore[arg-type]
        assert candidates.find(env.request(), NOON).candidates == ()


def test_an_edition_of_several_lists_is_reminded_of_once(tmp_path: Path) -> None:
    paper = Deadline(label="paper", at=NOON + 5 * DAY, kind="paper")
    lists = [
        an_item(
            f"conferences/{name}/icxr27",
            kind=ItemKind.CONFERENCE,
            deadlines=(paper,),
            facets={"edition": "icxr-2027"},
        )
        for name in ("ccfddl", "ai-deadlines")
    ]
    with open_storage(f"sqlite:///{tmp_path / 'a.db'}") as storage:
        storage.store.upsert(lists, now=NOON)
        candidates = Candidates(store=storage.store, index=storage.index, visible=every_feed)
        env = DigestEnvironment(storage, FakeClock(NOON), ranker=None)  # type: ignore[arg-type]
        found = candidates.find(env.request(), NOON).reminders
        assert [str(item.key) for item in found] == ["conferences/ai-deadlines/icxr27"]
