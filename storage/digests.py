"""Which digests were made and what they showed."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from core.digests import Delivered, Digest
from core.items import ItemKey
from storage.impressions import put_log_entry
from storage.rows import micros
from storage.tables import DIGEST, PICK
from storage.upsert import upsert


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


def delivered_to(
    connection: Connection, subscription: str, other_than: str
) -> dict[ItemKey, Delivered]:
    """Return what a subscription got, each item as the latest digest showed it."""
    rows = connection.execute(
        select(PICK.c.source, PICK.c.external_id, PICK.c.version, PICK.c.digest_id)
        .join(DIGEST, DIGEST.c.id == PICK.c.digest_id)
        .where(DIGEST.c.subscription == subscription, DIGEST.c.id != other_than)
        .order_by(DIGEST.c.made_at, DIGEST.c.id)
    )
    return {
        ItemKey(row.source, row.external_id): Delivered(digest=row.digest_id, version=row.version)
        for row in rows
    }
