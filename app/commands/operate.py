"""``tidings config``, ``serve``, ``doctor``, ``health`` and ``db``: running an installation."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import AsJson, check_folder, config_path, opened, path, print_json

if TYPE_CHECKING:
    from app.scheduler import Beat

config = typer.Typer(help="Create, show and check the settings.", no_args_is_help=True)
database = typer.Typer(help="Upgrade, back up or restore the database.", no_args_is_help=True)


@config.command("init")
def init(
    target: Annotated[
        Path, typer.Argument(metavar="[PATH]", parser=path, help="File to write.")
    ] = Path("config.toml"),
) -> None:
    """Write a settings file with every default; never overwrites a file."""
    from app.config_file import write_new

    check_folder(target.parent)
    write_new(target)
    typer.echo(f"written: {target}")


@config.command("show")
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show each setting and where it comes from; secrets are masked."""
    from app.config_file import shown
    from app.settings import load

    rows = list(shown(load(config_path(context))))
    if as_json:
        print_json(
            {
                "settings": [
                    {
                        "key": key,
                        "value": None if value == "none" else json.loads(value),
                        "origin": o,
                    }
                    for key, value, o in rows
                ]
            }
        )
        return
    for key, value, origin in rows:
        typer.echo(f"{key} = {value}  ({origin})")


@config.command("check")
def check(context: typer.Context) -> None:
    """Check the settings; exit code 78 and one line per problem if any is wrong."""
    from app.settings import load

    loaded = load(config_path(context))
    typer.echo(f"ok: {loaded.file or 'no settings file, all defaults'}")


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


def doctor(
    context: typer.Context,
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not connect to the sources.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the installation, one line per check, with what to do."""
    from app.doctor import examine

    checks = list(examine(config_path(context), offline=offline))
    if as_json:
        print_json({"checks": [{"name": c.name, "state": c.state, "text": c.text} for c in checks]})
    else:
        for one in checks:
            typer.echo(f"{one.state:<4}  {one.name}: {one.text}")
    if any(one.state == "FAIL" for one in checks):
        raise typer.Exit(1)


def health(context: typer.Context, as_json: AsJson = False) -> None:
    """Check whether "tidings serve" is alive: exit code 0 if it is, 1 if not."""
    from app.scheduler import Beat, beat_of
    from digests.render.json import moment

    with opened(context) as application:
        last, now = application.store.last_beat(), application.clock()
    beat = beat_of(last, now)
    if as_json:
        print_json(
            {
                "alive": beat is Beat.ALIVE,
                "last_tick": moment(last) if last else None,
                "in_future": beat is Beat.IN_THE_FUTURE,
            }
        )
    elif last is None:
        typer.echo("serve has never run on this database")
    else:
        typer.echo(f"{beat.value}, last tick {last:%Y-%m-%d %H:%M:%S} UTC{_advice(beat, now)}")
    if beat is not Beat.ALIVE:
        raise typer.Exit(1)


def _advice(beat: Beat, now: datetime) -> str:
    """Return what to make of a last tick that lies in the future, else ""."""
    from app.scheduler import TICK, Beat

    if beat is not Beat.IN_THE_FUTURE:
        return ""
    seconds = 2 * int(TICK.total_seconds())
    return (
        f", which lies in the future: the clock was set back, it is {now:%Y-%m-%d %H:%M:%S} UTC "
        f"now; serve ticks on, so ask again in {seconds} seconds"
    )


@database.command("upgrade")
def upgrade(context: typer.Context) -> None:
    """Upgrade the database schema; every command also does this by itself."""
    with opened(context) as application:
        typer.echo(f"up to date: {application.loaded.database}")


@database.command("backup")
def backup(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(metavar="PATH", parser=path, help="File to write; never overwritten."),
    ],
) -> None:
    """Write a whole copy of the database, also while "tidings serve" runs."""
    from storage.backup import back_up

    check_folder(target.parent)
    with opened(context) as application:
        back_up(application.storage.database.path, target)
    typer.echo(f"written: {target}; it holds all personal data, and only you can read it")


@database.command("restore")
def restore(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(metavar="PATH", parser=path, help="What db backup has written.")
    ],
) -> None:
    """Put a backup in place of all data; "tidings serve" must be stopped before."""
    from app.settings import load
    from storage.backup import restore as put_back

    put_back(load(config_path(context)).database_path, source)
    with opened(context) as application:  # upgrades a backup of an earlier version
        count = application.store.count()
    typer.echo(f"restored: {count} items from {source}")
