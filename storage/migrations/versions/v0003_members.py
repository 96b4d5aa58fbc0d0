"""Watched questions, members' feeds, and unfinished deletions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of what members keep."""
    _questions()
    _feeds()
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _questions() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_question_owner", "question", ["owner"])
    op.create_table(
        "question_seen",
        sa.Column(
            "question",
            sa.String,
            sa.ForeignKey("question.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("external_id", sa.String, primary_key=True),
    )


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
    )
    op.create_index("feed_url", "feed", ["url"], unique=True)
    op.create_table(
        "feed_added",
        sa.Column("owner", sa.String, primary_key=True),
        sa.Column("guild", sa.String, primary_key=True),
        sa.Column(
            "feed", sa.String, sa.ForeignKey("feed.name", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("added_at", sa.BigInteger, nullable=False),
    )
    op.create_index("feed_added_guild", "feed_added", ["guild"])
    op.create_index("ix_feed_added_feed", "feed_added", ["feed"])
