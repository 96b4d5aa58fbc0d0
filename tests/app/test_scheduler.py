from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.scheduler import TICK, Beat, Ticker, beat_of
from app.wiring.application import system_clock
from storage import open_storage
from tests.app.conftest import Tidings
from tests.app.processes import ROOT
from tests.app.virtual_loop import run
from tests.fakes import NOON

MINUTE = timedelta(minutes=1)
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


class Job:
    """Notes when it begins, takes its time, and fails if told so."""

    def __init__(self, takes: float = 0.0, *, fails: bool = False) -> None:
        self.takes, self.fails = takes, fails
        self.begun: list[float] = []
        self.running = self.most = self.done = 0

    async def __call__(self) -> None:
        self.begun.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(self.takes)
        self.running -= 1
        self.done += 1
        if self.fails:
            raise OSError("the disk is full")


def ticking(job: Job, *, during: float, jitter: timedelta = timedelta(0)) -> None:
    async def scenario() -> None:
        ticker = Ticker(system_clock)
        ticker.every(TICK, job, jitter=jitter)
        ticker.start()
        await asyncio.sleep(during)
        await ticker.finish()
        await asyncio.sleep(3600)

    run(scenario())


def test_a_job_runs_at_once_and_then_at_its_pace() -> None:
    job = Job(takes=1)
    ticking(job, during=3599)
    assert job.begun == [n * 30.0 for n in range(120)]


def test_a_job_that_is_still_running_is_not_overlapped_and_missed_ticks_fold_into_one() -> None:
    job = Job(takes=100)
    ticking(job, during=999)
    assert job.begun == [n * 120.0 for n in range(9)]
    assert job.most == 1


def test_a_job_that_fails_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    job = Job(fails=True)
    ticking(job, during=89)
    assert len(job.begun) == 3
    assert "a scheduled job failed" in caplog.text


def test_jitter_makes_a_run_late_and_never_early() -> None:
    job = Job()
    ticking(job, during=36_000, jitter=timedelta(seconds=10))
    pauses = [after - before for before, after in zip(job.begun, job.begun[1:], strict=False)]
    assert all(30 <= pause <= 40 for pause in pauses)
    assert len(set(pauses)) > 100


def test_the_end_waits_for_what_is_under_way_and_begins_nothing() -> None:
    job = Job(takes=20)
    ticking(job, during=10)
    assert (len(job.begun), job.done) == (1, 1)


def test_a_slow_job_holds_up_no_other() -> None:
    slow, quick = Job(takes=10_000), Job()

    async def scenario() -> None:
        ticker = Ticker(system_clock)
        ticker.every(TICK, slow)
        ticker.every(TICK, quick)
        ticker.start()
        await asyncio.sleep(299)
        await ticker.finish()

    run(scenario())
    assert len(quick.begun) == 10


@pytest.mark.parametrize(
    ("age", "beat"),
    [
        (timedelta(0), Beat.ALIVE),
        (MINUTE, Beat.ALIVE),
        (MINUTE + timedelta(seconds=1), Beat.OVERDUE),
        (timedelta(hours=1), Beat.OVERDUE),
        (-timedelta(seconds=5), Beat.ALIVE),
        (-timedelta(minutes=2), Beat.IN_THE_FUTURE),
        (-timedelta(hours=1), Beat.IN_THE_FUTURE),
        (-timedelta(days=9000), Beat.IN_THE_FUTURE),
    ],
)
def test_a_tick_that_lies_in_the_future_is_no_sign_of_life(age: timedelta, beat: Beat) -> None:
    assert beat_of(NOON - age, NOON) is beat


def test_without_any_tick_it_has_never_run() -> None:
    assert beat_of(None, NOON) is Beat.NEVER


def test_health_says_when_the_last_tick_lies_in_the_future(
    tidings: Tidings, tmp_path: Path
) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        storage.store.beat(datetime.now(UTC) + timedelta(hours=1))
    told = tidings("health")
    assert told.code == 1
    assert told.out.startswith("not known, last tick ")
    assert "which lies in the future: the clock was set back" in told.out
    data = tidings("health", "--json").data
    assert (data["alive"], data["in_future"]) == (False, True)


def test_health_believes_the_first_tick_of_the_new_time(tidings: Tidings, tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'archive.db'}") as storage:
        storage.store.beat(datetime.now(UTC) + timedelta(hours=1))
        storage.store.beat(datetime.now(UTC))
    told = tidings("health")
    assert (told.code, told.out.partition(",")[0]) == (0, "alive")


@pytest.mark.skipif(FAKETIME is None, reason="needs Debian's faketime")
@pytest.mark.parametrize("jump", ["-3600s", "-5s", "-30d", "+3600s", "+400d", "-9000d"])
def test_a_clock_that_jumps_stops_no_tick(tmp_path: Path, jump: str) -> None:
    code = """
import asyncio, sys, time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from app import scheduler
from app.scheduler import Ticker

scheduler.WATCH = timedelta(seconds=0.02)

async def job():
    times.append(time.time())
    if len(times) == 2:
        Path(sys.argv[1] + ".new").write_text(sys.argv[2] + "\\n")
        Path(sys.argv[1] + ".new").replace(sys.argv[1])
    if len(times) == 6:
        enough.set()

async def main():
    ticker = Ticker(lambda: datetime.now(UTC))
    ticker.every(timedelta(seconds=0.2), job)
    ticker.start()
    await asyncio.wait_for(enough.wait(), 20)
    await ticker.finish()

times, enough = [], asyncio.Event()
asyncio.run(main())
print(times[-1] - times[0])
"""
    offset = tmp_path / "offset"
    offset.write_text("+0s\n")
    told = {
        "PYTHONPATH": str(ROOT),
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    ran = subprocess.run(  # noqa: S603 -- our own interpreter and code
        [sys.executable, "-c", code, str(offset), jump],
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert (float(ran.stdout) < 0) == jump.startswith("-")
