"""What every form of a digest shows, worked out once from the ``Digest`` value.

All text in a view is plain: one line, LaTeX made readable, no control or bidirectional characters.
It is still foreign text, which each renderer escapes in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from core.digests import Digest, RankedItem
from core.hosts import linkable
from core.impressions import OUTSIDE
from core.items import Deadline, Item, ItemKind
from core.named_pages import named_pages
from digests import framing
from digests.chips import chips
from digests.facts import KIND_NAMES, facts, who
from digests.sources import source_name
from digests.times import BAR_WEEKS, ahead, day, hour, span, weeks_left, zone_named
from language.latex import readable
from language.latex_among_code import holds_code, readable_among_code
from language.leads import LEAD_LIMIT, lead
from language.openers import without_opener
from language.plain import plain_line, shortened, whole_words
from language.sentences import first_sentences

TITLE_LIMIT = 200
UPDATE_LIMIT = 60
ADDRESS_LIMIT = 300

CARDS = 5
"""Picks that are shown as cards, the lead among them; the rest are one-liners."""

WITH_LATEX = frozenset({ItemKind.PAPER, ItemKind.QUESTION, ItemKind.ARTICLE})
"""Kinds whose authors write LaTeX; elsewhere a backslash or a brace means itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A page beside a card's own: "code", where it is, and that as a person reads it."""

    text: str
    url: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """A deadline: what ends, and when in the reader's zone, in UTC and from now.

    ``utc`` is empty where the reader's zone is UTC anyway. ``weeks`` are the blocks of the bar that
    draws the time left, a block a week of at most ``BAR_WEEKS``.
    """

    label: str
    local: str
    utc: str
    relative: str
    weeks: int
    at: datetime

    @property
    def when(self) -> str:
        """Both times: "Wed 25 Nov, 00:59 CET (Tue 24 Nov, 23:59 UTC)"."""
        return f"{self.local} ({self.utc})" if self.utc else self.local

    @property
    def bar(self) -> str:
        """The time that is left, drawn with signs: "▰▰▱▱▱▱▱▱"."""
        return "▰" * self.weeks + "▱" * (BAR_WEEKS - self.weeks)


class Prominence(StrEnum):
    """How much room a pick gets."""

    LEAD = "lead"
    CARD = "card"
    LINE = "line"


SUMMARY_LIMITS: Mapping[Prominence, int] = MappingProxyType(
    {Prominence.LEAD: 420, Prominence.CARD: LEAD_LIMIT, Prominence.LINE: 100}
)
"""Characters of a summary by the room that its pick gets."""

NAMED = frozenset({ItemKind.REPOSITORY, ItemKind.MODEL, ItemKind.SPACE})
"""Kinds whose title is a name that says little: also a one-liner of them says what it is."""

LINE_CHIPS = 1
"""Chips of a one-liner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One item.

    Attributes:
        key: the item's key, such as "arxiv/2401.00001".
        number: its place among the picks from 1, or 0 in the deadlines bar.
        prominence: how much room it gets.
        kind: what it is, and what changed if it is an update: "paper · version 7".
        title: readable text, never empty.
        url: where the title leads.
        address: ``url`` as a person reads it, without scheme.
        facts: what helps to decide, each a few words: source, people, licence, stars, prize.
        summary: the sentence that says what is new, of the lead with those after it; of a one-liner
            what it is, where its title is only a name; or empty.
        chips: why it is there, at most two, of a one-liner at most one, or none.
        badges: the other members of its work, and the code and data that its text names.
        deadline: the next one, if any lies ahead.
    """

    key: str
    number: int
    prominence: Prominence
    kind: str
    title: str
    url: str
    address: str
    facts: tuple[str, ...]
    summary: str
    chips: tuple[str, ...]
    badges: tuple[Badge, ...]
    deadline: DeadlineView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A titled group of cards."""

    kind: str
    title: str
    cards: tuple[CardView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """A whole digest in words.

    Attributes:
        sample: the line that comes first if the items are the sample day, else empty.
        dates: the days that it covers.
        interests: what it was made for, each in quotation marks.
        headline: "5 picks from 412 new items in 3 sources · 6 min".
        contents: what it holds: "4 papers", "1 repository", "2 deadlines, the first in 3 days".
        deadlines: the bar at the top.
        note: why there is little or nothing, or empty.
        sections: the picks: the best ones as cards, the lead first; the rest as one-liners; what
            was drawn at random.
        sources: the one line on the sources, or empty.
        zone: in which zone its dates are written.
        thanks: acknowledgements that sources ask for.
    """

    sample: str
    dates: str
    interests: tuple[str, ...]
    headline: str
    contents: tuple[str, ...]
    deadlines: tuple[CardView, ...]
    note: str
    sections: tuple[SectionView, ...]
    sources: str
    zone: str
    thanks: tuple[str, ...]


def view(digest: Digest) -> DigestView:
    """Work out all texts of a digest.

    Raises:
        UsageError: if the digest's zone does not exist.
    """
    zone, now = zone_named(digest.zone), digest.made_at
    make = _CardMaker(now=now, zone=zone, interests=digest.interests)
    return DigestView(
        sample=framing.sample_line(digest),
        dates=span(digest.period, zone),
        interests=tuple(framing.quoted(digest.interests)),
        headline=framing.headline(digest),
        contents=tuple(framing.contents(digest)),
        deadlines=tuple(make.card(entry, 0, Prominence.LINE) for entry in digest.reminders),
        note=plain_line(digest.note),
        sections=tuple(_sections(digest.in_order, make)),
        sources=framing.sources(digest, zone),
        zone=framing.zone_line(now.astimezone(zone), digest.zone),
        thanks=tuple(framing.thanks(digest)),
    )


def cards(
    entries: Iterable[RankedItem], now: datetime, zone: str, interests: tuple[str, ...] = ()
) -> tuple[CardView, ...]:
    """Work out the texts of items in a list, such as results or a feed, whose dates matter.

    Args:
        entries: in the order of the list.
        now: aware UTC; settles the year of dates, and which deadlines are ahead.
        zone: IANA name of the zone in which dates are written.
        interests: what they were picked for, if they were.

    Raises:
        UsageError: if there is no such zone.
    """
    make = _CardMaker(now=now, zone=zone_named(zone), interests=interests, dated=True)
    return tuple(make.card(entry, n, Prominence.CARD) for n, entry in enumerate(entries, 1))


def _sections(picks: Sequence[RankedItem], make: _CardMaker) -> Iterator[SectionView]:
    """Yield the cards, the one-liners, and what was drawn at random, as far as there are any."""
    numbered = list(enumerate(picks, 1))
    chosen = [(number, entry) for number, entry in numbered if entry.propensity is None]
    drawn = [(number, entry) for number, entry in numbered if entry.propensity is not None]
    for kind, title, members in (
        ("top", "Top picks", chosen[:CARDS]),
        ("more", "Also", chosen[CARDS:]),
        (OUTSIDE, "Outside the usual", drawn),
    ):
        shown = tuple(
            make.card(entry, number, _prominence(kind, number)) for number, entry in members
        )
        if shown:
            yield SectionView(kind=kind, title=title, cards=shown)


def _prominence(kind: str, number: int) -> Prominence:
    if kind != "top":
        return Prominence.LINE
    return Prominence.LEAD if number == 1 else Prominence.CARD


@dataclass(frozen=True, slots=True, kw_only=True)
class _CardMaker:
    """Works out the texts of cards.

    Attributes:
        now: when they are shown (aware UTC).
        zone: in which dates are written.
        interests: what they were picked for.
        dated: whether each says when it appeared.
    """

    now: datetime
    zone: ZoneInfo
    interests: tuple[str, ...] = ()
    dated: bool = False

    def card(self, entry: RankedItem, number: int, prominence: Prominence) -> CardView:
        """Return a card; number 0 is for the deadlines bar, which says only what decides."""
        item = entry.item
        deadline = item.next_deadline(self.now)
        update = shortened(plain_line(entry.update), UPDATE_LIMIT)
        url = safe_url(item.url)
        said = chips(entry, self.interests) if number else ()
        if prominence is Prominence.LINE:
            said = said[:LINE_CHIPS]
        return CardView(
            key=str(item.key),
            number=number,
            prominence=prominence,
            kind=" · ".join(filter(None, (KIND_NAMES[item.kind], update))),
            title=readable_title(item),
            url=url,
            address=address(url),
            facts=tuple(filter(None, self._facts(item, said, prominence))),
            summary=_summary(item, prominence) if number else "",
            chips=said,
            badges=tuple(_badges(entry)),
            deadline=_deadline(deadline, self.now, self.zone) if deadline else None,
        )

    def _facts(self, item: Item, said: tuple[str, ...], prominence: Prominence) -> Iterator[str]:
        yield source_name(item.key.source)
        if prominence is not Prominence.LINE:
            yield who(item)
        if self.dated:
            yield day(item.appeared_at.astimezone(self.zone), self.now.astimezone(self.zone))
        yield from facts(item, said)


def _summary(item: Item, prominence: Prominence) -> str:
    limit, said = SUMMARY_LIMITS[prominence], _sentence(item)
    if prominence is Prominence.LINE:
        return first_sentences(_told(item, said), limit) if said and item.kind in NAMED else ""
    if said and limit > LEAD_LIMIT and item.kind is ItemKind.PAPER:
        # Of other kinds, after the first statement comes whatever else stood on the page.
        _, found, after = plain_line(_worded(item, item.summary)).partition(said)
        said = first_sentences(f"{said}{after}", limit) if found else said
    return _told(item, said)


def _badges(entry: RankedItem) -> Iterator[Badge]:
    """Yield the other members of a work, then the pages that its text names of other kinds."""
    shown = [(KIND_NAMES[link.kind], link.url) for link in entry.links]
    known = {text for text, _ in shown}
    shown += [(p.kind, p.url) for p in named_pages(entry.item) if p.kind not in known]
    for text, link in shown:
        url = safe_url(link)
        yield Badge(text=text, url=url, address=address(url))


def readable_title(item: Item) -> str:
    """Return an item's title as one readable line, never empty."""
    # A title of nothing but invisible characters still needs something to click on.
    title = plain_line(_worded(item, item.title))
    return shortened(title, TITLE_LIMIT) or plain_line(str(item.key))


def summary(item: Item) -> str:
    """Return the sentence of an item's summary that says what is new, as one readable line.

    An item of an archive that an earlier version filled has none stored: it is chosen here.
    """
    return _told(item, _sentence(item))


def _sentence(item: Item) -> str:
    return shortened(plain_line(_worded(item, item.lead or lead(item))), LEAD_LIMIT)


def _told(item: Item, text: str) -> str:
    """Leave out what only leads up to the claim of a paper, and half a word at the end."""
    return whole_words(without_opener(text) if item.kind is ItemKind.PAPER else text)


def _worded(item: Item, text: str) -> str:
    if item.kind is ItemKind.PAPER and not holds_code(text):
        return readable(text)
    return readable_among_code(text) if item.kind in WITH_LATEX else text


def safe_url(url: str) -> str:
    """Percent-encode what no address may hold (RFC 3986), such as quotes and other scripts.

    The host gets the letters that DNS knows, which older archives have percent-encoded too.
    """
    line = plain_line(url)
    with suppress(ValueError):
        line = linkable(line)
    return quote(line, safe="%:/?#[]@!$&'()*+,;=~")


def address(url: str) -> str:
    """Write an address as a person reads it: its true host first, no scheme, no ``www.``.

    What stands before an ``@`` in the host part is left out, since it is there to mislead, and
    percent-encoded letters of other scripts are shown as such.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return shortened(url, ADDRESS_LIMIT)
    rest = url.partition("://")[2].partition("/")[2].rstrip("/")
    host = host.removeprefix("www.")
    return shortened(plain_line(unquote(f"{host}/{rest}" if rest else host)), ADDRESS_LIMIT)


def _deadline(deadline: Deadline, now: datetime, zone: ZoneInfo) -> DeadlineView:
    local, utc = hour(deadline.at.astimezone(zone), now), hour(deadline.at, now)
    return DeadlineView(
        label=shortened(plain_line(deadline.label), 60) or "deadline",
        local=local,
        utc="" if utc == local else utc,
        relative=ahead(deadline.at, now),
        weeks=weeks_left(deadline.at - now),
        at=deadline.at,
    )
