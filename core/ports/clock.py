"""The clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; passed in wherever a time is needed."""

    def __call__(self) -> datetime:
        """Return now as an aware UTC time."""
        ...
