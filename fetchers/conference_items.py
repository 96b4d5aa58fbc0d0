"""One edition of a conference as one list tells it, and the item that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from core.facets import facets
from core.items import Deadline, Item, ItemKey, ItemKind
from fetchers.conference_kinds import ABSTRACT, PAPER

SOURCE = "conferences"

_ALIASES = {"nips": "neurips", "thewebconf": "www", "acmmultimedia": "acmmm"}
_LONGEST_ID = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a list says of one edition of a conference.

    Attributes:
        list_name: of the list.
        id: the list's own name for it.
        name: short name without the year: "ICLR".
        year: of the edition, not of what happens for it.
        full_name: may be empty.
        url: its page.
        deadlines: those with a date.
        days: first and last day, if known.
        place: city and country, or "online"; may be empty.
        online: whether one can take part from afar, if the list says so.
        registration: where one registers, if the list says so.
        tags: topics.
    """

    list_name: str
    id: str
    name: str
    year: int
    url: str
    full_name: str = ""
    deadlines: tuple[Deadline, ...] = ()
    days: tuple[date, date] | None = None
    place: str = ""
    online: bool | None = None
    registration: str = ""
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Name and year."""
        year = str(self.year)
        short = year[2:]
        named = re.search(rf"(?<!\d)({year}|{short})(?!\d)", self.name)
        return self.name if named else f"{self.name} {year}"

    @property
    def contradiction(self) -> str:
        """What it says against itself, in words; empty if nothing."""
        if self.days is None:
            return ""
        start, end = self.days
        if end < start:
            return f"ends on {end} before it starts on {start}"
        # Some take place just after the end of their year, or just before its beginning.
        near = {self.year} | ({self.year + 1} if start.month <= 2 else set())
        near |= {self.year - 1} if start.month >= 11 else set()
        return "" if start.year in near else f"{self.title} is dated {start}"


def edition_name(name: str, year: int) -> str:
    """Return what an edition is called in all lists: ``iclr-2026``."""
    bare = re.sub(r"\b(19|20)\d\d\b", "", name.lower())
    short = re.sub(r"[\W_]+", "", bare)
    return f"{_ALIASES.get(short, short)}-{year}" if short else ""


def current(editions: Iterable[Edition], now: datetime) -> list[Edition]:
    """Return the editions that still matter: of last year or later, or with a deadline ahead.

    Those of last year stay, since a deadline may be extended after it has passed.
    """
    return [
        one
        for one in editions
        if one.year >= now.year - 1 or any(deadline.at > now for deadline in one.deadlines)
    ]


def to_item(edition: Edition, now: datetime) -> Item | None:
    """Map an edition; None for one without a name or page.

    Days that contradict the edition are named and not shown.
    """
    id_ = "".join(c for c in edition.id if c.isprintable() and not c.isspace())[:_LONGEST_ID]
    if not (id_ and edition.name and edition.url):
        return None
    wrong = edition.contradiction
    days = None if wrong else edition.days
    first = min(
        (one.at for one in edition.deadlines if one.kind in {PAPER, ABSTRACT}), default=None
    )
    facts = {
        "dates": _days(days) if days else "",
        "place": edition.place,
        "attend": {True: "online", False: "on site", None: ""}[edition.online],
        "registration": edition.registration,
        "contradiction": f"{edition.list_name}: {wrong}" if wrong else "",
        "list": edition.list_name,
    }
    return Item(
        key=ItemKey(SOURCE, f"{edition.list_name}/{id_}"),
        kind=ItemKind.CONFERENCE,
        title=edition.title,
        url=edition.url,
        appeared_at=now,
        summary=edition.full_name,
        tags=edition.tags,
        facts={name: text for name, text in facts.items() if text},
        facets=facets(
            edition=edition_name(edition.name, edition.year),
            region=edition.place,
            starts=_start(days[0]) if days else None,
        ),
        deadlines=edition.deadlines,
        version="" if first is None else first.strftime("%Y-%m-%dT%H:%MZ"),
    )


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _days(days: tuple[date, date]) -> str:
    start, end = days
    return f"{start}" if start == end else f"{start} to {end}"
