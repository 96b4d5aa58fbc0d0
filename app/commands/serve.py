"""``tidings serve``: the scheduler until SIGTERM."""

from __future__ import annotations

import typer

from app.commands.options import opened


def serve(context: typer.Context) -> None:
    """Keep running: fetch sources when due and, if set up, run the bot, email and web page."""
    import asyncio
    from dataclasses import replace

    from app.runtime import give_back_freed_memory
    from app.serving import serve as keep_serving

    give_back_freed_memory()
    with opened(context) as application:
        names = ", ".join(application.sources.enabled)
        data = application.loaded.database

        def ready(page: str) -> None:
            at = f"; web page at {page}" if page else ""
            typer.echo(f"serving: {names}; data in {data}{at}; press Ctrl-C to stop", err=True)

        asyncio.run(keep_serving(replace(application, stays=True), ready=ready))
        typer.echo("stopped", err=True)
