"""Prices of offers; deadlines and prices that moved; who was reminded of a deadline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column and the tables."""
    op.add_column("item", sa.Column("prices", sa.String, nullable=False, server_default=""))
    op.create_table(
        "move",
        sa.Column("id", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("source", "external_id", "kind", "what", "subject", "old", "new")
        ),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
    )
    op.create_index("move_seen", "move", ["seen_at"])
    op.create_index("move_item", "move", ["source", "external_id"])
    op.create_table(
        "reminder",
        *(
            sa.Column(name, sa.String, primary_key=True)
            for name in ("owner", "source", "external_id", "stage")
        ),
        sa.Column("due", sa.BigInteger, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
