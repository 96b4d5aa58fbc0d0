"""Processes that die, stop or compete in the middle of a delivery; a receiver counts."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from core.deliveries import DeliveryState
from delivery.policy import DEFAULT_POLICY
from storage.opening import Storage
from tests.delivery.http_receiver import HttpReceiver, Interruption, Moment
from tests.delivery.worker import work
from tests.subscriptions import a_digest, a_run, a_subscription, some_parts

PATIENCE = 30.0
KILLS = 8
UNTRIED = 6
"""New parts in the outbox when a sender starts, more than any interruption waits for."""

# Forked from a process that has imported everything, a sender starts in some 20 ms.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.delivery.worker", "storage.opening"])


@dataclass
class ProcessEnvironment:
    """An outbox in a file, a receiver, and senders that come and go."""

    storage: Storage
    url: str
    receiver: HttpReceiver
    opened: int = 0
    senders: list[BaseProcess] = field(default_factory=list)

    def opens(self, count: int) -> None:
        """Open runs of two parts, each to a place of its own."""
        for n in range(self.opened, self.opened + count):
            order = a_subscription(f"{n:04}")
            self.storage.subscriptions.save_subscription(order)
            parts, digest = some_parts(order, count=2), a_digest(order.id)
            now = self.receiver.clock()
            self.storage.outbox.open_run(order, a_run(), digest, parts, now=now)
        self.opened += count

    def starts(self, *, for_ever: bool) -> BaseProcess:
        args = (self.url, self.receiver.port, self.receiver.clock.offset)
        sender = PROCESSES.Process(
            target=work, args=args, kwargs={"for_ever": for_ever}, daemon=True
        )
        sender.start()
        self.senders.append(sender)
        return sender

    def sends_until_interrupted(self, number: int, moment: Moment, *, how: int) -> Interruption:
        """Start a sender and let a signal interruption it."""
        started = threading.Event()

        def act() -> None:
            assert started.wait(PATIENCE)  # a request may come before its sender is known here
            sender = self.senders[-1]
            if how == signal.SIGKILL:
                sender.kill()
                sender.join(PATIENCE)
            else:
                with self.nobody_writing():
                    os.kill(sender.pid or 0, how)
                    until_stopped(sender.pid or 0)

        interruption = Interruption(number=number, moment=moment, act=act)
        self.receiver.plans(interruption)
        self.starts(for_ever=how == signal.SIGKILL)
        started.set()
        assert interruption.done.wait(PATIENCE), f"no request number {number} came"
        self.receiver.settles()
        self.receiver.plans(None)
        return interruption

    @contextmanager
    def nobody_writing(self) -> Iterator[None]:
        """Hold SQLite's write lock: who is stopped with it in hand stops everyone else."""
        path = self.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    def drains(self) -> None:
        """Let senders finish everything, as much later as it takes."""
        for _ in range(5):
            self.ends(self.starts(for_ever=False))
            self.passes(timedelta(minutes=20))

    def ends(self, sender: BaseProcess) -> None:
        """Wait until a sender has found nothing more to do."""
        sender.join(PATIENCE)
        assert sender.exitcode == 0

    def passes(self, time: timedelta) -> None:
        self.receiver.clock.offset += time

    def untried(self) -> int:
        """Count what brings a message for sure; what was tried may turn out to have arrived."""
        pending = self.storage.outbox.deliveries(states=[DeliveryState.PENDING], limit=1000)
        return sum(one.first_attempt is None for one in pending)

    def check(self) -> None:
        """Everything that was opened arrived, and everything once."""
        keys = {f"{n:04}:2026-11-22:{part}" for n in range(self.opened) for part in (0, 1)}
        assert {message.key for message in self.receiver.kept.messages} == keys
        assert self.receiver.kept.doubled == []
        states = {one.state for one in self.storage.outbox.deliveries(limit=1000)}
        assert states == {DeliveryState.SENT}


def until_stopped(pid: int) -> None:
    """Wait until no thread of a process runs: on a busy machine each goes on for a while."""
    give_up = time.monotonic() + PATIENCE
    while any(_state(thread) != "T" for thread in Path(f"/proc/{pid}/task").iterdir()):
        assert time.monotonic() < give_up
        os.sched_yield()


def _state(thread: Path) -> str:
    try:
        return (thread / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "T"  # it has ended


@pytest.fixture
def env(storage: Storage, tmp_path: Path) -> Iterator[ProcessEnvironment]:
    with HttpReceiver(window=timedelta(minutes=5)) as receiver:
        made = ProcessEnvironment(storage, f"sqlite:///{tmp_path / 'tidings.db'}", receiver)
        yield made
        for sender in made.senders:
            sender.kill()
            sender.join(PATIENCE)


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(DEFAULT_POLICY.lease + timedelta(seconds=1), id="inside the window"),
        pytest.param(timedelta(minutes=10), id="beyond the window"),
    ],
)
def test_kill_9_in_the_middle_of_requests_loses_and_doubles_nothing(
    env: ProcessEnvironment, gone: timedelta
) -> None:
    chance = random.Random(3)  # noqa: S311 -- draws cases, keeps no secret
    in_flight = []
    for n in range(KILLS):
        env.opens((UNTRIED - env.untried()) // 2 + 1)
        moment = list(Moment)[n % len(Moment)]
        interruption = env.sends_until_interrupted(chance.randint(1, 4), moment, how=signal.SIGKILL)
        in_flight.append(interruption.in_flight)
        env.passes(gone)
    env.drains()
    env.check()
    # The answered quarter may have had no other request on its way.
    assert sum(count > 0 for count in in_flight) >= KILLS * 3 // 4


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")
@pytest.mark.parametrize("moment", list(Moment))
def test_a_sender_that_was_stopped_for_longer_than_its_lease_doubles_nothing(
    env: ProcessEnvironment, moment: Moment
) -> None:
    """It goes on writing what it had begun, while the receiver remembers the other's keys."""
    env.opens(3)
    env.sends_until_interrupted(1, moment, how=signal.SIGSTOP)
    env.passes(timedelta(seconds=90))
    env.ends(env.starts(for_ever=False))
    stopped = env.senders[0]
    os.kill(stopped.pid or 0, signal.SIGCONT)
    env.ends(stopped)
    env.drains()
    env.check()


def test_senders_on_one_database_send_each_part_once(env: ProcessEnvironment) -> None:
    env.opens(30)
    senders = [env.starts(for_ever=False) for _ in range(2)]
    for sender in senders:
        env.ends(sender)
    env.drains()
    env.check()
    assert env.receiver.posts == 60
