"""kill -9 in the middle of deliveries to Discord: nothing is lost, nothing comes twice.

``./run bench delivery [--kills N] [--window inside|beyond|both] [--seed N] [--json]`` starts the
bot's side of a delivery as a process of its own, with the real gateway connection, REST client,
deliverer, dispatcher and database file, against a stand-in for Discord on loopback; kills it;
starts the next one on what the last one left; and at the end lets one finish and counts the
messages that arrived.

A quarter of the kills each strikes while a message is on its way to Discord and gets lost, while
it is on its way and arrives later, after it has arrived and before the answer is back, and at any
moment. After a kill either half a minute passes, within which Discord still remembers a nonce, or
ten, after which it does not. Digests go to channels and to direct messages; every third one has
several parts, which go to a thread.

A run proves nothing if the process is killed while it idles, so it fails when fewer than
two thirds of the kills met a message on its way, as it does when anything is lost or doubled.
``--window`` lets always the same time pass after a kill.

``./run bench delivery --failpoints [--each N]`` lets a process kill itself at each of its named
points instead: before and after every commit and every request to Discord
(``benchmarks/_failpoints.py``). Parts that the stand-in was told to refuse, or that waited for a
day, are counted as refused. It fails when a point was not reached as well.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from benchmarks._delivery_campaign import (
    BEYOND,
    GAPS,
    INSIDE,
    MOMENTS,
    Campaign,
    Figures,
    campaigning,
)
from benchmarks._failpoint_campaign import FailpointFigures, strike_all
from benchmarks._failpoints import POINTS

WINDOWS = {"both": GAPS, "inside": (INSIDE,), "beyond": (BEYOND,)}


def run(kills: int, seed: int, gaps: tuple[timedelta, ...] = GAPS) -> tuple[Figures, list[str]]:
    """Kill so many processes; return the figures, and what was wrong with any request."""

    def act(campaign: Campaign) -> Figures:
        for n in range(kills):
            campaign.kill_one(MOMENTS[n % len(MOMENTS)])
        campaign.finish()
        return campaign.figures(kills)

    return campaigning(act, seed=seed, processes=kills, gaps=gaps)


def run_failpoints(
    each: int, seed: int, points: Sequence[str] = POINTS
) -> tuple[FailpointFigures, list[str]]:
    """Kill so often at each failpoint; return the figures, and what was wrong with any request."""
    processes = 4 * each * len(points)
    return campaigning(lambda one: strike_all(one, each, points), seed=seed, processes=processes)


def main() -> int:
    """Run it, print, and fail if it does not prove what it is to prove."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=420)
    parser.add_argument("--window", choices=sorted(WINDOWS), default="both")
    parser.add_argument("--failpoints", action="store_true", help="kill at each named point")
    parser.add_argument("--each", type=int, default=20, help="kills at each failpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    begun = time.perf_counter()
    figures: Figures | FailpointFigures
    if options.failpoints:
        figures, problems = run_failpoints(options.each, options.seed)
    else:
        figures, problems = run(options.kills, options.seed, WINDOWS[options.window])
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
