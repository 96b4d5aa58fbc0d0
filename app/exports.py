"""Files with somebody's digest that were written outside of the database.

Deleting a person reaches the database only. So it is noted where such files went, for whom only as
a keyed hash, and a deletion names them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.wiring.application import keyed_hash
from storage.damage import decodes

if TYPE_CHECKING:
    from app.wiring.application import Application

_KEY = "exported files"
"""Name of the text in the database; stored."""

MOST = 2_000
"""Files that are noted, the latest ones."""

OF_SEVERAL = ""
"""Stands for whoever has a digest in a file that holds those of several people."""


def note(application: Application, files: Mapping[Path, str]) -> None:
    """Note that files were written.

    Args:
        application: where to note it.
        files: each with the profile or subscription that it is for, or ``OF_SEVERAL``.

    Raises:
        StorageError: if the archive cannot be read or written.
    """
    known = _noted(application)
    new = {str(path.absolute()): _hashed(application, who) for path, who in files.items()}
    if known | new == known:
        return
    kept = {path: who for path, who in known.items() if path not in new and Path(path).exists()}
    _keep(application, kept | new)


def existing(application: Application) -> list[Path]:
    """Return the files that were noted and are still there."""
    return [Path(path) for path in _noted(application) if Path(path).is_file()]


def forget(application: Application, user: str) -> list[Path]:
    """Return the files that may show a person's digests and are still there; note them no longer.

    Args:
        application: where they are noted.
        user: an owner such as ``discord:123``, or a profile.
    """
    wanted = {_hashed(application, who) for who in (user, *_subscriptions(application, user))}
    known = _noted(application)
    theirs = [path for path, who in known.items() if who in wanted]
    if theirs:
        _keep(application, {path: who for path, who in known.items() if who not in wanted})
    several = [path for path, who in known.items() if who == OF_SEVERAL]
    return [Path(path) for path in (*theirs, *several) if Path(path).exists()]


def _subscriptions(application: Application, user: str) -> Iterable[str]:
    storage = application.storage
    for one in storage.subscriptions.subscriptions():
        if user in {one.owner, one.profile}:
            yield one.id


def _hashed(application: Application, who: str) -> str:
    if who == OF_SEVERAL:
        return OF_SEVERAL
    return keyed_hash(application.storage.secrets.secret("exports"), who)


def _noted(application: Application) -> dict[str, str]:
    text = application.storage.key_values.get(_KEY)
    return _read(text) if text else {}


@decodes("the list of exported files")
def _read(text: str) -> dict[str, str]:
    return {str(path): str(who) for path, who in json.loads(text).items()}


def _keep(application: Application, files: Mapping[str, str]) -> None:
    latest = dict(list(files.items())[-MOST:])
    application.storage.key_values.put(_KEY, json.dumps(latest))
