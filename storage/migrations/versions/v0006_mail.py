"""Addresses, attempts to add one, and whole digests that are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables of mail and of the archive of editions."""
    _addresses()
    _attempts()
    _shelf()


def _addresses() -> None:
    op.create_table(
        "address",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column(
            "subscription",
            sa.String,
            sa.ForeignKey("subscription.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("bounces", sa.Integer, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_index("address_owner", "address", ["owner", "address"], unique=True)
    op.create_index("ix_address_address", "address", ["address"])
    op.create_index("ix_address_subscription", "address", ["subscription"])


def _attempts() -> None:
    op.create_table(
        "mail_attempt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("mail_attempt_subject", "mail_attempt", ["subject", "at"])


def _shelf() -> None:
    op.create_table(
        "issue",
        sa.Column(
            "subscription",
            sa.String,
            sa.ForeignKey("subscription.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("period", sa.String, primary_key=True),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("issue_made", "issue", ["made_at"])
    op.create_table(
        "edition",
        sa.Column("week", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.String, nullable=False),
    )
