from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.sources import SourceState, SourceStatus
from services.fetching import Collector
from services.looks import FIRST_PAUSE, LONGEST_PAUSE, Looks, is_running
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, FakeFetcher, an_item
from tests.sources import sources_of

NAMES = ("feed:evil", "feed:good")
DIES = """
import os, signal, sys
from datetime import UTC, datetime
from services.looks import Looks
from storage import open_storage
clock = lambda: datetime(2026, 11, 30, tzinfo=UTC)
storage = open_storage(sys.argv[1])
looks = Looks(
    sources=lambda: ["feed:evil", "feed:good"], notes=storage.key_values,
    store=storage.store, clock=clock,
)
looks.settle()
for source in sys.argv[2:]:
    looks.begin(source)
looks.end("feed:good")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def die(storage: Storage, tmp_path: Path) -> Callable[..., None]:
    """Have a process of its own begin looks and be killed before it ends the one at "evil"."""
    assert storage is not None

    def died(*sources: str) -> None:
        done = subprocess.run(  # noqa: S603  our own text
            [sys.executable, "-c", DIES, f"sqlite:///{tmp_path / 'tidings.db'}", *sources],
            check=False,
            cwd=Path(__file__).parents[2],
            timeout=60,
        )
        assert done.returncode == -9

    return died


def started(
    storage: Storage, clock: FakeClock, running: Callable[[int], bool] = is_running
) -> Looks:
    looks = Looks(
        sources=lambda: NAMES,
        notes=storage.key_values,
        store=storage.store,
        clock=clock,
        running=running,
    )
    looks.settle()
    return looks


def state(storage: Storage, source: str = "feed:evil") -> SourceState | None:
    return storage.store.source_states().get(source)


def test_the_next_start_knows_which_look_the_process_died_of(
    storage: Storage, clock: FakeClock, die: Callable[..., None]
) -> None:
    die("feed:good", "feed:evil")
    looks = started(storage, clock)
    died = state(storage)
    assert died is not None
    assert died.report.status is SourceStatus.FAILED
    assert "was ended while it read this source" in str(died.report.error)
    assert died.next_attempt == NOON + FIRST_PAUSE
    assert state(storage, "feed:good") is None
    assert looks.suspects == {"feed:evil": 1}


def test_it_is_not_due_until_its_pause_is_over(
    storage: Storage, clock: FakeClock, die: Callable[..., None]
) -> None:
    die("feed:evil")
    started(storage, clock)
    sources = sources_of(storage, clock, NAMES)
    fetchers = [FakeFetcher(source=name) for name in NAMES]
    assert [one.source for one in sources.due(fetchers)] == ["feed:good"]
    clock.now = NOON + FIRST_PAUSE
    assert [one.source for one in sources.due(fetchers)] == list(NAMES)


def test_each_death_doubles_the_pause_up_to_a_day(
    storage: Storage, clock: FakeClock, die: Callable[..., None]
) -> None:
    pauses = []
    for _ in range(2):
        die("feed:evil")
        started(storage, clock)
        died = state(storage)
        assert died is not None
        assert died.next_attempt is not None
        pauses.append(died.next_attempt - NOON)
    assert pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE]
    storage.key_values.put("look:feed:evil", '{"process": 1, "run": "x", "deaths": 500}')
    started(storage, clock, running=lambda _process: False)
    died = state(storage)
    assert died is not None
    assert died.next_attempt == NOON + LONGEST_PAUSE


def test_a_look_that_ends_however_it_ends_clears_the_source(
    storage: Storage, clock: FakeClock, die: Callable[..., None]
) -> None:
    die("feed:evil")
    looks = started(storage, clock)
    fetcher = FakeFetcher(source="feed:evil").gives(an_item("feed:evil/1"))
    collector = Collector(store=storage.store, clock=clock)
    collector.collect(looks.watched([fetcher.breaks(RuntimeError("a bug"))]), lambda _: NOON)
    assert looks.suspects == {}
    before = state(storage)
    assert started(storage, clock).suspects == {}
    assert state(storage) == before


def test_the_looks_of_a_process_that_lives_are_its_own(storage: Storage, clock: FakeClock) -> None:
    sleeper = subprocess.Popen(["/bin/sleep", "60"])
    try:
        note = f'{{"process": {sleeper.pid}, "run": "x", "deaths": 0}}'
        storage.key_values.put("look:feed:good", note)
        assert "feed:good" not in started(storage, clock).suspects
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_process_with_the_number_of_the_dead_one_is_another(
    storage: Storage, clock: FakeClock
) -> None:
    started(storage, clock).begin("feed:evil")  # as the first process of a container, number 1
    assert started(storage, clock).suspects == {"feed:evil": 1}


def test_what_stands_in_the_archive_in_its_place_does_no_harm(
    storage: Storage, clock: FakeClock
) -> None:
    for text in ("", "[]", "{}", '{"process": "x"}'):
        storage.key_values.put("look:feed:evil", text)
        assert started(storage, clock).suspects == {}
