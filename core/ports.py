"""What the use cases need from the outside, each written from its consumer's side.

``app.wiring`` hands in the real ones; tests hand in the same or a fake with verbs.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.answers import Answer
from core.digests import Digest, FetchReport, Outcome, RankedItem, SourceState
from core.feeds import PREFIX
from core.items import Item, ItemKey, ItemKind
from core.people import Feedback, Profile
from core.works import Work


class Clock(Protocol):
    """Tells the time; passed in wherever a time is needed."""

    def __call__(self) -> datetime:
        """Return now as an aware UTC time."""
        ...


class Fetcher(Protocol):
    """Reads one source."""

    @property
    def source(self) -> str:
        """Stable name, part of every ``ItemKey`` that it yields."""
        ...

    @property
    def windowed(self) -> bool:
        """Whether it gives more items the further back it is read, as a list of today does not."""
        ...

    @property
    def note(self) -> str | None:
        """What was unusual about the last ``fetch`` though it worked (a fallback), or None."""
        ...

    def fetch(self, since: datetime) -> Iterable[Item]:
        """Yield what appeared since then, and perhaps a little more; the store removes repeats.

        A malformed entry is logged and left out; a malformed answer is an error.

        Raises:
            FetchError: and nothing else, also while being iterated.
        """
        ...

    def confirm(self) -> None:
        """Learn that all that the last ``fetch`` yielded is stored.

        Only now may the answers' validators be kept: kept earlier, a failure to store would turn
        into "not modified" the next time, and the items would be lost.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What lets a server answer "not modified" (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


class AnswerMemory(Protocol):
    """Remembers the validators of answers between runs."""

    def recall(self, url: str) -> Validators | None:
        """Return the validators of the last answer from this address that was stored whole."""
        ...

    def keep(self, url: str, validators: Validators) -> None:
        """Remember them for the next run."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a subscription already got of an item."""

    digest: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which items to consider; an empty tuple or None means all.

    Attributes:
        sources: names of sources; a name that ends in ``:`` means all that begin with it.
        kinds: kinds of item.
        since: appeared then or later (aware UTC).
        until: appeared before then (aware UTC).
        feeds: names of the feeds (``feed:…``) that may be seen; None means all. Other sources are
            seen by everybody.
    """

    sources: tuple[str, ...] = ()
    kinds: tuple[ItemKind, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    feeds: frozenset[str] | None = None

    def admits(self, source: str) -> bool:
        """Return whether items of the source with this name may pass."""
        named = not self.sources or any(
            source == name or (name.endswith(":") and source.startswith(name))
            for name in self.sources
        )
        seen = self.feeds is None or not source.startswith(PREFIX) or source in self.feeds
        return named and seen


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An item found by text.

    Attributes:
        item: what was found.
        score: BM25 relevance, higher is better, comparable within one answer only.
        snippet: the passage that matched best, plain text, without marks.
    """

    item: Item
    score: float
    snippet: str


class SearchIndex(Protocol):
    """Full text search over all stored items."""

    def search(
        self, query: str, *, where: Filter = Filter(), limit: int = 20, offset: int = 0
    ) -> Sequence[SearchHit]:
        """Return the best hits for what a person typed, best first.

        Any string is a query and none raises: its words are data, never operators. A query
        without a single word finds nothing.

        Raises:
            StorageError: if the database cannot be read.
        """
        ...

    def find(self, query: str, *, where: Filter = Filter(), limit: int = 20) -> Sequence[Item]:
        """Return the items that ``search`` would, without the passages, which take a third of it.

        Raises:
            StorageError: if the database cannot be read.
        """
        ...


class Store(Protocol):
    """The archive: items, works, sources' states, profiles, feedback, digests.

    Every method opens, commits and closes by itself and may be called from any thread. All raise
    ``StorageError`` if the database cannot be read or written, and only that.
    """

    def upsert(self, items: Iterable[Item], *, now: datetime, sample: bool = False) -> Stored:
        """Store items by key in one transaction, joining works and indexing text on the way.

        A known item is updated where its content or metrics differ; only a changed
        ``Item.fingerprint`` counts as updated. An item keeps the ``appeared_at`` that it came with,
        but a repository takes its latest, since it may trend again. A version never goes back.
        """
        ...

    def remove_sample(self) -> int:
        """Delete all items that were stored as sample; return how many there were."""
        ...

    def item(self, key: ItemKey) -> Item | None:
        """Return one item, if it is stored."""
        ...

    def items(self, where: Filter, *, limit: int | None = None) -> Sequence[Item]:
        """Return the items that pass, latest first."""
        ...

    def named(self, identifiers: Sequence[str], *, where: Filter = Filter()) -> Item | None:
        """Return the item that passes and *is* the first of these identifiers that names one.

        Identifiers are those of ``core.links``: ``paper:arxiv/2401.00001``.
        """
        ...

    def items_of(self, keys: Iterable[ItemKey]) -> Sequence[Item]:
        """Return the stored items among ``keys``, in no particular order."""
        ...

    def count(self, where: Filter = Filter()) -> int:
        """Return how many items pass."""
        ...

    def has_only_sample(self) -> bool:
        """Return whether every stored item (if any) is sample data."""
        ...

    def works(self, keys: Iterable[ItemKey]) -> Mapping[ItemKey, Work]:
        """Return the work of each item that has company; an item on its own is left out."""
        ...

    def with_deadlines(self, *, after: datetime, before: datetime) -> Sequence[Item]:
        """Return the items with a deadline in ``after < at < before``, soonest first."""
        ...

    def record_fetch(self, report: FetchReport, *, now: datetime) -> None:
        """Remember how a look at a source ended; only a success moves ``last_success``."""
        ...

    def source_states(self) -> Mapping[str, SourceState]:
        """Return what is known of each source that was ever asked, by name."""
        ...

    def beat(self, now: datetime) -> None:
        """Record that the scheduler is alive (aware UTC)."""
        ...

    def last_beat(self) -> datetime | None:
        """Return when the scheduler was last alive, if ever (aware UTC)."""
        ...

    def profile(self, name: str) -> Profile | None:
        """Return a profile with its latest feedback, if it exists."""
        ...

    def profiles(self) -> Sequence[Profile]:
        """Return all profiles by name."""
        ...

    def save_profile(self, profile: Profile) -> None:
        """Create or replace a profile; its feedback is kept as it is stored."""
        ...

    def add_feedback(self, profile: str, feedback: Feedback) -> None:
        """Record a verdict; a later one of the same person on the same item replaces it."""
        ...

    def save_digest(self, digest: Digest) -> None:
        """Record what a digest holds; saving the same id again replaces its times and adds picks.

        What was shown once under this id stays recorded as delivered.
        """
        ...

    def delivered(self, subscription: str, *, other_than: str = "") -> Mapping[ItemKey, Delivered]:
        """Return what a subscription got in any digest but the one with the id ``other_than``."""
        ...


class Ranker(Protocol):
    """Orders candidates for a person."""

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order.

        Far from the top reasons may be summed up until they are asked for (``RankedItem.told``).

        Args:
            profile: interests and feedback.
            candidates: what may be picked.
            now: for ages (aware UTC).
            archive: further items to learn the weight of words and expansions from, never ranked.
        """
        ...

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without ``item`` itself."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors: texts that mean the same point in the same direction."""

    @property
    def model(self) -> str:
        """Which model, and how it is used; vectors of two names must not be compared."""
        ...

    def embed(self, texts: Iterable[str]) -> Generator[bytes, None, None]:
        """Yield one vector a text, in their order, while ``texts`` is read.

        The same text always gives the same vector: one signed byte a number, of any length. What
        it costs to hold the model ends with the iterator; ``close`` it to end it early.

        Raises:
            UnavailableError: if the model cannot be run.
        """
        ...


class Answerer(Protocol):
    """Answers questions in the archive's own sentences."""

    def answer(
        self,
        question: str,
        *,
        now: datetime,
        since: datetime | None = None,
        feeds: frozenset[str] | None = None,
    ) -> Answer:
        """Quote what answers a question, or say that nothing does.

        Any string is a question, the same archive gives the same answer, and the time it takes
        does not grow with the length of the question or of the items.

        Args:
            question: what a person typed.
            now: what appeared later is left out (aware UTC).
            since: leave out what appeared earlier (aware UTC).
            feeds: as in ``Filter``.

        Raises:
            StorageError: if the archive cannot be read.
        """
        ...


class LinkPurpose(StrEnum):
    """What a signed link lets its holder do; a token for one purpose is none for another.

    ``CONFIRM`` ends three days after it was made. The others do not end: their subject carries a
    version per person, which is raised to revoke them.
    """

    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    PREFERENCES = "preferences"
    VIEW = "view"
    FEED = "feed"


class LinkSigner(Protocol):
    """Makes links that need no account: who holds one may do what it is for."""

    def link(self, purpose: str, subject: str) -> str:
        """Return the whole address of a page, or "" where there is no page that people can reach.

        The same link is the same text each time, but for ``CONFIRM``, which holds its end.

        Args:
            purpose: one of ``LinkPurpose``.
            subject: whom or what it is about; signed but readable, so no address and no name.
        """
        ...

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the subject of a token, which is the last part of a link.

        Args:
            purpose: what it is used for.
            token: as it came in.
            now: aware UTC.

        Raises:
            UsageError: if it was changed, is for another purpose, or its time is over; one line
                for the person.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much a digest may hold: a number of items, or minutes of reading, or both."""

    items: int | None = 10
    minutes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A composed digest and what happened to each candidate on the way.

    Attributes:
        digest: what the reader gets.
        outcomes: for each ranked item why it is or is not in the digest.
    """

    digest: Digest
    outcomes: Mapping[ItemKey, Outcome]


class Composer(Protocol):
    """Turns ranked items into a digest."""

    def compose(
        self,
        draft: Digest,
        ranked: Sequence[RankedItem],
        *,
        budget: Budget,
        works: Mapping[ItemKey, Work],
        delivered: Mapping[ItemKey, Delivered],
        deadlines: Sequence[RankedItem],
        company: Sequence[Item],
        surprise: bool = False,
    ) -> Composition:
        """Fill ``draft`` with sections.

        Args:
            draft: everything of the digest but its sections.
            ranked: candidates in reading order.
            budget: how much fits.
            works: the work of each candidate that has company; each is shown as one card.
            delivered: what this subscription got before; it comes again only as an update.
            deadlines: items with a deadline ahead, ranked for the reader, candidates or not; the
                bar at the top holds the best of them, soonest first, day after day.
            company: members of works that are neither ranked nor in ``deadlines``, to be linked to.
            surprise: whether one item may be drawn at random from what is not a match.
        """
        ...
