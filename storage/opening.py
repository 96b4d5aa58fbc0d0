"""Opening the archive: the one place where its parts are put together."""

from __future__ import annotations

from typing import Self

from storage.addresses import SqlAddresses
from storage.counts import SqlCounts
from storage.engine import Database
from storage.feeds import SqlFeeds
from storage.impressions import SqlImpressions
from storage.migrations import bring_up_to_date
from storage.moves import SqlMoves
from storage.outbox import SqlOutbox
from storage.privacy import SqlPersonalData
from storage.questions import SqlQuestions
from storage.search_index import FtsIndex
from storage.secrets import SqlSecrets
from storage.snapshots import SqlSnapshots
from storage.sources import SqlKeyValues, SqlValidators
from storage.store import SqlStore
from storage.subscriptions import SqlSubscriptions
from storage.vectors import SqlVectors


class Storage:
    """An open archive; ``close`` it, or use it in a ``with`` statement.

    Attributes:
        store: items, works, sources, profiles and digests.
        index: full text search over the items.
        validators: validators of the sources' answers.
        key_values: short texts that outlive a restart.
        questions: questions that members watch.
        feeds: feeds that members added.
        personal: everything that is held about a person.
        subscriptions: subscriptions.
        outbox: the parts of digests on their way.
        secrets: what this installation signs with.
        impressions: how digests were made, and the verdicts on their picks.
        addresses: addresses that mail may go to.
        snapshots: whole digests that are kept.
        counts: numbers of digests and deliveries.
        vectors: embeddings of items and interests.
        moves: deadlines and prices that moved.
        database: its connections.
    """

    def __init__(self, database: Database) -> None:
        self.store = SqlStore(database)
        self.index = FtsIndex(database)
        self.validators = SqlValidators(database)
        self.key_values = SqlKeyValues(database)
        self.questions = SqlQuestions(database)
        self.feeds = SqlFeeds(database)
        self.personal = SqlPersonalData(database)
        self.subscriptions = SqlSubscriptions(database)
        self.outbox = SqlOutbox(database)
        self.secrets = SqlSecrets(database)
        self.impressions = SqlImpressions(database)
        self.addresses = SqlAddresses(database)
        self.snapshots = SqlSnapshots(database)
        self.counts = SqlCounts(database)
        self.vectors = SqlVectors(database)
        self.moves = SqlMoves(database)
        self.database = database

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_database(url: str, *, busy_seconds: float) -> Storage:
    """Open the archive; ``storage.open_storage`` says how and what it raises."""
    database = Database(url, busy_seconds=busy_seconds)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Storage(database)
