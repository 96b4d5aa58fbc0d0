"""What items are filtered and compared by: license, parameters, last activity, price and so on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0019"


def upgrade() -> None:
    """Add the facets to items; those that are stored get theirs when they are seen again."""
    op.add_column("item", sa.Column("facets", sa.String, nullable=False, server_default=""))
