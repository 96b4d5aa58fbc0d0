"""The commands, one module per area; a new one is a function and a line in ``GROUPS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from app.commands import (
    archive,
    ask,
    digest,
    email,
    feeds,
    manual,
    measure,
    operate,
    people,
    privacy,
    sources,
    subscribe,
)

Command = Callable[..., None] | typer.Typer

GROUPS: Mapping[str, Mapping[str, Command]] = {
    "Reading": {
        "digest": digest.digest,
        "deadlines": archive.deadlines,
        "trending": archive.trending,
        "saved": archive.saved,
    },
    "Looking something up": {
        "search": archive.search,
        "ask": ask.ask,
        "similar": archive.similar,
        "why": archive.why,
    },
    "Teaching": {
        "profile": people.profiles,
        "feedback": people.feedback,
        "undo": people.undo,
    },
    "Digests by email": {
        "subscribe": subscribe.subscribe,
        "email": email.email,
    },
    "The sources": {
        "fetch": sources.fetch,
        "sources": sources.sources,
        "feeds": feeds.feeds,
        "serve": operate.serve,
    },
    "Measuring": {
        "stats": measure.stats,
        "audit": measure.audit,
    },
    "The installation": {
        "config": operate.config,
        "doctor": operate.doctor,
        "health": operate.health,
        "db": operate.database,
        "privacy": privacy.privacy,
        "completion": manual.completion,
        "help": manual.help_,
    },
}
"""The commands and groups of commands by what they are for, in the order of the help page."""

COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}
"""Every command or group of commands by its name."""


def register(application: typer.Typer) -> None:
    """Add every command to the application."""
    for title, group in GROUPS.items():
        for name, command in group.items():
            if isinstance(command, typer.Typer):
                application.add_typer(command, name=name, rich_help_panel=title)
            else:
                application.command(name, rich_help_panel=title)(command)
