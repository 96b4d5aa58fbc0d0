"""Rhythms as members read them in Discord."""

from __future__ import annotations

from bot.escape import escape
from core import rhythms
from core.deliveries import Rhythm


def in_words(rhythm: Rhythm) -> str:
    """Write a rhythm so that no sign of it means anything to Discord."""
    return rhythms.in_words(rhythm, spell=escape)
