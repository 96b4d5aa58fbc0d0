"""Trending: far above others of one's kind, whatever the scale."""

from __future__ import annotations

from core.items import ItemKind
from services.lookup import trending
from tests.fakes import an_item


def test_scales_of_different_sources_are_comparable() -> None:
    stars = [
        an_item(f"github/o/r{n}", kind=ItemKind.REPOSITORY, metrics={"stars_today": 1000.0 * n})
        for n in range(1, 5)
    ]
    votes = [
        an_item(f"kaggle/dataset/o/d{n}", kind=ItemKind.DATASET, metrics={"votes": float(n)})
        for n in range(1, 5)
    ]

    found = [str(entry.item.key) for entry in trending([*stars, *votes], limit=4)]

    assert found == ["github/o/r4", "kaggle/dataset/o/d4", "github/o/r3", "kaggle/dataset/o/d3"]


def test_what_is_not_measured_is_not_trending() -> None:
    assert trending([an_item("arxiv/1"), an_item("arxiv/2", metrics={"votes": 0.0})], limit=5) == []


def test_the_reason_names_the_number() -> None:
    (entry,) = trending([an_item("arxiv/1", metrics={"upvotes": 1234.0})], limit=5)

    assert entry.reasons[0].text == "1,234 upvotes"
