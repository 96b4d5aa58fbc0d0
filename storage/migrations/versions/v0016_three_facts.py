"""Saved, voted and known are three facts: none replaces another.

What is stored keeps its meaning: the one verdict on an item becomes the fact that it is about.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0011"


def upgrade() -> None:
    """Give the table of feedback a key with the fact; SQLite can only do so with a new table."""
    op.create_table(
        "feedback_by_fact",
        sa.Column(
            "profile",
            sa.String,
            sa.ForeignKey("profile.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "item_id",
            sa.Integer,
            sa.ForeignKey("item.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("fact", sa.String, primary_key=True),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO feedback_by_fact (profile, item_id, fact, verdict, at) "
        "SELECT profile, item_id, CASE verdict WHEN 'save' THEN 'saved' WHEN 'known' THEN 'known' "
        "ELSE 'voted' END, verdict, at FROM feedback"
    )
    op.drop_table("feedback")
    op.rename_table("feedback_by_fact", "feedback")
    op.create_index("ix_feedback_item_id", "feedback", ["item_id"])
