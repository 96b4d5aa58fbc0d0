"""What the stand-in takes for now, and the snowflakes that it hands out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_420_070_400_000
"""First second of 2015, from which snowflakes count (docs: reference, "Snowflakes")."""

Clock = Callable[[], datetime]


class ShiftableClock:
    """Real time plus an offset that a test moves, so that minutes pass without waiting."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Let that much time pass at once."""
        self._offset += by


class Snowflakes:
    """Makes ids that are unique, increasing, and carry their time like Discord's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def __call__(self) -> int:
        self._last = max(snowflake_at(self._clock()), self._last + 1)
        return self._last


def snowflake_at(moment: datetime) -> int:
    """Return the smallest snowflake of that millisecond."""
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22


def stamp(moment: datetime) -> str:
    """Write a time as Discord's answers do: ISO 8601, microseconds, explicit offset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
