"""Kill a delivery at each of its named failpoints, and count what became of the messages."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks._delivery_campaign import BEYOND, INSIDE, PATIENCE, UNSETTLED, Campaign
from benchmarks._delivery_process import deliver_until
from benchmarks._failpoints import CHANNEL, HISTORY, OPEN_DM, POINTS, THREAD
from core.deliveries import DeliveryState
from tests.stand_ins.discord import POST_MESSAGE, Fault

_INVALID_FORM, _NO_DIRECT_MESSAGES = 50035, 50007
"""Discord's error codes: one for this message alone, one that ends a subscription."""

_LAST = ("expire", "forget")
"""Their points come last: a day and two weeks pass for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailpointFigures:
    """What came of it; ``sent`` counts messages that had to arrive."""

    points: int
    kills: int
    not_reached: int
    sent: int
    lost: int
    doubled: int
    in_doubt: int
    refused: int

    @property
    def fine(self) -> bool:
        """Whether every kill struck, and nothing came of it."""
        return not (self.not_reached or self.lost or self.doubled or self.in_doubt)


@dataclass
class FailpointCampaign:
    """Makes for each point what leads to it, and kills there."""

    campaign: Campaign
    kills: int = 0
    missed: Counter[str] = field(default_factory=Counter)
    may_end: set[str] = field(default_factory=set)
    """Keys of parts that were waiting while a refusal was planned, or time ran out on them."""

    def strike(self, point: str) -> None:
        """Lead a process to a point, where it kills itself; then let time pass."""
        campaign, what = self.campaign, point.removeprefix("before ").removeprefix("after ")
        prepare = self._preparations().get(what, campaign.open_runs)
        prepare()
        opens = campaign.runs if what.endswith("open_run") else -1
        self.kills += 1
        self.missed[point] += not self._dies_at(point, opens)
        if opens >= 0:
            campaign.open_run()
        for order in campaign.storage.subscriptions.subscriptions():
            if order.off:  # as planned; the next digests need it
                campaign.storage.subscriptions.save_subscription(campaign.orders[order.id])
        campaign.passes(campaign.chance.choice([INSIDE, BEYOND]))

    def _dies_at(self, point: str, number: int = -1) -> bool:
        process = self.campaign.start(deliver_until, point, number)
        process.join(PATIENCE)
        died = process.exitcode == -signal.SIGKILL
        if process.is_alive():
            process.kill()
            process.join(PATIENCE)
        self.campaign.settle()
        return died

    def _preparations(self) -> dict[str, Callable[[], None]]:
        """What leads to a point, by the name of its commit or call; else digests that wait."""
        return {
            "the commit of stale": lambda: self._left_behind(INSIDE),
            "the commit of later": lambda: self._waits_for(Fault(cut=True)),
            "the commit of settle": lambda: self._waits_for(Fault(code=_INVALID_FORM)),
            "the commit of turn_off": lambda: self._waits_for(Fault(code=_NO_DIRECT_MESSAGES)),
            "the commit of expire": self._too_late,
            "the commit of forget": self._long_ago,
            OPEN_DM: lambda: self._to(self.campaign.is_person, items=2),
            THREAD: lambda: self._to(self.campaign.is_channel, items=40),
            HISTORY: lambda: self._left_behind(BEYOND),
            CHANNEL: self._left_before_its_thread,
        }

    def _to(self, wanted: Callable[[int], bool], *, items: int) -> None:
        """Let such a digest wait, with nothing before it to the same place."""
        self.campaign.finish()
        while not wanted(self.campaign.runs):
            self.campaign.open_run(items=2)
        self.campaign.open_run(items=items)

    def _left_behind(self, gone: timedelta) -> None:
        """Let there be parts of a process that died with them in its hands."""
        self.campaign.open_runs()
        if not self._dies_at("after the commit of claim"):
            raise AssertionError("nothing was claimed")
        self.campaign.passes(gone)

    def _left_before_its_thread(self) -> None:
        self._to(self.campaign.is_channel, items=40)
        if not self._dies_at(f"before {THREAD}"):
            raise AssertionError("no thread was needed")
        self.campaign.passes(BEYOND)

    def _waits_for(self, fault: Fault) -> None:
        self.campaign.open_runs()
        self.campaign.server.plan(POST_MESSAGE, fault)
        if fault.code:
            self._may_end()

    def _too_late(self) -> None:
        # What the kill before this one left is given up first: twenty days of them later it would
        # be forgotten in the same breath, before anybody could count it as given up.
        self.campaign.finish()
        self.campaign.open_runs()
        self._may_end()
        self.campaign.passes(timedelta(hours=25))

    def _long_ago(self) -> None:
        self.campaign.open_runs()
        self.campaign.finish()
        self.campaign.passes(timedelta(days=15))

    def _may_end(self) -> None:
        waiting = self.campaign.storage.outbox.deliveries(states=UNSETTLED, limit=10_000)
        self.may_end |= {one.part.key for one in waiting}

    def figures(self, dead: set[str], in_doubt: int) -> FailpointFigures:
        """Count what arrived; those of ``dead`` that may have ended had not to arrive."""
        campaign = self.campaign
        arrived = Counter(
            message.nonce for message in campaign.server.all_messages(by=campaign.server.bot)
        )
        refused = dead & self.may_end
        return FailpointFigures(
            points=len(self.missed),
            kills=self.kills,
            not_reached=sum(self.missed.values()),
            sent=len(set(campaign.keys) - refused),
            lost=sum(key not in arrived and key not in refused for key in campaign.keys),
            doubled=sum(count - 1 for count in arrived.values()),
            in_doubt=in_doubt,
            refused=len(refused),
        )


def strike_all(campaign: Campaign, each: int, points: Sequence[str] = POINTS) -> FailpointFigures:
    """Kill so often at each of these points."""
    striking = FailpointCampaign(campaign)
    outbox = campaign.storage.outbox
    dead: set[str] = set()
    for point in sorted(points, key=lambda point: point.endswith(_LAST)):
        for _ in range(each):
            striking.strike(point)
            # Later they are forgotten.
            gone = outbox.deliveries(states=[DeliveryState.DEAD], limit=100_000)
            dead |= {one.part.key for one in gone}
        campaign.finish()  # a part that a hundred processes died with would be given up
    dead |= {one.part.key for one in outbox.deliveries(states=[DeliveryState.DEAD], limit=100_000)}
    doubtful = outbox.deliveries(states=[DeliveryState.IN_DOUBT], limit=100_000)
    for point, missed in striking.missed.items():
        if missed:
            print(f"not reached {missed} times: {point}")
    return striking.figures(dead, len(doubtful))
