"""``tidings serve``: the scheduler until SIGTERM."""

from __future__ import annotations

import typer

from app.commands.options import opened


def serve(context: typer.Context) -> None:
    """Read the sources as they fall due and, with a token, run the bot, until SIGTERM or Ctrl-C."""
    import asyncio

    from app.serving import serve as keep_serving

    with opened(context) as application:
        names = ", ".join(application.enabled())
        line = f"serving: {names}; data in {application.loaded.database}; stop with Ctrl-C"
        asyncio.run(keep_serving(application, ready=lambda: typer.echo(line, err=True)))
        typer.echo("stopped", err=True)
