"""kill -9 in the middle of deliveries to Discord: nothing is lost, nothing comes twice.

``./run bench delivery [--kills N] [--seed N] [--json]`` starts the bot's side of a delivery as a
process of its own, with the real gateway connection, REST client, deliverer, dispatcher and
database file, against a stand-in for Discord on loopback; kills it; starts the next one on what
the last one left; and at the end lets one finish and counts the messages that arrived.

A quarter of the kills each strikes while a message is on its way to Discord and gets lost, while
it is on its way and arrives later, after it has arrived and before the answer is back, and at any
moment. After a kill either half a minute passes, within which Discord still remembers a nonce, or
ten, after which it does not. Digests go to channels and to direct messages; every third one has
several parts, which go to a thread.

A run proves nothing if the process is killed while it idles, so it fails when fewer than
two thirds of the kills met a message on its way, as it does when anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks._delivery_process import client, deliver, finish
from bot.connection import Connection
from bot.delivery import DiscordDeliverer
from core.deliveries import DeliveryState, Subscription
from core.digests import Digest, RankedItem, Reason, Section
from storage import open_storage
from storage.opening import Storage
from tests.delivery.http_receiver import ShiftedClock
from tests.fakes import an_item
from tests.stand_ins.discord import (
    FOREVER,
    POST_MESSAGE,
    Call,
    DiscordStandIn,
    Fault,
    Gate,
    Settings,
)
from tests.subscriptions import a_digest, a_run, a_subscription

PATIENCE = 60.0
WAITING = 8
"""Parts in the outbox that were never tried when a process starts."""

CHANNELS, PEOPLE = 12, 4
INSIDE, BEYOND = timedelta(seconds=31), timedelta(minutes=10)
"""What passes after a kill: a lease and a bit; twice as long as the stand-in knows a nonce."""

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
    orders: list[Subscription] = field(default_factory=list)
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
            self.orders.append(order)

    def open_runs(self) -> None:
        """See that enough waits for the next process."""
        nobody = Connection(token="", make_client=client)  # laying out needs no connection
        outbox = self.storage.outbox
        deliverer = DiscordDeliverer(connection=nobody, outbox=outbox, clock=self.clock)
        pending = outbox.deliveries(states=[DeliveryState.PENDING], limit=10_000)
        # Those that were tried may turn out to have arrived, and bring no message then.
        waiting = sum(one.first_attempt is None for one in pending)
        while waiting < WAITING:
            order, period = self.orders[self.runs % len(self.orders)], f"run-{self.runs}"
            digest = _digest(order, period, items=40 if self.runs % 3 == 0 else 2)
            parts = deliverer.parts(digest, order, period)
            due, now = a_run(period), self.clock()
            if not outbox.open_run(order, due, digest, parts, now=now):
                raise AssertionError(f"{period} was opened before")
            self.keys += [part.key for part in parts]
            waiting += len(parts)
            self.runs += 1

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
        self.server.heal()
        # A request that is still on its way must not skip the time that passes now: it would
        # reach a Discord that has forgotten its nonce, ten minutes after it was sent.
        in_flight = self.server.platform.in_flight
        self.server.expect(
            "the end of all requests", lambda: all(call.route != POST_MESSAGE for call in in_flight)
        ).wait(PATIENCE)
        self.passes(self.chance.choice([INSIDE, BEYOND]))

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

    def start(self, role: Callable[..., None]) -> BaseProcess:
        """Start a process in its role."""
        server = self.server
        args = (self.url, server.api_url, server.gateway_url, server.token, self.clock.offset)
        process = PROCESSES.Process(target=role, args=args, daemon=True)
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


def _digest(order: Subscription, period: str, *, items: int) -> Digest:
    picks = tuple(
        RankedItem.of(an_item(f"arxiv/{n}"), [Reason(text="matches graphs", weight=1.0)])
        for n in range(items)
    )
    papers = Section(kind="papers", title="Papers", items=picks)
    return a_digest(order.id, period, sections=(papers,))


def run(kills: int, seed: int) -> tuple[Figures, list[str]]:
    """Kill so many processes; return the figures, and what was wrong with any request."""
    chance = random.Random(seed)  # noqa: S311 -- draws cases, keeps no secret
    clock = ShiftedClock()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'tidings.db'}"
        settings = Settings(identify_limit=10 * kills + 100, validate_every=10)
        with open_storage(url) as storage, DiscordStandIn(settings, clock) as server:
            campaign = Campaign(server, storage, url, chance, clock)
            campaign.settle_in()
            for n in range(kills):
                campaign.kill_one(MOMENTS[n % len(MOMENTS)])
            campaign.finish()
            problems = [*server.violations, *server.own_violations]
            return campaign.figures(kills), [str(problem) for problem in problems]


def main() -> int:
    """Run it, print, and fail if it does not prove what it is to prove."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=420)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    begun = time.perf_counter()
    figures, problems = run(options.kills, options.seed)
    for name, value in asdict(figures).items():
        print(f"{name.replace('_', ' '):>20}  {value:>6,}")
    print(f"{'took':>20}  {time.perf_counter() - begun:>5.0f}s")
    for problem in problems[:10]:
        print(f"a request that Discord would refuse: {problem}", file=sys.stderr)
    if options.json:
        print(json.dumps(asdict(figures)))
    return 0 if figures.fine and not problems else 1


if __name__ == "__main__":
    sys.exit(main())
