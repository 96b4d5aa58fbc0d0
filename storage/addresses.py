"""``core.ports.mail.AddressStore``: addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from core.damage import decodes
from core.mail import Address, AddressState
from storage.mail_tables import ADDRESS, ATTEMPT
from storage.repository import SqlRepository
from storage.rows import micros, moment


class SqlAddresses(SqlRepository):
    """Addresses in the same database as the archive.

    Changes of whether mail may be sent are durable (``Database.writing``): after a power cut
    nobody who unsubscribed must get mail again.
    """

    def address(self, id_: str) -> Address | None:
        """Return one, if it exists."""
        rows = self._rows(select(ADDRESS).where(ADDRESS.c.id == id_))
        return _address(rows[0]) if rows else None

    def addresses(
        self, *, owner: str = "", address: str = "", subscription: str = ""
    ) -> Sequence[Address]:
        """Return those of an owner, of one text, of a subscription, or all; oldest first."""
        query = select(ADDRESS).order_by(ADDRESS.c.created_at, ADDRESS.c.id)
        wanted = {"owner": owner, "address": address, "subscription": subscription}
        for name, value in wanted.items():
            if value:
                query = query.where(ADDRESS.c[name] == value)
        return [_address(row) for row in self._rows(query)]

    def save_address(self, address: Address) -> None:
        """Create or replace one."""
        values = {
            "id": address.id,
            "owner": address.owner,
            "address": address.address,
            "subscription": address.subscription,
            "state": address.state.value,
            "created_at": micros(address.created_at),
            "changed_at": micros(address.changed_at),
            "version": address.version,
            "bounces": address.bounces,
            "code": address.code,
            "tries": address.tries,
        }
        self._upsert(ADDRESS, values, durable=True)

    def try_once(self, subject: str, *, now: datetime, since: datetime, most: int) -> bool:
        """Count an attempt, unless there were ``most`` since then already."""
        with self._database.writing() as connection:
            connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at < micros(since)))
            query = select(func.count()).where(ATTEMPT.c.subject == subject)
            if (connection.scalar(query) or 0) >= most:
                return False
            connection.execute(insert(ATTEMPT).values(subject=subject, at=micros(now)))
            return True

    def bounced(self, address: str, *, most: int, now: datetime) -> int:
        """Count a refused mail; at ``most`` in a row nothing more is sent to the address."""
        same = ADDRESS.c.address == address
        on = ADDRESS.c.state == AddressState.CONFIRMED.value
        with self._database.writing(durable=True) as connection:
            connection.execute(update(ADDRESS).where(same).values(bounces=ADDRESS.c.bounces + 1))
            count = connection.scalar(select(func.max(ADDRESS.c.bounces)).where(same)) or 0
            if count >= most:
                off = {"state": AddressState.BOUNCED.value, "changed_at": micros(now)}
                connection.execute(update(ADDRESS).where(same, on).values(**off))
            return count

    def arrived(self, address: str) -> None:
        """Forget earlier refusals."""
        refused = (ADDRESS.c.address == address) & (ADDRESS.c.bounces > 0)
        if self._scalar(select(ADDRESS.c.id).where(refused)) is not None:
            self._change(update(ADDRESS).where(refused).values(bounces=0))


@decodes("an email address")
def _address(row: Row[Any]) -> Address:
    return Address(
        id=row.id,
        owner=row.owner,
        address=row.address,
        subscription=row.subscription,
        state=AddressState(row.state),
        created_at=moment(row.created_at),
        changed_at=moment(row.changed_at),
        version=row.version,
        bounces=row.bounces,
        code=row.code,
        tries=row.tries,
    )
