"""Looks at sources that are under way, so that one that ends the process is known afterwards.

An answer may take what the machine cannot give, in a way that no limit of ours foresees: the system
then ends the process, it is started anew, the source is still due, and so for ever. So each look is
written down before it begins and crossed out when it has ended, however it ended. What stands there
when a process starts was under way when another died. Such a source waits like one that failed,
twice as long with each death, and is then read after all others and alone, so that the next death
names the right one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from threading import Event
from typing import Any

from core.errors import StorageError
from core.items import Item
from core.ports.clock import Clock
from core.ports.sources import Fetcher
from core.ports.storage import KeyValueStore, Store
from core.sources import Batch, FetchReport, SourceStatus

FIRST_PAUSE = timedelta(minutes=15)
"""How long a source waits that was under way when the process died, the first time."""

LONGEST_PAUSE = timedelta(days=1)

DIED = "the program was ended while it read this source, perhaps by it"
"""What is said of such a source."""


def is_running(process: int) -> bool:
    """Return whether there is a process of that number."""
    if os.name != "posix":  # elsewhere signal 0 is no question
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Remembers the looks of this process, and finds those that another left behind.

    Attributes:
        sources: names of all sources, as they are when this process starts.
        notes: where they are written down.
        store: takes the reports.
        clock: tells the time.
        running: tells whether there is a process of a number.
        run: name of this process among all, since numbers come again.
        suspects: names of sources that were under way at a death, for each how many.
    """

    sources: Callable[[], Iterable[str]]
    notes: KeyValueStore
    store: Store
    clock: Clock
    running: Callable[[int], bool] = is_running
    run: str = field(default_factory=lambda: token_hex(8))
    suspects: dict[str, int] = field(default_factory=dict)
    _settled: Event = field(default_factory=Event)

    def settle(self) -> None:
        """Report the looks that a process left behind when it died; the first call does it.

        Raises:
            StorageError: if the archive cannot be read or written.
        """
        if self._settled.is_set():
            return
        now = self.clock()
        for source in self.sources():
            note = self._read(source)
            deaths = int(note.get("deaths", 0)) + self._died(note)
            if not deaths:
                continue
            self.suspects[source] = deaths
            if self._died(note):
                pause = min(FIRST_PAUSE * 2 ** min(deaths - 1, 10), LONGEST_PAUSE)
                self.store.record_fetch(
                    FetchReport(
                        source=source,
                        status=SourceStatus.FAILED,
                        error=f"{source}: {DIED}",
                        retry_at=now + pause,
                    ),
                    now=now,
                )
                self._write(source, {"deaths": deaths})
        self._settled.set()

    def watched(self, fetchers: Sequence[Fetcher]) -> list[Fetcher]:
        """Return the same fetchers, whose looks are written down."""
        return [_Watched(fetcher, self) for fetcher in fetchers]

    def begin(self, source: str) -> None:
        """Write down that a look begins, if the archive can be written."""
        deaths = self.suspects.get(source, 0)
        with suppress(StorageError):
            self._write(source, {"process": os.getpid(), "run": self.run, "deaths": deaths})

    def end(self, source: str) -> None:
        """Cross it out: whatever it brought, the process has outlived it."""
        self.suspects.pop(source, None)
        with suppress(StorageError):
            self._write(source, {})

    def _died(self, note: dict[str, Any]) -> bool:
        process = note.get("process")
        if not isinstance(process, int) or note.get("run") == self.run:
            return False
        # In a container the process of the next start has the number of the one that died.
        return process == os.getpid() or not self.running(process)

    def _read(self, source: str) -> dict[str, Any]:
        text = self.notes.get(_key(source))
        note = json.loads(text) if text else {}
        return note if isinstance(note, dict) else {}

    def _write(self, source: str, note: dict[str, Any]) -> None:
        self.notes.put(_key(source), json.dumps(note) if note else "")


def _key(source: str) -> str:
    return f"look:{source}"


class _Watched:
    """A fetcher whose looks are written down from the first request to the last item."""

    def __init__(self, fetcher: Fetcher, looks: Looks) -> None:
        self._fetcher = fetcher
        self._looks = looks
        self.source = fetcher.source
        self.windowed = fetcher.windowed

    def fetch(self, since: datetime) -> Batch:
        batch = self._fetcher.fetch(since)
        batch.items = self._watched(batch.items)
        return batch

    def _watched(self, items: Iterable[Item]) -> Iterator[Item]:
        self._looks.begin(self.source)
        try:
            yield from items
        finally:
            self._looks.end(self.source)
