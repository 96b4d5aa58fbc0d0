"""Opening the archive: the one place where its parts are put together."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from storage.addresses import SqlAddresses
from storage.engine import Database
from storage.feeds import SqlFeeds
from storage.figures import SqlFigures
from storage.impressions import SqlImpressions
from storage.migrations import bring_up_to_date
from storage.outbox import SqlOutbox
from storage.privacy import SqlPersonalData
from storage.questions import SqlQuestions
from storage.search_index import FtsIndex
from storage.secrets import SqlSecrets
from storage.snapshots import SqlSnapshots
from storage.store import SqlKeyValues, SqlStore, SqlValidators
from storage.subscriptions import SqlSubscriptions
from storage.vectors import SqlVectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """An open archive; ``close`` it, or use it in a ``with`` statement.

    Attributes:
        store: items, works, sources, profiles and digests.
        index: full text search over the items.
        memory: validators of the sources' answers.
        key_values: short texts that outlive a restart.
        questions: questions that members watch.
        feeds: feeds that members added.
        personal: everything that is held about a person.
        subscriptions: standing orders.
        outbox: the parts of digests on their way.
        secrets: what this installation signs with.
        impressions: how digests were made, and what came of their picks.
        addresses: addresses that mail may go to.
        snapshots: whole digests that are kept.
        figures: how much there is of what.
        vectors: what items and interests mean.
        database: its connections.
    """

    store: SqlStore
    index: FtsIndex
    memory: SqlValidators
    key_values: SqlKeyValues
    questions: SqlQuestions
    feeds: SqlFeeds
    personal: SqlPersonalData
    subscriptions: SqlSubscriptions
    outbox: SqlOutbox
    secrets: SqlSecrets
    impressions: SqlImpressions
    addresses: SqlAddresses
    snapshots: SqlSnapshots
    figures: SqlFigures
    vectors: SqlVectors
    database: Database

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_database(url: str, *, busy_seconds: float) -> Storage:
    """Open the archive; ``storage.open_storage`` says how and what it raises."""
    database = Database(url, busy_seconds=busy_seconds)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Storage(
        store=SqlStore(database),
        index=FtsIndex(database),
        memory=SqlValidators(database),
        key_values=SqlKeyValues(database),
        questions=SqlQuestions(database),
        feeds=SqlFeeds(database),
        personal=SqlPersonalData(database),
        subscriptions=SqlSubscriptions(database),
        outbox=SqlOutbox(database),
        secrets=SqlSecrets(database),
        impressions=SqlImpressions(database),
        addresses=SqlAddresses(database),
        snapshots=SqlSnapshots(database),
        figures=SqlFigures(database),
        vectors=SqlVectors(database),
        database=database,
    )
