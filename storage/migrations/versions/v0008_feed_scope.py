"""For which community a subscription is, and how members' feeds fail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the community to subscriptions; make the table of feeds in trouble."""
    op.add_column("subscription", sa.Column("guild", sa.String, nullable=False, server_default=""))
    op.create_table(
        "feed_trouble",
        sa.Column(
            "feed", sa.String, sa.ForeignKey("feed.name", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("error", sa.String, nullable=False),
        sa.Column("stopped_at", sa.BigInteger),
        sa.Column("told", sa.Boolean, nullable=False),
    )
