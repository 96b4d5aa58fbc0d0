"""``Store``, ``ValidatorStore``, ``KeyValueStore`` of ``core.ports``: a method, a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from core.digests import Delivered, Digest
from core.items import Item, ItemKey, Stored
from core.people import Feedback, Profile
from core.search import Filter
from core.sources import FetchReport, SourceState, Validators
from core.works import Work
from storage import archive, digests, people, sources
from storage.engine import Database
from storage.ingest import store_items
from storage.rows import encodable


class SqlStore:
    """The archive in a database; the port's docstrings say what each method promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upsert(self, items: Iterable[Item], *, now: datetime, sample: bool = False) -> Stored:
        """Store items by key; see ``storage.planning`` for what counts as a change."""
        # A generator may do network I/O, which must not happen while the write lock is held.
        batch = items if isinstance(items, Sequence) else list(items)
        try:
            return self._upsert(batch, now, sample=sample)
        except UnicodeEncodeError:  # so rare that looking for it beforehand would not pay
            return self._upsert([encodable(item) for item in batch], now, sample=sample)

    def _upsert(self, batch: Sequence[Item], now: datetime, *, sample: bool) -> Stored:
        with self._database.writing() as connection:
            return store_items(connection, batch, now=now, sample=sample)

    def remove_sample(self) -> int:
        """Delete the sample day and the digests made of it."""
        with self._database.writing() as connection:
            return archive.drop_sample(connection)

    def item(self, key: ItemKey) -> Item | None:
        """Return one item."""
        with self._database.reading() as connection:
            return next(iter(archive.items_of(connection, [key])), None)

    def items(self, where: Filter, *, limit: int | None = None) -> Sequence[Item]:
        """Return the items that pass, latest first."""
        with self._database.reading() as connection:
            return archive.some_items(connection, where, limit)

    def named(
        self, identifiers: Sequence[str], *, where: Filter = archive.NOTHING_FILTERED
    ) -> Item | None:
        """Return the item that passes and is the first of these identifiers that names one."""
        with self._database.reading() as connection:
            return archive.named_item(connection, identifiers, where)

    def items_of(self, keys: Iterable[ItemKey]) -> Sequence[Item]:
        """Return the stored items among ``keys``."""
        with self._database.reading() as connection:
            return archive.items_of(connection, keys)

    def count(self, where: Filter = archive.NOTHING_FILTERED) -> int:
        """Return how many items pass."""
        with self._database.reading() as connection:
            return archive.count_items(connection, where)

    def has_only_sample(self) -> bool:
        """Return whether no live item is stored."""
        with self._database.reading() as connection:
            return archive.only_sample(connection)

    def works(self, keys: Iterable[ItemKey]) -> Mapping[ItemKey, Work]:
        """Return the works of items; an item that is alone in its work is left out."""
        with self._database.reading() as connection:
            return archive.works_of(connection, keys)

    def with_deadlines(self, *, after: datetime, before: datetime) -> Sequence[Item]:
        """Return the items with a deadline in between, soonest first."""
        with self._database.reading() as connection:
            return archive.items_with_deadlines(connection, after, before)

    def record_fetch(self, report: FetchReport, *, now: datetime) -> None:
        """Remember how a look at a source ended."""
        with self._database.writing() as connection:
            sources.record_report(connection, report, now)

    def source_states(self) -> Mapping[str, SourceState]:
        """Return what is known of each source."""
        with self._database.reading() as connection:
            return sources.all_states(connection)

    def beat(self, now: datetime) -> None:
        """Record that the scheduler is alive."""
        with self._database.writing() as connection:
            sources.record_beat(connection, now)

    def last_beat(self) -> datetime | None:
        """Return when the scheduler was last alive."""
        with self._database.reading() as connection:
            return sources.latest_beat(connection)

    def profile(self, name: str) -> Profile | None:
        """Return a profile with its latest feedback."""
        with self._database.reading() as connection:
            return people.one_profile(connection, name)

    def profiles(self) -> Sequence[Profile]:
        """Return all profiles by name."""
        with self._database.reading() as connection:
            return people.all_profiles(connection)

    def save_profile(self, profile: Profile) -> None:
        """Create or replace a profile, its feedback left as it is stored."""
        with self._database.writing() as connection:
            people.put_profile(connection, profile)

    def add_feedback(self, profile: str, feedback: Feedback) -> None:
        """Record a verdict in place of an earlier one."""
        with self._database.writing() as connection:
            people.put_feedback(connection, profile, feedback)

    def save_digest(self, digest: Digest) -> None:
        """Record what a digest holds."""
        with self._database.writing() as connection:
            digests.put_digest(connection, digest)

    def delivered(self, subscription: str, *, other_than: str = "") -> Mapping[ItemKey, Delivered]:
        """Return what a subscription got."""
        with self._database.reading() as connection:
            return digests.delivered_to(connection, subscription, other_than)


class SqlValidators:
    """The validators of the sources' answers, in the same database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, url: str) -> Validators | None:
        """Return the validators kept for an address."""
        with self._database.reading() as connection:
            return sources.recall_validators(connection, url)

    def keep(self, url: str, validators: Validators) -> None:
        """Remember the validators of an address."""
        with self._database.writing() as connection:
            sources.keep_validators(connection, url, validators)


class SqlKeyValues:
    """``core.ports.storage.KeyValueStore`` in the table of validators, as ``etag`` by ``url``.

    That table is the same thing, a text by name; a name such as ``discord:…`` is no address that
    is ever fetched. A table of its own would take a migration.
    """

    def __init__(self, database: Database) -> None:
        self._validators = SqlValidators(database)

    def get(self, key: str) -> str | None:
        """Return the text of a name, if there is one."""
        found = self._validators.recall(key)
        return found.etag if found else None

    def put(self, key: str, value: str) -> None:
        """Keep a text by its name."""
        self._validators.keep(key, Validators(etag=value))
