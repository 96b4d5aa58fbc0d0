"""Recording that a digest was made and what it showed."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert

from core.digests import Digest
from storage.impressions import put_log_entry
from storage.repository import upsert
from storage.rows import micros
from storage.tables import DIGEST, PICK


def put_digest(connection: Connection, digest: Digest) -> None:
    """Record a digest and its picks; picks recorded earlier under the same id stay."""
    values = {
        "id": digest.id,
        "subscription": digest.subscription,
        "period_start": micros(digest.period.start),
        "period_end": micros(digest.period.end),
        "made_at": micros(digest.made_at),
        "sample": digest.sample,
    }
    upsert(connection, DIGEST, values)
    picks = [
        {
            "digest_id": digest.id,
            "source": ranked.item.key.source,
            "external_id": ranked.item.key.external_id,
            "version": ranked.item.version,
        }
        for ranked in digest.picks
    ]
    if picks:
        add = insert(PICK)
        again = add.on_conflict_do_update(
            index_elements=["digest_id", "source", "external_id"],
            set_={"version": add.excluded.version},
        )
        connection.execute(again, picks)
    if digest.log_entry is not None:
        put_log_entry(connection, digest, digest.log_entry)
