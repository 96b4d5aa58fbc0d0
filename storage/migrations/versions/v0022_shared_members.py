"""What belongs to a work although another one holds it, such as the code of several papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the table; it fills as works change."""
    op.create_table(
        "shared_member",
        sa.Column("item_id", sa.Integer, primary_key=True),
        sa.Column("work", sa.String, primary_key=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_shared_member_work", "shared_member", ["work"])
