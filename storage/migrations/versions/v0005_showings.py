"""How digests were made: what they chose from, and where each pick stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables that digests are measured by."""
    op.create_table(
        "making",
        sa.Column(
            "digest_id",
            sa.String,
            sa.ForeignKey("digest.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("ranker", sa.String, nullable=False),
        sa.Column("candidates", sa.String, nullable=False),
    )
    op.create_index("ix_making_made_at", "making", ["made_at"])
    op.create_table(
        "placing",
        sa.Column(
            "digest_id",
            sa.String,
            sa.ForeignKey("making.digest_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("external_id", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("section", sa.String, nullable=False),
        sa.Column("band", sa.Integer, nullable=False),
        sa.Column("ranker", sa.String, nullable=False),
        sa.Column("propensity", sa.Float),
    )
