"""Deliveries as those see them who manage the places that they go to."""

from __future__ import annotations

from collections.abc import Callable

from core.deliveries import Delivery, DeliveryState
from core.errors import UsageError
from core.ports.clock import Clock
from core.ports.delivery import Outbox

POOL = 500
"""Latest deliveries of all, among which those of one manager are looked for."""

Manages = Callable[[str], bool]
"""Returns whether somebody manages a target."""


class Deliveries:
    """Shows the deliveries of one scheme, and lets a manager settle those in doubt."""

    def __init__(self, *, outbox: Outbox, scheme: str, clock: Clock) -> None:
        self._outbox = outbox
        self._scheme = scheme
        self._clock = clock

    def latest(self, manages: Manages) -> list[Delivery]:
        """Return the latest deliveries to targets that somebody manages."""
        found = self._outbox.deliveries(scheme=self._scheme, limit=POOL)
        return [one for one in found if manages(one.part.target)]

    def decide(self, key: str, manages: Manages, *, arrived: bool) -> None:
        """Settle a part that is in doubt: it arrived, or it is to be sent again.

        Raises:
            UsageError: if no part in doubt that goes to a target of theirs has this key.
        """
        doubtful = self._outbox.deliveries(
            states=(DeliveryState.IN_DOUBT,), scheme=self._scheme, limit=POOL
        )
        if not any(one.part.key == key and manages(one.part.target) for one in doubtful):
            raise UsageError(
                "this delivery is no longer in doubt, so there is nothing left to decide"
            )
        self._outbox.decide(key, arrived=arrived, now=self._clock())
