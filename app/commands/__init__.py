"""The commands, one module per area."""

from __future__ import annotations

import typer

from app.commands import (
    archive,
    ask,
    digest,
    email,
    measure,
    operate,
    people,
    privacy,
    serve,
    sources,
    subscribe,
)


def register(application: typer.Typer) -> None:
    """Add every command to the application, in the order of the help page."""
    application.command("digest")(digest.digest)
    application.command("fetch")(sources.fetch)
    application.command("sources")(sources.sources)
    application.command("search")(archive.search)
    application.command("ask")(ask.ask)
    application.command("similar")(archive.similar)
    application.command("why")(archive.why)
    application.command("deadlines")(archive.deadlines)
    application.command("feedback")(people.feedback)
    application.add_typer(people.profiles, name="profile")
    application.add_typer(subscribe.subscribe, name="subscribe")
    application.add_typer(email.email, name="email")
    application.command("stats")(measure.stats)
    application.command("audit")(measure.audit)
    application.command("serve")(serve.serve)
    application.add_typer(operate.config, name="config")
    application.command("doctor")(operate.doctor)
    application.command("health")(operate.health)
    application.add_typer(operate.database, name="db")
    application.add_typer(privacy.privacy, name="privacy")
