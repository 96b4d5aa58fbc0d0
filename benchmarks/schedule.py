"""Exactly one run for each local period: every time zone, 2020 to 2037, daily and weekly.

``./run bench schedule [--json] [--zones N] [--seed N]`` lets a virtual clock run through the 18
years in each zone that the machine knows and looks at what is due: a minute before each period
falls due, at that moment, a minute and an hour after it, and every ten minutes around each change
of clocks. One wall time for each zone and schedule lies within an hour that a change skips or
repeats, the others are drawn. Then it does so once more with a clock that jumps by an hour and by
a day, forward and back, and with outages of three days.

When periods fall due is worked out a second way, from the stretches of constant offset of each
zone (``tests.core.virtual_time``). The figures count periods that were left out, run twice, run
at another moment than they fell due, and, of the second pass, left out or run twice.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time as timer
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import available_timezones

from core.deliveries import Cadence, Schedule, Subscription
from tests.core.virtual_time import (
    BEGIN,
    DAY,
    END,
    HOUR,
    MINUTE,
    Expected,
    covered,
    expected,
    replay,
    stretches,
)
from tests.subscriptions import a_subscription

CADENCES = (Cadence.DAILY, Cadence.WEEKLY)
JUMPS = (HOUR, DAY, -HOUR, -DAY, 3 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was found over all zones and schedules."""

    zones: int = 0
    periods: int = 0
    looks: int = 0
    left_out: int = 0
    doubled: int = 0
    at_another_moment: int = 0
    wrong_after_jumps: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Return the sums."""
        mine, others = asdict(self), asdict(other)
        return Figures(**{name: mine[name] + others[name] for name in mine})

    @property
    def faults(self) -> int:
        """How much was not as it should be."""
        return self.left_out + self.doubled + self.at_another_moment + self.wrong_after_jumps


def measure(zone: str, seed: int) -> Figures:
    """Run through the years in one zone."""
    chance = random.Random(f"{seed} {zone}")  # noqa: S311 -- draws cases, keeps no secret
    figures = Figures(zones=1)
    for cadence in CADENCES:
        for at in (_awkward_time(zone, chance), _any_time(chance)):
            schedule = Schedule(cadence=cadence, at=at, zone=zone, weekday=chance.randrange(7))
            order = a_subscription(schedule=schedule, created_at=BEGIN)
            figures += _steady(order) + _jumping(order, chance)
    return figures


def _steady(order: Subscription) -> Figures:
    wanted = _wanted(order, END)
    looks = sorted(set(_looks(order.schedule.zone, wanted)))
    runs = replay(order, looks)
    counts = Counter(covered(runs))
    due = {one.period: one.due_at for one in wanted}
    return Figures(
        periods=len(wanted),
        looks=len(looks),
        left_out=len(due.keys() - counts.keys()),
        doubled=sum(count - 1 for count in counts.values()) + len(counts.keys() - due.keys()),
        at_another_moment=sum(now != due.get(run.period) for now, run in runs),
    )


def _jumping(order: Subscription, chance: random.Random) -> Figures:
    looks = [BEGIN]
    while looks[-1] < END:
        step = chance.choice(JUMPS) if chance.random() < 0.05 else chance.random() * 26 * HOUR
        looks.append(looks[-1] + step)
    got = covered(replay(order, looks))
    wanted = [one.period for one in _wanted(order, max(looks))]
    wrong = len(set(got) ^ set(wanted)) + len(got) - len(set(got))
    return Figures(looks=len(looks), wrong_after_jumps=wrong)


def _wanted(order: Subscription, end: datetime) -> list[Expected]:
    periods = expected(order, BEGIN.date() - 2 * DAY, end.date() + 2 * DAY)
    return [one for one in periods if BEGIN <= one.due_at <= end]


def _looks(zone: str, wanted: list[Expected]) -> Iterator[datetime]:
    for one in wanted:
        yield from (one.due_at + n * MINUTE for n in (-1, 0, 1, 60))
    for change, _ in stretches(zone)[1:]:
        yield from (change + n * 10 * MINUTE for n in range(-12, 13) if BEGIN < change < END - DAY)
    yield END


def _awkward_time(zone: str, chance: random.Random) -> time:
    """Return a wall time that a change of clocks skips or repeats, if the zone has one."""
    known = stretches(zone)
    changes = list(pairwise(known))
    if not changes:
        return _any_time(chance)
    (_, before), (change, after) = chance.choice(changes)
    middle: datetime = change + (before + after) / 2
    return middle.time().replace(second=0, microsecond=0)


def _any_time(chance: random.Random) -> time:
    return time(chance.randrange(24), chance.randrange(60))


def main() -> int:
    """Measure, print, and fail if anything is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--zones", type=int, default=0, help="so many, drawn; 0 is all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    zones = sorted(available_timezones())
    if options.zones:
        zones = random.Random(options.seed).sample(zones, options.zones)  # noqa: S311 -- the same
    begun = timer.perf_counter()
    total = Figures()
    with ProcessPoolExecutor() as pool:
        for figures in pool.map(partial(measure, seed=options.seed), zones, chunksize=4):
            total += figures
    lines = {**asdict(total), "faults": total.faults}
    taken = timedelta(seconds=round(timer.perf_counter() - begun))
    for name, value in lines.items():
        print(f"{name.replace('_', ' '):>20}  {value:>12,}")
    print(f"{'took':>20}  {taken!s:>12}")
    if options.json:
        print(json.dumps(lines))
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
