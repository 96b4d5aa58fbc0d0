"""What is held about a person: to look at, to take along, to delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import UsageError
from core.people import Fact
from core.ports.clock import Clock
from core.ports.storage import PersonalData


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many rows of one kind are held about a person, or went."""

    kind: str
    rows: int


class Privacy:
    """Shows, hands out and deletes what is held about a person.

    A person is named by an owner such as ``discord:123``, or by the name of a profile. Whether
    the asker may speak for that person is the caller's to check. Every method raises
    ``StorageError`` if the archive cannot be read or written.
    """

    def __init__(self, *, data: PersonalData, clock: Clock) -> None:
        self._data = data
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

    def delete(self, user: str) -> tuple[Count, ...]:
        """Delete everything held about a person; return what went.

        Afterwards no byte of it is left in the database's files. Deleting again does no harm, and
        finishes what an earlier failure left to do.

        Raises:
            UsageError: if ``user`` is empty.
            StorageError: what is committed stays deleted even then; the line says if traces are
                left in the file.
        """
        gone = self._data.erase(_named(user), now=self._clock())
        self._data.scrub()
        return _counts(gone)

    def finish(self) -> bool:
        """Overwrite traces that an interrupted deletion left; return whether there were any."""
        return self._data.scrub()


def _named(user: str) -> str:
    if not user.strip():
        raise UsageError("name a person, such as discord:123 or the name of a profile")
    return user.strip()


def _counts(rows: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(kind=kind, rows=count) for kind, count in rows.items() if count)
