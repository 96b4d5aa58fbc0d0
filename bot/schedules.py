"""Schedules as members read them in Discord."""

from __future__ import annotations

import core.schedules
from bot.escape import escape
from core.deliveries import Schedule


def in_words(schedule: Schedule) -> str:
    """Write a schedule so that no sign of it means anything to Discord."""
    return core.schedules.in_words(schedule, spell=escape)
