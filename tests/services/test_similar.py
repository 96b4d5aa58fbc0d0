from __future__ import annotations

from services.similar import SimilarItems
from storage.opening import Storage
from tests.fakes import NOON, an_item
from tests.services.environment import WordRanker


def test_what_is_like_an_item_is_found_without_itself_among_the_feeds_one_may_see(
    storage: Storage,
) -> None:
    one, two = (an_item(f"arxiv/{n}", summary="Graph networks") for n in (1, 2))
    hidden = an_item("feed:blog/1", summary="Graph networks")
    storage.store.upsert([one, two, hidden], now=NOON)

    def found(feeds: frozenset[str]) -> set[str]:
        similar = SimilarItems(index=storage.index, ranker=WordRanker, feeds=feeds)
        return {str(entry.item.key) for entry in similar.find(one, limit=5)}

    assert found(frozenset()) == {"arxiv/2"}
    assert found(frozenset({"feed:blog"})) == {"arxiv/2", "feed:blog/1"}
