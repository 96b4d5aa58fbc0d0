"""The sentence of an item that says what is new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the lead to items.

    It is empty for those that are stored: an archive of any size opens at once, and what is shown
    of them is chosen when it is shown, until they change and are stored anew.
    """
    op.add_column("item", sa.Column("lead", sa.String, nullable=False, server_default=""))
