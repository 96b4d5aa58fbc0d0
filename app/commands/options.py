"""Options that several commands share, and how their answers are printed."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import completions
from app.durations import parse_since
from core.errors import StorageError, UsageError
from core.spelling import nearest

if TYPE_CHECKING:
    from datetime import datetime
    from types import FrameType

    from rich.console import Console

    from app.wiring.application import Application
    from services.interests import StatedInterests

EXIT_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it: 128 and the number of SIGINT."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Maximum number of results.")]
ProfileName = Annotated[str, typer.Option("--profile", help="Profile to use.")]
SinceText = Annotated[
    str | None, typer.Option("--since", help="How far back: 7d, 24h, or a date such as 2026-11-01.")
]
SourceNames = Annotated[
    list[str] | None,
    typer.Option("--source", autocompletion=completions.sources, help="Only from this source."),
]
ZoneName = Annotated[
    str | None,
    typer.Option(
        "--zone", autocompletion=completions.zones, help="IANA time zone, such as Europe/Berlin."
    ),
]
ItemText = Annotated[
    str, typer.Argument(metavar="ITEM", help="A key, arXiv ID, owner/repo or URL.")
]


def path(text: str) -> Path:
    """Read the path of a file or folder.

    Raises:
        BadParameter: if it is empty, which would stand for the current folder.
    """
    if not text:
        raise typer.BadParameter("the name is empty; name a file or a folder")
    return Path(text)


@contextmanager
def opened(context: typer.Context) -> Iterator[Application]:
    """Read the settings, open the archive and close it at the end.

    Raises:
        ConfigError: if a setting is wrong.
        StorageError: if the archive cannot be opened.
    """
    from app.settings import load
    from app.wiring.application import open_application

    loaded = load(config_path(context))
    _set_up_logging(loaded.settings.log.level)
    before = signal.signal(signal.SIGINT, _end_at_once)
    try:
        with open_application(loaded) as application:
            yield application
    finally:
        signal.signal(signal.SIGINT, before)


def _set_up_logging(level: str) -> None:
    """Log one line per event to standard error, from ``level`` (debug, info, warning, error) up."""
    import logging

    logging.basicConfig(
        stream=sys.stderr,
        level=level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        force=True,
    )
    for chatty in ("alembic", "urllib3"):
        # Their own doings are of no use to whoever runs Tidings, warnings are.
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLogger().level))


def start_of(since: str | None, application: Application) -> datetime | None:
    """Return the moment that ``--since`` names (aware UTC); None if it was not given.

    Raises:
        UsageError: if it names none in the past.
    """
    return parse_since(since, application.clock()) if since is not None else None


def interests_in(text: str) -> StatedInterests:
    """Return what was typed for one digest.

    Raises:
        UsageError: if there is none, or nothing can be found by them.
    """
    from services.interests import read_interests

    stated = read_interests(text)
    if not stated.phrases:
        raise UsageError('--interests has no words; write it as in "graph neural networks"')
    return stated


def _end_at_once(_number: int, _frame: FrameType | None) -> None:
    """End the process on Ctrl-C.

    Python's own KeyboardInterrupt would wait for threads that wait for a source, and is lost where
    it meets a callback that may not fail. A write that a thread has begun is rolled back by the
    database.
    """
    # A progress bar may have hidden the cursor, and the terminal has echoed ^C.
    start = "\x1b[?25h\n" if sys.stderr.isatty() else ""
    os.write(2, f"{start}tidings: interrupted; what was stored so far is kept\n".encode())
    os._exit(EXIT_INTERRUPTED)


def config_path(context: typer.Context) -> Path | None:
    """Return the settings file that the command line names, if any."""
    path: Path | None = context.find_root().obj
    return path


def print_json(value: object) -> None:
    """Print a value as one JSON document."""
    print_text(json.dumps(value, ensure_ascii=False, indent=2))


def print_text(text: str | bytes) -> None:
    """Print to standard output in UTF-8, whatever the terminal's encoding."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    sys.stdout.buffer.write(data + b"\n")
    sys.stdout.buffer.flush()


def console(*, stderr: bool = False) -> Console:
    """Return the terminal to print to; markup is off, since what we print is not ours."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def check_folder(folder: Path) -> None:
    """Refuse a folder that is not there.

    Raises:
        UsageError: with the one that was probably meant.
    """
    if folder.exists():
        return
    missing = next(one for one in (*reversed(folder.parents), folder) if not one.exists())
    try:
        beside = [one.name for one in missing.parent.iterdir() if one.is_dir()]
    except OSError:
        beside = []
    guess = nearest(missing.name, beside)
    hint = f"did you mean {missing.parent / guess}?" if guess else "make it first, or name another"
    raise UsageError(f"there is no folder {missing}; {hint}")


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file so that it is there whole or not at all; its folder must be there.

    A link is followed, and what is no ordinary file (``/dev/stdout``, a pipe) is written to as it
    is: putting a file in its place would break it for everybody.

    Args:
        path: where to.
        content: all of it.
        private: whether only its owner may read it.

    Raises:
        UsageError: for an empty name, or one in a folder that is not there: it may be mistyped.
        StorageError: if it cannot be written; a file that was there before is left as it was.
    """
    if not path.name:
        raise UsageError("the file name is empty; name a file to write to")
    check_folder(path.parent)
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    target = path.resolve()
    part = target.with_name(f".{target.name}.part")
    try:
        if path.exists() and not path.is_file():  # a pipe behind /dev/stdout resolves to no file
            path.write_bytes(data)
            return
        part.unlink(missing_ok=True)  # one that a crash left may be readable for others
        new = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(part, new, 0o600 if private else 0o644), "wb") as file:
            file.write(data)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None
