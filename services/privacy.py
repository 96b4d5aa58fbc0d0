"""What is held about a person: to look at, to take along, to delete."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import StorageError, UsageError
from core.people import Fact
from core.ports.clock import Clock
from core.ports.storage import PersonalData
from services.notes import Notes

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows of one kind are held about a person, or went."""

    kind: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What a deletion did.

    Attributes:
        counts: what went.
        overwritten: whether no byte of it is left in the file; if not, ``finish`` sees to it.
        files: written for whoever runs this, with digests of the person; out of our reach.
    """

    counts: tuple[Count, ...]
    overwritten: bool
    files: tuple[Path, ...] = ()


def overwrite(data: PersonalData) -> bool:
    """Overwrite what was erased; return False if that cannot be done now, and say so in the log.

    The rows are gone all the same, and it is noted that their traces are left.
    """
    try:
        data.scrub()
    except StorageError as error:
        log.warning("deleted rows are overwritten later: %s", error)
        return False
    return True


class Privacy:
    """Shows, hands out and deletes what is held about a person.

    A person is named by an owner such as ``discord:123``, or by the name of a profile. Whether
    the asker may speak for that person is the caller's to check. Every method raises
    ``StorageError`` if the archive cannot be read or written.
    """

    def __init__(self, *, data: PersonalData, notes: Notes, clock: Clock) -> None:
        self._data = data
        self._notes = notes
        self._clock = clock

    def show(self, user: str) -> tuple[Count, ...]:
        """Return how many rows of each kind are held, kinds without any left out.

        Raises:
            UsageError: if ``user`` is empty.
        """
        return _counts({kind: len(rows) for kind, rows in self._data.held(_named(user)).items()})

    def export(self, user: str) -> Mapping[str, object]:
        """Return everything held about a person as data that JSON can carry.

        The keys are ``user``, ``exported_at``, one list for each kind of row, and the parts of
        ``feedback``: ``saved``, ``voted`` and ``known``.

        Raises:
            UsageError: if ``user`` is empty.
        """
        held = self._data.held(_named(user))
        lists = {kind: list(rows) for kind, rows in held.items()}
        said = {
            fact.value: [row for row in lists.get("feedback", ()) if row.get("fact") == fact]
            for fact in Fact
        }
        head = {"user": user, "exported_at": self._clock().isoformat(timespec="seconds")}
        return {**head, **lists, **said}

    def delete(self, user: str) -> Deleted:
        """Delete everything held about a person.

        Afterwards no byte of it is left in the database's files, unless another process keeps an
        earlier state of them open: then the rest is done later, by ``finish`` or by deleting again,
        which does no harm.

        Raises:
            UsageError: if ``user`` is empty.
            StorageError: if nothing could be deleted.
        """
        person = _named(user)
        files = self._notes.forget(person)
        gone = self._data.erase(person, now=self._clock())
        if files:
            log.warning("files with digests of somebody deleted: %s", ", ".join(map(str, files)))
        return Deleted(counts=_counts(gone), overwritten=overwrite(self._data), files=files)

    def finish(self) -> bool:
        """Overwrite traces that an earlier deletion left; return whether there were any."""
        return self._data.scrub()


def _named(user: str) -> str:
    if not user.strip():
        raise UsageError("name a person, such as discord:123 or the name of a profile")
    return user.strip()


def _counts(rows: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(kind=kind, rows=count) for kind, count in rows.items() if count)
