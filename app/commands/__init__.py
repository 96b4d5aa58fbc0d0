"""The commands, one module per area; a new one is a function and a line in ``COMMANDS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from app.commands import (
    archive,
    ask,
    digest,
    email,
    manual,
    measure,
    operate,
    people,
    privacy,
    sources,
    subscribe,
)

COMMANDS: Mapping[str, Callable[..., None] | typer.Typer] = {
    "digest": digest.digest,
    "fetch": sources.fetch,
    "sources": sources.sources,
    "search": archive.search,
    "ask": ask.ask,
    "similar": archive.similar,
    "why": archive.why,
    "deadlines": archive.deadlines,
    "feedback": people.feedback,
    "profile": people.profiles,
    "subscribe": subscribe.subscribe,
    "email": email.email,
    "stats": measure.stats,
    "audit": measure.audit,
    "serve": operate.serve,
    "config": operate.config,
    "doctor": operate.doctor,
    "health": operate.health,
    "db": operate.database,
    "privacy": privacy.privacy,
    "help": manual.help_,
}
"""Every command or group of commands by its name, in the order of the help page."""


def register(application: typer.Typer) -> None:
    """Add every command to the application."""
    for name, command in COMMANDS.items():
        if isinstance(command, typer.Typer):
            application.add_typer(command, name=name)
        else:
            application.command(name)(command)
