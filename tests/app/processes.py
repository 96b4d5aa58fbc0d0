"""The command line as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fetchers import FETCHERS

ROOT = Path(__file__).parents[2]

QUIET = {f"sources__{name}__enabled": "false" for name in FETCHERS}
"""Settings with which ``serve`` asks no source."""


@contextmanager
def started(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command in a folder with an archive there; it is killed at the end.

    Settings are named as in the environment, in small letters: ``discord__token="x"``.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TIDINGS_")}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "NO_PROXY": "*",
        "TIDINGS_STORAGE__URL": f"sqlite:///{folder / 'archive.db'}",
    }
    environment |= {f"TIDINGS_{name.upper()}": value for name, value in settings.items()}
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and code
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
