"""What tells the time, and what measures it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; passed in wherever a time is needed."""

    def __call__(self) -> datetime:
        """Return now as an aware UTC time."""
        ...


class Timer(Protocol):
    """Measures and spends time; the module ``time`` is one."""

    def monotonic(self) -> float:
        """Return the seconds of a clock that never goes back."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait for a number of seconds."""
        ...
