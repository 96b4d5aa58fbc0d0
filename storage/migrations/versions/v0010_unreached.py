"""Whether a source that failed could be reached at all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add it to what is remembered of a source."""
    op.add_column(
        "source", sa.Column("unreached", sa.Boolean, nullable=False, server_default=sa.false())
    )
