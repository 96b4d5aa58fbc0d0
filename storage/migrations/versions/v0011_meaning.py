"""What texts mean: vectors of items and of written interests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables of vectors."""
    op.create_table(
        "item_vector",
        sa.Column(
            "item_id",
            sa.Integer,
            sa.ForeignKey("item.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "interest_vector",
        sa.Column(
            "profile",
            sa.String,
            sa.ForeignKey("profile.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("text", sa.String, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
    )
