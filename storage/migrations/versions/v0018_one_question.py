"""One row per person and watched question, however it was typed."""

from __future__ import annotations

from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add what makes two questions the same; of several that are, the oldest stays."""
    op.add_column("question", sa.Column("wording", sa.String, nullable=False, server_default=""))
    connection = op.get_bind()
    kept: dict[tuple[str, str], str] = {}
    rows = connection.execute(
        sa.text("SELECT id, owner, text FROM question ORDER BY asked_at, id")
    ).all()
    for id_, owner, text in rows:
        same = " ".join(normalize("NFKC", text).casefold().split()).rstrip("?!. ")
        first = kept.setdefault((owner, same), id_)
        if first == id_:
            change = "UPDATE question SET wording = :same WHERE id = :id"
            connection.execute(sa.text(change), {"same": same, "id": id_})
            continue
        # What its owner was told of either is not told again.
        told = (
            "INSERT OR IGNORE INTO question_seen (question, source, external_id) "
            "SELECT :first, source, external_id FROM question_seen WHERE question = :id"
        )
        connection.execute(sa.text(told), {"first": first, "id": id_})
        for gone in (
            "DELETE FROM question_seen WHERE question = :id",
            "DELETE FROM question WHERE id = :id",
        ):
            connection.execute(sa.text(gone), {"id": id_})
    op.drop_index("ix_question_owner", "question")
    op.create_index("question_wording", "question", ["owner", "wording"], unique=True)
