"""The small facts of an item in words: its kind, who made it, what it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from core.items import Item, ItemKind
from core.metrics import METRICS
from core.withdrawal import is_withdrawn
from language.authors import author_names
from language.plain import plain_line, shortened

KIND_NAMES: Mapping[ItemKind, str] = MappingProxyType(
    {
        ItemKind.PAPER: "paper",
        ItemKind.REPOSITORY: "code",
        ItemKind.RELEASE: "release",
        ItemKind.COMPETITION: "competition",
        ItemKind.DATASET: "data",
        ItemKind.NOTEBOOK: "notebook",
        ItemKind.MODEL: "model",
        ItemKind.QUESTION: "question",
        ItemKind.DISCUSSION: "discussion",
        ItemKind.ARTICLE: "article",
        ItemKind.CONFERENCE: "conference",
    }
)
"""What a badge calls each kind."""

_METRICS_SHOWN = 2
_FACTS_SHOWN = ("prize", "language", "license", "place")
_DOLLARS = re.compile(r"([\d,.]+) usd", re.IGNORECASE)
_AUTHORS_SHOWN = 2


def who(item: Item) -> str:
    """Name the first authors: "Ashish Vaswani, Noam Shazeer +6"; empty if none is known.

    Who owns a repository stands in its title already, and is left out.
    """
    names = [
        name
        for name in (shortened(plain_line(one), 40) for one in author_names(item.authors))
        if name and not item.title.casefold().startswith(f"{name.casefold()}/")
    ]
    shown = ", ".join(names[:_AUTHORS_SHOWN])
    return f"{shown} +{len(names) - _AUTHORS_SHOWN}" if len(names) > _AUTHORS_SHOWN else shown


def facts(item: Item) -> tuple[str, ...]:
    """Write what the source counts and states: "$50,000", "412 stars today", "withdrawn"."""
    withdrawn = ("withdrawn",) if is_withdrawn(item) else ()
    texts = (plain_line(item.facts.get(name, "")) for name in _FACTS_SHOWN)
    stated = (shortened(_in_dollars(text), 40) for text in texts if text)
    return (*withdrawn, *stated, *list(_counts(item))[:_METRICS_SHOWN])


def _in_dollars(text: str) -> str:
    """Write "50,000 Usd", as Kaggle does, the way people do."""
    amount = _DOLLARS.fullmatch(text)
    return f"${amount[1]}" if amount else text


def _counts(item: Item) -> Iterator[str]:
    for metric in METRICS:
        count = item.metrics.get(metric.key, 0)
        if metric.on_cards and count >= 1:
            yield metric.words(count)
