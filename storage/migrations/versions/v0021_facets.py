"""Facets of items, which they are filtered and compared by, and what sources still allow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the columns; what is stored gets its values when it is seen again."""
    op.add_column("source", sa.Column("quota_left", sa.Integer, nullable=True))
    op.add_column("source", sa.Column("quota_most", sa.Integer, nullable=True))
    op.add_column("item", sa.Column("facets", sa.String, nullable=False, server_default=""))
