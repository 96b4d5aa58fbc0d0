"""Items: what the sources publish, in the one shape that the rest of Tidings knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from core.errors import UsageError

FacetValue = str | int | float
"""A value of ``Item.facets``; ``core.facets`` says which names hold which."""


class ItemKind(StrEnum):
    """What an item is, whatever its source."""

    PAPER = "paper"
    REPOSITORY = "repository"
    RELEASE = "release"
    COMPETITION = "competition"
    DATASET = "dataset"
    NOTEBOOK = "notebook"
    MODEL = "model"
    QUESTION = "question"
    DISCUSSION = "discussion"
    ARTICLE = "article"
    CONFERENCE = "conference"
    SPACE = "space"
    OFFER = "offer"


WAITED_FOR = frozenset({"notification", "opens", "reviews", "rebuttal start", "start", "end"})
"""Kinds of deadlines by which others act, or something happens."""


READ_KINDS = (
    ItemKind.PAPER,
    ItemKind.REPOSITORY,
    ItemKind.RELEASE,
    ItemKind.COMPETITION,
    ItemKind.DATASET,
    ItemKind.NOTEBOOK,
    ItemKind.MODEL,
    ItemKind.QUESTION,
    ItemKind.DISCUSSION,
    ItemKind.ARTICLE,
    ItemKind.SPACE,
    ItemKind.CONFERENCE,
    ItemKind.OFFER,
)
"""Kinds that a source gives; the others wait for theirs and are offered to nobody."""


@dataclass(frozen=True, slots=True, order=True)
class ItemKey:
    """Identity of an item everywhere: its source and the source's own stable name for it.

    As text it is ``source/external_id``, split at the first slash: ``arxiv/2401.00001``,
    ``github/owner/repo``, ``kaggle/dataset/owner/slug``, ``feed:name/…``.
    """

    source: str
    external_id: str

    def __str__(self) -> str:
        return f"{self.source}/{self.external_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key from its text form.

        Raises:
            UsageError: if ``text`` has no slash, or nothing on one side of it.
        """
        source, slash, external_id = text.partition("/")
        if not (slash and source and external_id):
            raise UsageError(f"{text!r} is not an item key such as arxiv/2401.00001")
        return cls(source, external_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A moment after which something is no longer possible.

    Attributes:
        label: what ends then, in words: "final submission", "entry", "team merger".
        at: aware UTC time.
        kind: what it is, such as "paper" or "notification", where the source tells kinds apart.
        exact: whether the source says the hour; of a day alone it is the last second.
        note: what is unclear about it, in words, such as a zone that nobody named.
    """

    label: str
    at: datetime
    kind: str = ""
    exact: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        _require_utc(self.at, f"deadline {self.label!r}")

    @property
    def asks(self) -> bool:
        """Whether somebody has to do something by then, as against waiting for an answer."""
        return self.kind not in WAITED_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a source published.

    Attributes:
        key: identity; for arXiv the id without its version.
        kind: what it is.
        title: one line, never empty, plain text as the source gave it (LaTeX included).
        url: absolute http(s) address of its page.
        appeared_at: when it became visible at its source (aware UTC): the announcement of a
            paper, the day a repository trended, the opening of a competition. Windows are cut by
            this time, never by ``published_at``, which may be days older.
        published_at: when it was first submitted or created, if the source says so (aware UTC).
        updated_at: when its content last changed, if the source says so (aware UTC).
        summary: plain text, may be empty.
        lead: the sentence of ``summary`` that says what is new, chosen when it is stored. It
            follows from the other fields, so sources leave it empty and nothing compares it.
        authors: names in the source's order.
        tags: categories, topics and languages of the source.
        metrics: numbers that change daily: ``stars``, ``stars_today``, ``votes``, ``teams`` …
        facts: short texts worth showing, by name: ``language``, ``prize``, ``license``, ``host``,
            ``comment`` …
        facets: what items are filtered and compared by, under the names of ``core.facets``; what
            the source does not say is absent.
        prices: of an offer, the amount for each thing that is paid for, in the currency that its
            facets say: ``{"input_mtok": 3.0, "output_mtok": 15.0}``; 0 is free. Of a free tier, its
            limits: ``{"requests/day": 1000}``.
        deadlines: in any order; may lie in the past.
        version: what changes when the work itself is revised (arXiv ``"2"``, a data set's version
            number, a competition's deadline); empty where a source has no such thing.
        related: addresses of the same work that the source names: its code, its data, its paper.
    """

    key: ItemKey
    kind: ItemKind
    title: str
    url: str
    appeared_at: datetime
    published_at: datetime | None = None
    updated_at: datetime | None = None
    summary: str = ""
    lead: str = field(default="", compare=False)
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    facets: Mapping[str, FacetValue] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    deadlines: tuple[Deadline, ...] = ()
    version: str = ""
    related: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no reader could use.

        Raises:
            ValueError: for a key that cannot be typed, an empty title, an address that is not
                absolute http(s), or a time that is not aware UTC.
        """
        if not self.key.external_id.isprintable():
            raise ValueError(f"{self.key!r} holds what cannot be typed")
        if not self.title.strip():
            raise ValueError(f"{self.key} has no title")
        if not self.url.startswith(("https://", "http://")):
            raise ValueError(f"{self.key} has no absolute http(s) address: {self.url!r}")
        _require_utc(self.appeared_at, "appeared_at")
        _require_utc(self.published_at, "published_at")
        _require_utc(self.updated_at, "updated_at")

    @property
    def text(self) -> str:
        """Title and summary, the text that ranking and linking read."""
        return f"{self.title}\n{self.summary}" if self.summary else self.title

    def fingerprint(self) -> str:
        """Hash of what a reader would call the content: 16 bytes in hex.

        Metrics, facets and times are left out, since they change without anything being new to
        read; what a reader should be told of a licence or a prize stands in the facts too.
        """
        fields = (
            self.kind,
            self.title,
            self.url,
            self.summary,
            "\x1f".join(self.authors),
            "\x1f".join(self.tags),
            "\x1f".join(f"{name}={self.facts[name]}" for name in sorted(self.facts)),
            *([f"{name}={self.prices[name]}" for name in sorted(self.prices)]),
            "\x1f".join(sorted(map(_deadline_text, self.deadlines))),
            self.version,
            "\x1f".join(self.related),
        )
        # Separators that no text holds, since JSON would take twice as long for every item read.
        content = "\x1e".join(fields).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, digest_size=16).hexdigest()

    def next_deadline(self, now: datetime) -> Deadline | None:
        """Return the earliest deadline after ``now`` by which somebody has to act, if any is left.

        That a conference answers its authors then is no deadline of theirs.
        """
        ahead = [one for one in self.deadlines if one.at > now and one.asks]
        return min(ahead, key=lambda deadline: deadline.at, default=None)


def _deadline_text(one: Deadline) -> str:
    """Return a deadline for the fingerprint; what most do not have leaves no trace."""
    return f"{one.label}={one.at.isoformat()}{one.kind}{'' if one.exact else '~'}{one.note}"


def _require_utc(moment: datetime | None, what: str) -> None:
    # The first two are by far the most common, and this runs for every item read.
    if moment is None or moment.tzinfo is UTC:
        return
    if moment.utcoffset() != timedelta(0):
        raise ValueError(f"{what} must be an aware UTC time, not {moment!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing a batch of items changed."""

    new: int
    updated: int
    fetched: int

    def __add__(self, other: Stored) -> Stored:
        """Return the changes of both batches."""
        return Stored(
            new=self.new + other.new,
            updated=self.updated + other.updated,
            fetched=self.fetched + other.fetched,
        )
