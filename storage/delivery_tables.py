"""The tables of subscriptions, of their runs, and of the outbox."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class SubscriptionRow(SQLModel, table=True):
    """One ``core.deliveries.Subscription``; wall times are ISO 8601 texts, "" for no quiet hours.

    Its profile is no foreign key, since the default one comes from the settings.
    """

    __tablename__ = "subscription"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    profile: str = Field(index=True)
    target: str = Field(index=True)
    cadence: str
    weekday: int
    wall_time: str
    zone: str
    quiet: str
    items: int | None = None
    minutes: float | None = None
    sources: str
    created_at: int = Field(sa_type=BigInteger)
    paused_until: int | None = Field(default=None, sa_type=BigInteger)
    off: str
    guild: str = Field(default="", sa_column_kwargs={"server_default": ""})


class RunRow(SQLModel, table=True):
    """That a subscription got its digest of a local period; the index lets that be once."""

    __tablename__ = "digest_run"
    __table_args__ = (
        Index("digest_run_period", "subscription", "period", unique=True),
        Index("digest_run_latest", "subscription", "extra"),  # SQLite adds the row's number to it
    )

    id: int | None = Field(default=None, primary_key=True)
    subscription: str = Field(foreign_key="subscription.id", ondelete="CASCADE")
    period: str
    extra: bool
    missed: str
    digest_id: str
    due_at: int = Field(sa_type=BigInteger)
    opened_at: int = Field(sa_type=BigInteger)


class PartRow(SQLModel, table=True):
    """One ``core.deliveries.Delivery``, who sends it just now, and until when that is believed."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_order", "state", "run_id", "position"),
        Index("outbox_waiting", "state", "not_before"),
        Index("outbox_target", "target", "state", "run_id", "position"),
        Index("outbox_run", "run_id", "position"),
    )

    key: str = Field(primary_key=True)
    run_id: int = Field(foreign_key="digest_run.id", ondelete="CASCADE")
    position: int
    target: str
    scheme: str
    payload: str
    state: str
    attempts: int
    first_attempt: int | None = Field(default=None, sa_type=BigInteger)
    not_before: int = Field(sa_type=BigInteger)
    lease_owner: str
    lease_until: int | None = Field(default=None, sa_type=BigInteger)
    remote_id: str
    error: str
    arrived_at: int | None = Field(default=None, sa_type=BigInteger)


SUBSCRIPTION, RUN, PART = (
    SQLModel.metadata.tables[str(row.__tablename__)] for row in (SubscriptionRow, RunRow, PartRow)
)
