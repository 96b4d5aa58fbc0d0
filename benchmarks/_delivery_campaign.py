"""The processes that are killed while they deliver, and what is counted in the end."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

from benchmarks._delivery_process import Surroundings, deliver, finish, open_numbered
from core.deliveries import DeliveryState, Subscription
from storage import open_storage
from storage.opening import Storage
from tests.delivery.http_receiver import ShiftedClock
from tests.stand_ins.discord import (
    FOREVER,
    POST_MESSAGE,
    Call,
    DiscordStandIn,
    Fault,
    Gate,
    Settings,
)
from tests.subscriptions import a_subscription

T = TypeVar("T")

PATIENCE = 60.0
WAITING = 8
"""Parts in the outbox that were never tried when a process starts."""

CHANNELS, PEOPLE = 12, 4
INSIDE, BEYOND = timedelta(seconds=31), timedelta(minutes=10)
"""What passes after a kill: a lease and a bit; twice as long as the stand-in knows a nonce."""

GAPS = (INSIDE, BEYOND)

# Forked from a process that has imported everything, one starts in some 20 ms.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["benchmarks._delivery_process", "storage.opening"])

LEAST_SHARE = 2 / 3
MOMENTS = ("lost", "before", "after", "any")
UNSETTLED = [DeliveryState.PENDING, DeliveryState.SENDING]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of it; ``sent`` counts messages that had to arrive."""

    kills: int
    sent: int
    lost: int
    doubled: int
    in_doubt: int
    in_flight_at_kill: int

    @property
    def fine(self) -> bool:
        """Whether it proves what it is to prove."""
        enough = self.in_flight_at_kill >= LEAST_SHARE * self.kills
        return enough and not (self.lost or self.doubled or self.in_doubt)


@dataclass
class Campaign:
    """The stand-in, the outbox, and processes that come and are killed."""

    server: DiscordStandIn
    storage: Storage
    url: str
    chance: random.Random
    clock: ShiftedClock
    gaps: tuple[timedelta, ...] = GAPS
    orders: dict[str, Subscription] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    runs: int = 0
    in_flight: int = 0

    def settle_in(self) -> None:
        """Make the places where digests go, and a subscription to each."""
        guild = self.server.add_guild()
        people = [self.server.add_user(f"member{n}") for n in range(PEOPLE)]
        self.server.join(guild, *people)
        channels = [self.server.add_channel(guild, f"digests-{n}") for n in range(CHANNELS)]
        targets = [f"discord:channel:{channel.id}" for channel in channels]
        targets += [f"discord:dm:{person.id}" for person in people]
        for n, target in enumerate(targets):
            order = a_subscription(f"order{n:02}", target=target)
            self.storage.subscriptions.save_subscription(order)
            self.orders[order.id] = order

    def is_channel(self, number: int) -> bool:
        """Whether the run of this number goes to a channel."""
        return number % len(self.orders) < CHANNELS

    def is_person(self, number: int) -> bool:
        """Whether the run of this number goes to a person."""
        return not self.is_channel(number)

    def open_runs(self) -> None:
        """See that enough waits for the next process."""
        pending = self.storage.outbox.deliveries(states=[DeliveryState.PENDING], limit=10_000)
        # Those that were tried may turn out to have arrived, and bring no message then.
        waiting = sum(one.first_attempt is None for one in pending)
        while waiting < WAITING:
            waiting += len(self.open_run())

    def open_run(self, *, items: int = 0) -> list[str]:
        """Open the next run, unless somebody has; return the keys of its parts."""
        keys = open_numbered(self.storage, self.clock, self.runs, items=items)
        self.keys += keys
        self.runs += 1
        return keys

    def kill_one(self, moment: str) -> None:
        """Start a process and kill it at that moment; then let time pass."""
        self.open_runs()
        if moment == "any":
            process = self._start_slowly()
            time.sleep(self.chance.uniform(0.0, 0.5))
        else:
            gate = self._gate(moment, number=self.chance.randint(1, 5))
            process = self.start(deliver)
            gate.reached.wait(PATIENCE)
        self.in_flight += bool(self.server.in_flight(POST_MESSAGE))
        process.kill()
        process.join(PATIENCE)
        if moment != "any":
            gate.open()
        self.settle()
        self.passes(self.chance.choice(self.gaps))

    def settle(self) -> None:
        """Take back all faults, and wait until every request of a dead process has ended."""
        self.server.heal()
        # A request that is still on its way must not skip the time that passes now: it would
        # reach a Discord that has forgotten its nonce, ten minutes after it was sent.
        in_flight = self.server.platform.in_flight
        self.server.expect(
            "the end of all requests", lambda: all(call.route != POST_MESSAGE for call in in_flight)
        ).wait(PATIENCE)

    def _start_slowly(self) -> BaseProcess:
        """Start a process before a slow Discord; return when its first message is on its way."""
        for after in (False, True):
            fault = Fault(delay=self.chance.uniform(0.0, 0.1), after=after)
            self.server.plan(POST_MESSAGE, fault, times=FOREVER)
        self.server.forget_calls()
        calls = self.server.platform.calls
        on_its_way = self.server.expect(
            "a message", lambda: any(call.route == POST_MESSAGE for call in calls)
        )
        process = self.start(deliver)
        on_its_way.wait(PATIENCE)
        return process

    def _gate(self, moment: str, number: int) -> Gate:
        """Hold the so-many-th message from now on; cut its connection then if it gets lost."""
        gate = self.server.hold(POST_MESSAGE, after=moment == "after", when=_is_number(number))
        if moment == "lost":
            self.server.plan(POST_MESSAGE, Fault(cut=True), when=_is_number(number))
        return gate

    def finish(self) -> None:
        """Let processes bring everything to an end, as much later as it takes."""
        for _ in range(20):
            process = self.start(finish)
            process.join(PATIENCE)
            if process.exitcode:
                raise AssertionError(f"the last process ended with {process.exitcode}")
            if not self.storage.outbox.deliveries(states=UNSETTLED):
                return
            self.passes(timedelta(minutes=20))
        raise AssertionError("the outbox is not empty after 20 rounds")

    def start(self, role: Callable[..., None], *more: object) -> BaseProcess:
        """Start a process in its role."""
        server = self.server
        around = Surroundings(
            url=self.url,
            api_url=server.api_url,
            gateway_url=server.gateway_url,
            token=server.token,
            offset=self.clock.offset,
        )
        process = PROCESSES.Process(target=role, args=(around, *more), daemon=True)
        process.start()
        return process

    def passes(self, duration: timedelta) -> None:
        """Let time pass, for Discord and for the processes to come."""
        self.clock.offset += duration

    def figures(self, kills: int) -> Figures:
        """Count what arrived."""
        arrived = Counter(message.nonce for message in self.server.all_messages(by=self.server.bot))
        in_doubt = self.storage.outbox.deliveries(states=[DeliveryState.IN_DOUBT], limit=10_000)
        doubtful = {one.part.key for one in in_doubt}
        return Figures(
            kills=kills,
            sent=len(self.keys),
            lost=sum(key not in arrived and key not in doubtful for key in self.keys),
            doubled=sum(count - 1 for count in arrived.values()),
            in_doubt=len(doubtful),
            in_flight_at_kill=self.in_flight,
        )


def _is_number(number: int) -> Callable[[Call], bool]:
    count = 0

    def is_it(_: Call) -> bool:
        nonlocal count
        count += 1
        return count == number

    return is_it


def campaigning(
    act: Callable[[Campaign], T], *, seed: int, processes: int, gaps: tuple[timedelta, ...] = GAPS
) -> tuple[T, list[str]]:
    """Let a campaign run; return what came of it, and what was wrong with any request."""
    chance = random.Random(seed)  # noqa: S311 -- draws cases, keeps no secret
    clock = ShiftedClock()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'tidings.db'}"
        settings = Settings(identify_limit=10 * processes + 100, validate_every=10)
        with open_storage(url) as storage, DiscordStandIn(settings, clock) as server:
            campaign = Campaign(server, storage, url, chance, clock, gaps)
            campaign.settle_in()
            result = act(campaign)
            problems = [*server.violations, *server.own_violations]
            return result, [str(problem) for problem in problems]
