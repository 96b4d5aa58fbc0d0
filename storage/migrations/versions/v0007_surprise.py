"""Whether a person's digests may hold one item drawn at random."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the choice to profiles; those that exist have not refused it."""
    op.add_column(
        "profile", sa.Column("surprise", sa.Boolean, nullable=False, server_default=sa.true())
    )
