"""What every form of a digest shows, worked out once from the ``Digest`` value.

All text in a view is plain: one line, LaTeX made readable, no control or bidirectional characters.
It is still foreign text, which each renderer escapes in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote, urlsplit
from zoneinfo import ZoneInfo

from core.digests import Digest, RankedItem, Section, WorkLink
from core.hosts import linkable
from core.items import Deadline, Item, ItemKind
from core.sources import NEVER_READ, SourceStatus
from digests.facts import KIND_NAMES, facts, who
from digests.reading import minutes
from digests.sources import source_name, sources_line
from digests.times import ahead, day, hour, shift, span, zone_named
from language.latex import readable
from language.latex_among_code import holds_code, readable_among_code
from language.leads import LEAD_LIMIT, lead
from language.plain import counted, plain_line, shortened

SAMPLE = "sample data: no network"
SAMPLE_OFFLINE = "sample data: asked nobody"
SAMPLE_UNREAD = "sample data: no source could be read"
TITLE_LIMIT = 200
SUMMARY_LIMIT = LEAD_LIMIT
REASON_LIMIT = 90
UPDATE_LIMIT = 60
INTEREST_LIMIT = 60
ADDRESS_LIMIT = 300
REASONS_SHOWN = 3
WORTH_SHOWING = 0.2
"""Weight of a reason, as a share of the strongest one, from which it is shown under a pick."""

WITH_LATEX = frozenset({ItemKind.PAPER, ItemKind.QUESTION, ItemKind.ARTICLE})
"""Kinds whose authors write LaTeX; elsewhere a backslash or a brace means itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """Another member of a card's work: "code", where it is, and that as a person reads it."""

    text: str
    url: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView:
    """A deadline: what ends, and when in the reader's zone, in UTC and from now.

    ``utc`` is empty where the reader's zone is UTC anyway.
    """

    label: str
    local: str
    utc: str
    relative: str
    at: datetime

    @property
    def when(self) -> str:
        """Both times: "Wed 25 Nov, 00:59 CET (Tue 24 Nov, 23:59 UTC)"."""
        return f"{self.local} ({self.utc})" if self.utc else self.local


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One item.

    Attributes:
        number: its place among the picks from 1, or 0 in the deadlines bar.
        kicker: its kind, and what changed if it is an update.
        title: readable text, never empty.
        url: where the title leads.
        address: ``url`` as a person reads it, without scheme.
        meta: the parts of the line below the title; in the bar only what helps to decide.
        summary: the sentence that says what is new, or two short ones, or empty.
        why: the strongest reasons for it, or empty.
        badges: the other members of its work.
        deadline: the next one, if any lies ahead.
    """

    number: int
    kicker: str
    title: str
    url: str
    address: str
    meta: tuple[str, ...]
    summary: str
    why: str
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
        deadlines: the bar at the top.
        note: why there is little or nothing, or empty.
        sections: the picks.
        sources: the one line on the sources, or empty.
        zone: in which zone its dates are written.
        thanks: acknowledgements that sources ask for.
    """

    sample: str
    dates: str
    interests: tuple[str, ...]
    headline: str
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
    zone = zone_named(digest.zone)
    bar = [entry for s in digest.sections if s.kind == "deadlines" for entry in s.items]
    picks = [s for s in digest.sections if s.kind != "deadlines"]
    items = [entry.item for s in picks for entry in s.items]
    return DigestView(
        sample=_sample_line(digest),
        dates=span(digest.period, zone),
        interests=tuple(_quoted(digest.interests)),
        headline=_headline(digest, items),
        deadlines=tuple(_card(entry, 0, digest.made_at, zone) for entry in bar),
        note=plain_line(digest.note),
        sections=tuple(_sections(picks, digest.made_at, zone)),
        sources=_sources(digest, zone),
        zone=_zone_line(digest.made_at.astimezone(zone), digest.zone),
        thanks=tuple(_thanks(digest)),
    )


def _sample_line(digest: Digest) -> str:
    """Say why the sample day is shown: nobody was asked, is reached, or gave anything."""
    if not digest.sample:
        return ""
    reports = [state.report for state in digest.health]
    asked = [report for report in reports if report.status is not SourceStatus.SKIPPED]
    failed = [report for report in asked if report.status is SourceStatus.FAILED]
    if failed:
        return SAMPLE if all(report.unreached for report in failed) else SAMPLE_UNREAD
    unread = all(report.note == NEVER_READ for report in reports)
    return SAMPLE_OFFLINE if asked or unread else SAMPLE_UNREAD


def _sources(digest: Digest, zone: ZoneInfo) -> str:
    """Say how the sources fared; the sample day alone says nothing of them."""
    all_well = all(state.report.status.succeeded for state in digest.health)
    if digest.sample and all_well:
        return "none fetched; this is sample data"
    return sources_line(digest.health, digest.made_at, zone)


def _quoted(phrases: Iterable[str]) -> Iterator[str]:
    return (f"“{shortened(p, INTEREST_LIMIT)}”" for p in map(plain_line, phrases) if p)


def _sections(sections: Iterable[Section], now: datetime, zone: ZoneInfo) -> Iterator[SectionView]:
    number = 0
    for section in sections:
        cards = tuple(
            _card(entry, number + place, now, zone)
            for place, entry in enumerate(section.items, start=1)
        )
        number += len(cards)
        yield SectionView(kind=section.kind, title=section.title, cards=cards)


def _card(entry: RankedItem, number: int, now: datetime, zone: ZoneInfo) -> CardView:
    item = entry.item
    kind = KIND_NAMES[item.kind]
    deadline = item.next_deadline(now)
    url = safe_url(item.url)
    return CardView(
        number=number,
        kicker=" · ".join(filter(None, (kind, shortened(plain_line(entry.update), UPDATE_LIMIT)))),
        title=readable_title(item),
        url=url,
        address=address(url),
        meta=_meta(item, now, zone) if number else (source_name(item.key.source), *facts(item)),
        summary=summary(item),
        why=_why(entry),
        badges=tuple(_badge(link) for link in entry.links),
        deadline=_deadline(deadline, now, zone) if deadline else None,
    )


def _badge(link: WorkLink) -> Badge:
    url = safe_url(link.url)
    return Badge(text=KIND_NAMES[link.kind], url=url, address=address(url))


def readable_title(item: Item) -> str:
    """Return an item's title as one readable line, never empty."""
    # A title of nothing but invisible characters still needs something to click on.
    title = plain_line(_worded(item, item.title))
    return shortened(title, TITLE_LIMIT) or plain_line(str(item.key))


def summary(item: Item) -> str:
    """Return the sentence of an item's summary that says what is new, as one readable line.

    An item of an archive that an earlier version filled has none stored: it is chosen here.
    """
    return shortened(plain_line(_worded(item, item.lead or lead(item))), SUMMARY_LIMIT)


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


def _meta(item: Item, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    when = day(item.appeared_at.astimezone(zone), now.astimezone(zone))
    parts = (source_name(item.key.source), who(item), when, *facts(item))
    return (*(part for part in parts if part), f"{_minutes([item])} min")


def _why(entry: RankedItem) -> str:
    least = WORTH_SHOWING * max((reason.weight for reason in entry.reasons), default=0.0)
    telling = [reason for reason in entry.reasons if reason.weight > 0 and reason.weight >= least]
    good = (plain_line(readable_among_code(reason.text)) for reason in telling)
    shown = [shortened(text, REASON_LIMIT) for text in good if text]
    if entry.propensity is not None:  # nothing that speaks for it is why it stands here
        shown.insert(0, entry.moved or "")
    return "; ".join(shown[:REASONS_SHOWN])


def _deadline(deadline: Deadline, now: datetime, zone: ZoneInfo) -> DeadlineView:
    local, utc = hour(deadline.at.astimezone(zone), now), hour(deadline.at, now)
    return DeadlineView(
        label=shortened(plain_line(deadline.label), 60) or "deadline",
        local=local,
        utc="" if utc == local else utc,
        relative=ahead(deadline.at, now),
        at=deadline.at,
    )


def _headline(digest: Digest, items: Iterable[Item]) -> str:
    picked = list(items)
    answered = sum(state.last_success is not None for state in digest.health)
    headline = f"{counted(len(picked), 'pick')} from {counted(digest.considered, 'new item')}"
    sources = f" in {counted(answered, 'source')}" if answered else ""
    cost = f" · {_minutes(picked)} min" if picked else ""
    return f"{headline}{sources}{cost}"


def _minutes(items: Iterable[Item]) -> int:
    return max(1, round(sum(minutes(item) for item in items)))


def _zone_line(local: datetime, name: str) -> str:
    zone = shift(local)
    return "Dates in UTC." if zone == name else f"Dates in {name}, now {zone}."


def _thanks(digest: Digest) -> Iterator[str]:
    if any(entry.item.key.source == "arxiv" for entry in digest.picks):
        # Asked for by arXiv's terms of use of its API.
        yield "Thank you to arXiv for use of its open access interoperability."
