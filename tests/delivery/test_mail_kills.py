"""kill -9 in the middle of sending mails: nothing is lost, nothing doubled, every doubt told."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from core.mail import Address, AddressState
from delivery.mailer import mail_policy
from storage.opening import Storage
from tests.delivery.http_receiver import ShiftedClock
from tests.delivery.mail_worker import a_deliverer, work
from tests.fakes import NOON
from tests.stand_ins.smtp import SmtpServer
from tests.subscriptions import a_digest, a_run, a_subscription

PATIENCE = 30.0
MAILS, KILLS = 24, 6

# Forked from a process that has imported everything, a sender starts in some 20 ms.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.delivery.mail_worker", "storage.opening"])


def opens(storage: Storage, clock: ShiftedClock, count: int) -> None:
    """Put mails to so many people into the outbox."""
    deliverer = a_deliverer(storage, 0, clock)
    for n in range(count):
        name = f"p{n:02}"
        order = a_subscription(name, target=f"email:{name}@example.org", owner=f"email:{name}")
        storage.subscriptions.save_subscription(order)
        address = Address(
            id=name,
            owner=order.owner,
            address=f"{name}@example.org",
            subscription=name,
            state=AddressState.CONFIRMED,
            created_at=NOON,
            changed_at=NOON,
        )
        storage.addresses.save_address(address)
        digest = a_digest(name, "2026-W47")
        parts = deliverer.parts(digest, order, "2026-W47")
        assert storage.outbox.open_run(order, a_run("2026-W47"), digest, parts, now=clock())


def starts(url: str, server: SmtpServer, clock: ShiftedClock) -> BaseProcess:
    args = (url, server.port, clock.offset)
    sender = PROCESSES.Process(target=work, args=args, daemon=True)
    sender.start()
    return sender


@pytest.mark.parametrize("taken", [True, False], ids=["after the final dot", "before DATA"])
def test_kill_9_leaves_one_mail_in_doubt_and_loses_and_doubles_none(
    storage: Storage, tmp_path: Path, *, taken: bool
) -> None:
    clock, url = ShiftedClock(), f"sqlite:///{tmp_path / 'tidings.db'}"
    opens(storage, clock, MAILS)
    current: list[BaseProcess] = []
    known, done = threading.Event(), threading.Event()
    doubtful: list[str] = []

    def kills(address: str) -> None:
        """Kill the sender at its third mail, in the server's thread, before it is answered."""
        if len(doubtful) < KILLS and not done.is_set() and seen["now"] == 2:
            assert known.wait(PATIENCE)
            current[-1].kill()
            current[-1].join(PATIENCE)
            doubtful.append(address)
            done.set()
        seen["now"] += 1

    seen = Counter({"now": 0})
    with SmtpServer() as server:
        if taken:
            server.on_take = lambda mail: kills(mail.recipient)
        else:
            server.rule = kills
        for _ in range(KILLS):
            seen["now"] = 0
            known.clear()
            done.clear()
            current.append(starts(url, server, clock))
            known.set()
            assert done.wait(PATIENCE)
            clock.offset += mail_policy(resend_doubtful=False).lease
        last = starts(url, server, clock)
        last.join(PATIENCE)
        assert last.exitcode == 0
        arrived = Counter(server.recipients)
    states: dict[str, set[str]] = {}
    for one in storage.outbox.deliveries(limit=MAILS):
        states.setdefault(one.state.value, set()).add(one.part.target.partition(":")[2])
    assert len(set(doubtful)) == KILLS
    assert states["in doubt"] == set(doubtful)
    assert len(states["sent"]) == MAILS - KILLS
    assert set(arrived.values()) == {1}
    assert set(arrived) == states["sent"] | (set(doubtful) if taken else set())
