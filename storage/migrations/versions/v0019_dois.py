"""The DOI of each stored paper among its claims, so that what links to a publisher joins it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_ARXIV_DOI = "10.48550/"


def upgrade() -> None:
    """Add the claims; works change when something new names one of the DOIs."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, facts FROM item WHERE kind = 'paper' AND facts LIKE '%\"doi\"%'")
    ).all()
    claims = [
        {"id": id_, "target": f"paper:doi/{doi}"}
        for id_, facts in rows
        if (doi := _doi(facts)) and not doi.startswith(_ARXIV_DOI)
    ]
    if claims:
        add = (
            "INSERT OR IGNORE INTO claim (item_id, target, kind, strength) "
            "VALUES (:id, :target, 'paper', 3)"
        )
        connection.execute(sa.text(add), claims)


def _doi(facts: str) -> str:
    """Return the first DOI that is noted, in lower case; "" if what is stored cannot be read."""
    try:
        noted = str(json.loads(facts)["doi"]).lower().split()
    except (ValueError, LookupError, TypeError):
        return ""
    return noted[0] if noted and noted[0].startswith("10.") else ""
