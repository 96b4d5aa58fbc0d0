"""Each subscription of a channel has interests of its own.

Those of one channel shared a profile, so that a new one overwrote what the others look for. The
oldest keeps it; every other gets a copy, and so looks for what it did.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Copy profiles that several subscriptions of a channel share."""
    connection = op.get_bind()
    shared = connection.execute(
        sa.text(
            "SELECT id, profile FROM (SELECT id, profile, row_number() OVER (PARTITION BY profile "
            "ORDER BY created_at, id) AS place FROM subscription WHERE profile = target) "
            "WHERE place > 1"
        )
    ).all()
    for id_, profile in shared:
        own = f"{profile}/{id_}"
        _copy(connection, "profile", "name", profile, own)
        _copy(connection, "feedback", "profile", profile, own)
        connection.execute(
            sa.text("UPDATE subscription SET profile = :own WHERE id = :id"),
            {"own": own, "id": id_},
        )


def _copy(connection: sa.Connection, table: str, key: str, old: str, new: str) -> None:
    """Copy the rows of a profile under another name, whatever columns they have."""
    names = [column["name"] for column in sa.inspect(connection).get_columns(table)]
    rest = [f'"{name}"' for name in names if name != key]
    columns = ", ".join(rest)
    connection.execute(
        sa.text(
            f"INSERT INTO {table} ({key}, {columns}) "  # noqa: S608 -- names of our own columns
            f"SELECT :new, {columns} FROM {table} WHERE {key} = :old"
        ),
        {"old": old, "new": new},
    )
