"""Subscriptions, their runs, and the parts of each run on their way to a reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of standing orders and of the outbox."""
    _subscriptions()
    _runs()
    _parts()


def _subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("profile", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("cadence", sa.String, nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("wall_time", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("quiet", sa.String, nullable=False),
        sa.Column("items", sa.Integer),
        sa.Column("minutes", sa.Float),
        sa.Column("sources", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("paused_until", sa.BigInteger),
        sa.Column("off", sa.String, nullable=False),
    )
    op.create_index("ix_subscription_owner", "subscription", ["owner"])
    op.create_index("ix_subscription_target", "subscription", ["target"])


def _runs() -> None:
    op.create_table(
        "digest_run",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "subscription",
            sa.String,
            sa.ForeignKey("subscription.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("period", sa.String, nullable=False),
        sa.Column("extra", sa.Boolean, nullable=False),
        sa.Column("missed", sa.String, nullable=False),
        sa.Column("digest_id", sa.String, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
    )
    op.create_index("digest_run_period", "digest_run", ["subscription", "period"], unique=True)
    op.create_index("digest_run_latest", "digest_run", ["subscription", "extra"])


def _parts() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column(
            "run_id",
            sa.Integer,
            sa.ForeignKey("digest_run.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("scheme", sa.String, nullable=False),
        sa.Column("payload", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_attempt", sa.BigInteger),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("lease_owner", sa.String, nullable=False),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("remote_id", sa.String, nullable=False),
        sa.Column("error", sa.String, nullable=False),
        sa.Column("arrived_at", sa.BigInteger),
    )
    op.create_index("outbox_order", "outbox", ["state", "run_id", "position"])
    op.create_index("outbox_waiting", "outbox", ["state", "not_before"])
    op.create_index("outbox_target", "outbox", ["target", "state", "run_id", "position"])
    op.create_index("outbox_run", "outbox", ["run_id", "position"])
