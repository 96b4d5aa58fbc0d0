"""The line of an item that says what is new.

An abstract leads up to its claim, so a paper's sentence is chosen by learned weights; repositories,
data sets, competitions, questions and posts begin with it.
"""

# ruff: noqa: RUF001  # full stops of several scripts

from __future__ import annotations

from core.items import Item, ItemKind
from language.boilerplate import statements
from language.lead_features import features
from language.lead_weights import WEIGHTS
from language.sentences import sentences

LEAD_LIMIT = 320
"""Characters within which whole sentences are preferred."""

_SHORT = 80
"""Characters below which a first statement is shown with the one after it."""

_STOPS = ".!?。！？"
"""Signs that end a sentence; without one, as in a list, the next would run on."""

_OPENING = 3
"""Statements among which one that fits is preferred; what comes later is no opening."""

_READ, _COMPARED = 8_000, 40
"""Characters and sentences of an abstract that are looked at; real ones have below half of it."""


def lead(item: Item) -> str:
    """Return one sentence of an item's summary, or two short ones, as the summary has them.

    Of a paper it is the sentence that says best what was made, found or measured; of everything
    else the first statement that is no boilerplate. A sentence longer than ``LEAD_LIMIT`` is
    returned, whole, only where no shorter one will do. Empty if the summary says nothing.
    """
    if item.kind is ItemKind.PAPER:
        return _telling(item.title, _read(item.summary))
    return _opening([one for part in _parts(item) for one in statements(part, item.title)])


def _parts(item: Item) -> list[str]:
    """Return the summary; of a data set its subtitle, which may be as short as a heading, first."""
    return item.summary.split("\n", 1) if item.kind is ItemKind.DATASET else [item.summary]


def _read(text: str) -> list[str]:
    """Return the sentences to compare: of a very long text not the one in which reading stops."""
    lines = sentences(text[:_READ])
    if len(text) > _READ:
        lines = lines[:-1] or sentences(text)[:1]
    return lines[:_COMPARED]


def _telling(title: str, lines: list[str]) -> str:
    fitting = [place for place, line in enumerate(lines) if len(line) <= LEAD_LIMIT]
    places = fitting or range(len(lines))
    if len(places) < 2:
        return "".join(lines[place] for place in places)
    rows = features(title, lines)
    scores = {place: _score(rows[place]) for place in places}
    return lines[max(scores, key=scores.__getitem__)]


def _score(row: dict[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in row.items() if value)


def _opening(lines: list[str]) -> str:
    """Return the first of the opening lines that fits, with the next if both are short."""
    if not lines:
        return ""
    place = next((i for i, line in enumerate(lines[:_OPENING]) if len(line) <= LEAD_LIMIT), 0)
    first, after = lines[place], lines[place + 1 : place + 2]
    if len(first) >= _SHORT or first[-1] not in _STOPS or not after:
        return first
    gap = " " if first[-1].isascii() else ""
    both = f"{first}{gap}{after[0]}"
    return both if len(both) <= LEAD_LIMIT else first
