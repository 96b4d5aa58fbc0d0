"""What a source gives, how a fetch ended, and what is remembered of it between runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.errors import FetchError
from core.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What lets a server answer "not modified" (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many requests a source still allows, as it says itself.

    Attributes:
        left: requests that are left until it begins anew.
        most: requests that it allows in all.
    """

    left: int
    most: int

    def __str__(self) -> str:
        return f"{self.left} of {self.most} requests left"


@dataclass(slots=True, kw_only=True, eq=False)
class Batch:
    """What one fetch of a source gives.

    Attributes:
        items: to be iterated once; each may ask the source for more.
        failure: what went wrong, if anything did; the items that came before are good.
        note: what was unusual though it worked (a fallback), one line.
        quota: what is left of the source's allowance, if it says so.
        validators: by address, to be kept once all items are stored. Kept earlier, a failure to
            store would turn into "not modified" the next time, and the items would be lost.
        moved_to: the address of the source from now on, if its server says so for good; else "".
        gone: whether its server says that it will not come back (status 410).
        listed: of each list that was read whole, by how the names of its items begin, these names:
            an offer that is on it no more has no price any longer.

    All but ``items`` is complete once the items were iterated to their end.
    """

    items: Iterable[Item] = ()
    failure: FetchError | None = None
    note: str | None = None
    quota: Quota | None = None
    validators: dict[str, Validators] = field(default_factory=dict)
    moved_to: str = ""
    gone: bool = False
    listed: dict[str, frozenset[str]] = field(default_factory=dict)

    def add_note(self, text: str) -> None:
        """Append to the note."""
        self.note = f"{self.note}; {text}" if self.note else text


class SourceStatus(StrEnum):
    """How the last fetch of a source ended; only ``OK`` and ``EMPTY`` count as success."""

    OK = "ok"
    PARTIAL = "partial"
    EMPTY = "empty"
    SUSPICIOUS = "suspicious"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def succeeded(self) -> bool:
        """Whether this status may stamp the source as freshly read."""
        return self in {SourceStatus.OK, SourceStatus.EMPTY}


NEVER_READ = "not read yet"
"""Why a source that is due for the first time has nothing to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """What came of one fetch of one source.

    Attributes:
        source: its name.
        status: how it ended.
        new: items never seen before.
        updated: known items whose content changed.
        fetched: items that the source gave, known ones included.
        error: one line, if it failed or stopped half-way.
        note: one line, if something is worth knowing though it worked (a fallback was used).
        quota: see ``Batch``.
        retry_at: when it may be asked again at the earliest, if the source said so (aware UTC).
        unreached: whether it failed without any answer, as where there is no network.
        moved_to: see ``Batch``; not stored.
        gone: see ``Batch``; not stored.
    """

    source: str
    status: SourceStatus
    new: int = 0
    updated: int = 0
    fetched: int = 0
    error: str | None = None
    note: str | None = None
    quota: Quota | None = None
    retry_at: datetime | None = None
    unreached: bool = False
    moved_to: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is remembered of a source between runs.

    Attributes:
        report: the last report.
        last_attempt: when it was last asked (aware UTC).
        last_success: when it last answered in full, if ever (aware UTC).
        next_attempt: before then it is not asked again, if a time was set (aware UTC).
        usual: median number of items that it gave in its recent runs that answered, if known.
        answers: how many runs that median is of.
    """

    report: FetchReport
    last_attempt: datetime
    last_success: datetime | None = None
    next_attempt: datetime | None = None
    usual: float | None = None
    answers: int = 0
