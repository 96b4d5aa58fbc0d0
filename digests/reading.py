"""How many minutes an item takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.items import Item, ItemKind

WORDS_PER_MINUTE = 238.0
"""Silent reading of English non-fiction (Brysbaert 2019, a meta-analysis of 190 studies)."""

GLANCE: Mapping[ItemKind, float] = MappingProxyType(
    {
        ItemKind.PAPER: 1.0,
        ItemKind.REPOSITORY: 0.5,
        ItemKind.RELEASE: 0.5,
        ItemKind.COMPETITION: 1.0,
        ItemKind.DATASET: 0.5,
        ItemKind.NOTEBOOK: 1.0,
        ItemKind.MODEL: 0.5,
        ItemKind.QUESTION: 0.5,
        ItemKind.DISCUSSION: 1.0,
        ItemKind.ARTICLE: 2.0,
        ItemKind.CONFERENCE: 0.25,
        ItemKind.SPACE: 0.5,
        ItemKind.OFFER: 0.25,
    }
)
"""Minutes on the page behind the link before one knows whether to stay: our own rough figures."""


def minutes(item: Item) -> float:
    """Estimate the minutes to read an item's title and whole summary and glance at its page.

    It is meant for comparing and for filling a budget ("10 minutes a week"), not for reading a
    paper to its end.
    """
    return len(item.text.split()) / WORDS_PER_MINUTE + GLANCE[item.kind]
