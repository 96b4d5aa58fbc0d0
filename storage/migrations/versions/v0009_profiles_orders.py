"""Finding the subscriptions of a profile, each time one of its digests is made."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add an index to subscriptions."""
    op.create_index("ix_subscription_profile", "subscription", ["profile"])
