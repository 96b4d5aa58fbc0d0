"""Numbers of digests and deliveries, for those who monitor an installation."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from core.deliveries import DeliveryState
from storage.delivery_tables import PART
from storage.repository import SqlRepository
from storage.tables import DIGEST


class SqlCounts(SqlRepository):
    """Counts rows."""

    def deliveries(self, *, scheme: str = "", receipt: str = "") -> Mapping[DeliveryState, int]:
        """Return how many parts of digests are in each state.

        Args:
            scheme: only those that go this way, such as ``email``.
            receipt: only those whose receipt holds this text.
        """
        query = select(PART.c.state, func.count().label("parts")).group_by(PART.c.state)
        if scheme:
            query = query.where(PART.c.scheme == scheme)
        if receipt:
            query = query.where(PART.c.remote_id.contains(receipt, autoescape=True))
        found = {row.state: row.parts for row in self._rows(query)}
        return {state: found.get(state.value, 0) for state in DeliveryState}

    def digests(self) -> int:
        """Return how many digests were made."""
        return self._scalar(select(func.count()).select_from(DIGEST)) or 0
