"""The small facts of an item in words: its kind, who made it, what it counts."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
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
        ItemKind.SPACE: "demo",
        ItemKind.OFFER: "offer",
    }
)
"""What a badge calls each kind."""

NOUNS: Mapping[ItemKind, str] = MappingProxyType(
    {kind: kind.value for kind in ItemKind} | {ItemKind.DATASET: "data set", ItemKind.SPACE: "demo"}
)
PLURALS: Mapping[ItemKind, str] = MappingProxyType(
    {kind: f"{noun}s" for kind, noun in NOUNS.items()} | {ItemKind.REPOSITORY: "repositories"}
)
"""What is counted of each kind, one and several."""

TOTAL = "stars"
RISES: Mapping[str, str] = MappingProxyType(
    {"stars_today": "today", "stars_this_week": "this week", "stars_this_month": "this month"}
)
"""The metric of all stars of a repository, and those of its latest ones with their time."""

_METRICS_SHOWN, _RISES_SHOWN = 2, 2
_FACTS_SHOWN = ("prize", "task", "language", "license", "place")
_DOLLARS = re.compile(r"([\d,.]+) usd", re.IGNORECASE)
_AUTHORS_SHOWN = 1


def who(item: Item) -> str:
    """Name the first author and count the others: "Ashish Vaswani +7"; empty if none is known.

    Who owns a repository stands in its title already, and is left out.
    """
    names = [
        name
        for name in (shortened(plain_line(one), 40) for one in author_names(item.authors))
        if name and not item.title.casefold().startswith(f"{name.casefold()}/")
    ]
    shown = ", ".join(names[:_AUTHORS_SHOWN])
    return f"{shown} +{len(names) - _AUTHORS_SHOWN}" if len(names) > _AUTHORS_SHOWN else shown


def facts(item: Item, said: Container[str] = ()) -> tuple[str, ...]:
    """Write what helps to decide: "$50,000", "MIT", "1,090 stars, +12 today", "withdrawn".

    Args:
        item: whose facts.
        said: counts in words that stand beside them already ("12 stars today").
    """
    withdrawn = ("withdrawn",) if is_withdrawn(item) else ()
    texts = (plain_line(item.facts.get(name, "")) for name in _FACTS_SHOWN)
    stated = (shortened(_in_dollars(text), 40) for text in texts if text)
    return (*withdrawn, *stated, *list(_counts(item, said))[:_METRICS_SHOWN])


def _in_dollars(text: str) -> str:
    """Write "50,000 Usd", as Kaggle does, the way people do."""
    amount = _DOLLARS.fullmatch(text)
    return f"${amount[1]}" if amount else text


def _counts(item: Item, said: Container[str]) -> Iterator[str]:
    stars = _stars(item, said)
    if stars:
        yield stars
    for metric in METRICS:
        count = item.metrics.get(metric.key, 0)
        if metric.on_cards and count >= 1 and metric.key not in (TOTAL, *RISES):
            words = metric.words(count)
            if words not in said:
                yield words


def _stars(item: Item, said: Container[str]) -> str:
    """Write the stars in all and what has come lately: "1,090 stars, +12 today, +80 this week"."""
    of = {metric.key: metric for metric in METRICS}
    counts = {key: item.metrics.get(key, 0) for key in (TOTAL, *RISES)}
    total = of[TOTAL].words(counts[TOTAL]) if counts[TOTAL] >= 1 else ""
    rises = [
        (key, when)
        for key, when in RISES.items()
        if counts[key] >= 1 and of[key].words(counts[key]) not in said
    ]
    if not total:
        return of[rises[0][0]].words(counts[rises[0][0]]) if rises else ""
    return ", ".join(
        (total, *(f"+{counts[key]:,.0f} {when}" for key, when in rises[:_RISES_SHOWN]))
    )
