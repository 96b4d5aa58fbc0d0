"""Ports of storage: the archive, text search, vectors, and what belongs to members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.answers import WatchedQuestion
from core.digests import Delivered, Digest
from core.embeddings import WrittenInterest
from core.feeds import AddedFeed, Feed, FeedTrouble
from core.impressions import Exposure, Impression, LoggedDigest, RankerName
from core.items import Item, ItemKey, Stored
from core.moves import Move
from core.people import Fact, Feedback, Profile
from core.search import EVERYTHING, Filter, SearchHit
from core.sources import FetchReport, SourceState
from core.works import Work


class Store(Protocol):
    """The archive: items, works, sources' states, profiles, feedback, digests.

    Every method opens, commits and closes by itself and may be called from any thread. All raise
    ``StorageError`` if the database cannot be read or written, and only that.
    """

    def upsert(self, items: Iterable[Item], *, now: datetime, sample: bool = False) -> Stored:
        """Store items by key in one transaction; link their works and index their text as well.

        A known item is merged with the new answer (``storage.merging``); only a changed
        ``Item.fingerprint`` counts as updated. An item keeps its first ``appeared_at``, but a
        repository takes its latest, since it may trend again. A version never goes back.
        """
        ...

    def withdraw_prices(self, source: str, beginning: str, listed: frozenset[str]) -> int:
        """Take the prices from the items of a source that its list holds no more.

        Should one come back, it is new there, and its price has not moved.

        Args:
            source: whose list it is.
            beginning: how the external ids of the items on the list begin.
            listed: the external ids that are on it now.

        Returns:
            How many had prices.
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

    def named(self, identifiers: Sequence[str], *, where: Filter = EVERYTHING) -> Item | None:
        """Return the item that passes and *is* the first of these identifiers that names one.

        Identifiers are those of ``core.links``: ``paper:arxiv/2401.00001``.
        """
        ...

    def items_of(self, keys: Iterable[ItemKey]) -> Sequence[Item]:
        """Return the stored items among ``keys``, in no particular order."""
        ...

    def count(self, where: Filter = EVERYTHING) -> int:
        """Return how many items pass."""
        ...

    def has_only_sample(self) -> bool:
        """Return whether every stored item (if any) is sample data."""
        ...

    def works(self, keys: Iterable[ItemKey]) -> Mapping[ItemKey, Work]:
        """Return the works of items; an item that is alone in its work is left out."""
        ...

    def stored_at(self, keys: Iterable[ItemKey]) -> Mapping[ItemKey, datetime]:
        """Return since when items are in the archive (aware UTC); unknown keys are left out."""
        ...

    def with_deadlines(self, *, after: datetime, before: datetime) -> Sequence[Item]:
        """Return the items with a deadline in ``after < at < before``, soonest first."""
        ...

    def record_fetch(self, report: FetchReport, *, now: datetime) -> None:
        """Record the result of a fetch; only a success sets ``last_success``."""
        ...

    def source_states(self) -> Mapping[str, SourceState]:
        """Return the state of each source that was ever fetched, by name."""
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
        """Record a verdict in place of the person's earlier one of the same fact on the item."""
        ...

    def withdraw_feedback(self, profile: str, key: ItemKey, fact: Fact) -> bool:
        """Forget what a person said of an item in one respect; return whether there was any."""
        ...

    def save_digest(self, digest: Digest) -> None:
        """Record what a digest holds; saving the same id again replaces its times and adds picks.

        What was shown once under this id stays recorded as delivered.
        """
        ...

    def delivered(self, subscription: str, *, other_than: str = "") -> Mapping[ItemKey, Delivered]:
        """Return what a subscription got in any digest but the one with the id ``other_than``."""
        ...


class SearchIndex(Protocol):
    """Full text search over all stored items. Every method raises only ``StorageError``."""

    def search(
        self, query: str, *, where: Filter = EVERYTHING, limit: int = 20, offset: int = 0
    ) -> Sequence[SearchHit]:
        """Return the best hits for what a person typed, best first.

        Any string is a valid query: its words are data, never operators. A query without a word
        finds nothing.
        """
        ...

    def find(self, query: str, *, where: Filter = EVERYTHING, limit: int = 20) -> Sequence[Item]:
        """Return the items of ``search`` without the snippets, which take a third of its time."""
        ...


Record = Mapping[str, object]
"""One row that is held about a person, as plain data that JSON can carry."""


class PersonalData(Protocol):
    """Everything that is stored about a person. Every method raises only ``StorageError``.

    A person is named by an owner such as ``discord:123`` or by the name of a profile.
    """

    def held(self, user: str) -> Mapping[str, Sequence[Record]]:
        """Return all rows about a person, by kind; kinds without rows are there and empty."""
        ...

    def erase(self, user: str, *, now: datetime) -> Mapping[str, int]:
        """Delete all rows about a person in one transaction; return how many of each kind.

        The bytes of deleted rows stay in the file until ``scrub`` has run.
        """
        ...

    def scrub(self) -> bool:
        """Overwrite the bytes of erased rows in the file; return whether there were any.

        Raises:
            StorageError: if another process still reads the old pages; call it again later.
        """
        ...


class QuestionStore(Protocol):
    """Keeps watched questions. Every method is one transaction and raises only ``StorageError``."""

    def questions(self, *, owner: str = "") -> Sequence[WatchedQuestion]:
        """Return the questions of an owner, or all, oldest first."""
        ...

    def watch(self, question: WatchedQuestion) -> WatchedQuestion:
        """Keep a question; return the one that its owner watches in the same words already."""
        ...

    def unwatch(self, id_: str, *, owner: str) -> bool:
        """Forget a question of this owner; return whether there was one."""
        ...

    def seen(self, id_: str) -> frozenset[ItemKey]:
        """Return the items that the owner was notified of."""
        ...

    def mark_seen(self, id_: str, keys: Iterable[ItemKey]) -> None:
        """Record items that the owner was notified of; does nothing if the question is gone."""
        ...


class FeedStore(Protocol):
    """Keeps members' feeds. Every method is one transaction and raises only ``StorageError``."""

    def feeds(self) -> Sequence[Feed]:
        """Return every feed that anybody added, by name."""
        ...

    def added(self, *, owner: str = "", guild: str = "") -> Sequence[AddedFeed]:
        """Return what an owner added, what a guild has, or all; oldest first."""
        ...

    def add(self, added: AddedFeed) -> AddedFeed:
        """Record that somebody added a feed; create the feed if its address is new.

        Returns:
            What was stored: if the address was known, with that feed's name and title.
        """
        ...

    def remove(self, name: str, *, owner: str, guild: str) -> bool:
        """Undo ``add``; delete a feed that nobody has any more. Return whether it was there.

        With a guild, any owner's feed of that guild is removed and ``owner`` is ignored.
        """
        ...

    def moved(self, name: str, url: str) -> None:
        """Change the address of a feed; if another feed has that address, the two become one."""
        ...

    def troubles(self) -> Sequence[FeedTrouble]:
        """Return what is known of feeds that fail, by name."""
        ...

    def save_trouble(self, trouble: FeedTrouble) -> None:
        """Create or replace what is known of a failing feed; does nothing if the feed is gone."""
        ...

    def end_trouble(self, name: str) -> None:
        """Forget that a feed failed."""
        ...


class KeyValueStore(Protocol):
    """Short texts that outlive a restart, by name. Raises only ``StorageError``."""

    def get(self, key: str) -> str | None:
        """Return the text of a name, if there is one."""
        ...

    def put(self, key: str, value: str) -> None:
        """Keep a text in place of an earlier one of this name."""
        ...


class VectorStore(Protocol):
    """Vectors of the archive's items and of people's interests.

    A vector is only found with the model that made it. It is deleted with its item or interest.
    Methods may be called from any thread and raise only ``StorageError``.
    """

    def items_without(self, model: str, *, since: datetime, limit: int) -> Sequence[Item]:
        """Return items without a vector of their present text: those with a verdict first.

        Args:
            model: the model of the vectors.
            since: leave out what appeared earlier, unless it has a verdict (aware UTC).
            limit: the greatest number of items, latest first.
        """
        ...

    def keep_items(self, model: str, vectors: Sequence[tuple[Item, bytes]]) -> None:
        """Store the vectors of items; items that were deleted since are skipped."""
        ...

    def of_items(self, model: str, keys: Sequence[ItemKey]) -> Mapping[ItemKey, bytes]:
        """Return the vectors of those items that have one."""
        ...

    def interests_without(self, model: str) -> Sequence[WrittenInterest]:
        """Return the interests of stored profiles that have no vector."""
        ...

    def keep_interests(self, model: str, vectors: Sequence[tuple[WrittenInterest, bytes]]) -> None:
        """Store the vectors of interests; interests that were deleted since are skipped."""
        ...

    def of_interests(self, model: str, profile: str) -> Mapping[str, bytes]:
        """Return the vectors of a profile's interests by their text."""
        ...

    def count(self, model: str) -> int:
        """Return how many items have a vector of this model."""
        ...


class ImpressionLog(Protocol):
    """Reads what was logged with digests. Every method raises only ``StorageError``."""

    def logged_digests(
        self,
        *,
        profile: str = "",
        ranker: RankerName | None = None,
        before: datetime | None = None,
    ) -> Sequence[LoggedDigest]:
        """Return logged digests, oldest first.

        Args:
            profile: only those ranked for this profile; empty means all.
            ranker: only those ordered by it.
            before: only those made before then, without verdicts given later (aware UTC).
        """
        ...

    def shown(self, profile: str, *, before: datetime) -> Sequence[Impression]:
        """Return what a profile was shown in any digest made before then, in order."""
        ...

    def shares(self, since: datetime) -> Sequence[Exposure]:
        """Count candidates and picks of digests made since then, by source and band."""
        ...


class MoveStore(Protocol):
    """What moved in items that were seen again, and who was reminded of a deadline."""

    def moves(self, *, since: datetime, until: datetime) -> Sequence[Move]:
        """Return what was seen to move in ``since <= seen_at < until``, oldest first."""
        ...

    def forget_before(self, limit: datetime) -> int:
        """Delete what was seen before then; return how many there were."""
        ...

    def saved_ahead(self, now: datetime) -> Mapping[str, Sequence[Item]]:
        """Return what people saved that has a deadline after now, by the name of their profile.

        What they dismissed is left out.
        """
        ...

    def reminded(self, owner: str) -> frozenset[tuple[ItemKey, str, datetime]]:
        """Return what a person was reminded of: item, stage, and when it was due (aware UTC)."""
        ...

    def mark_reminded(
        self, owner: str, key: ItemKey, *, stage: str, due: datetime, now: datetime
    ) -> None:
        """Record that a person was reminded; again changes nothing."""
        ...
