"""What a shell proposes for values that typer does not know: it knows only those of an enum.

Each function takes what was typed so far. None opens the archive.
"""

from __future__ import annotations

from collections.abc import Iterable

import typer

from core.errors import TidingsError
from core.schedules import DAYS


def formats(incomplete: str) -> list[str]:
    """Propose the formats of a digest."""
    from digests.formats import FORMATS

    return _begun(incomplete, FORMATS)


def sources(incomplete: str) -> list[str]:
    """Propose the sources of the settings."""
    from app.settings import load

    try:
        names = load().settings.source_names
    except TidingsError:
        return []
    return _begun(incomplete, names)


def schedules(incomplete: str) -> list[str]:
    """Propose how often a digest may come."""
    return _begun(incomplete, ("daily", "weekdays", *map(str.casefold, DAYS)))


def zones(incomplete: str) -> list[str]:
    """Propose time zones, once something was typed: there are hundreds."""
    from zoneinfo import available_timezones

    return _begun(incomplete, sorted(available_timezones())) if incomplete else []


def commands(ctx: typer.Context, incomplete: str) -> list[str]:
    """Propose the commands, or those of the group that was typed before."""
    at = ctx.find_root().command
    for word in ctx.params.get("words") or ():
        at = getattr(at, "commands", {}).get(word, at)
    return _begun(incomplete, getattr(at, "commands", ()))


def _begun(incomplete: str, choices: Iterable[str]) -> list[str]:
    return [choice for choice in choices if choice.startswith(incomplete)]
