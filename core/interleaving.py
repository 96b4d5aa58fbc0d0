"""Which of two rankers somebody is served better by: team drafts and a sequential test; pure.

::

    both orders → team draft → one digest → verdicts credit the team → one outcome a digest
                                              outcomes → sequential test → full, simple, undecided
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from core.impressions import LoggedDigest, RankerName
from core.people import LIKES, Verdict

ERROR = 0.05
"""How often each of the two decisions may be wrong at the most."""

EVEN, BETTER = 0.5, 0.7
"""Share of decided digests that the full ranker wins if it is no better, and if it clearly is."""

LIMIT = math.log(1 / ERROR)
"""Evidence at which the test ends: the likelihood of one hypothesis is 20 times the other's.

By Ville's inequality (1939) the wrong one gets there in 5 % of all cases at the most, however
often one looks on the way (Wald's sequential probability ratio test, 1945)."""

_WIN, _LOSS = math.log(BETTER / EVEN), math.log((1 - BETTER) / (1 - EVEN))

LEAST_WINS, LEAST_LOSSES = math.ceil(LIMIT / _WIN), math.ceil(LIMIT / -_LOSS)
"""Decided digests in a row that it takes at least: 9 wins, or 6 losses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What comparing digests say.

    Attributes:
        used: the ranker that this person gets.
        decided: whether that rests on a test that ended; else the full one is used, since it is
            better on public data.
        wins: decided digests that the full ranker won, of all.
        losses: those that it lost.
        even: comparing digests without a winner, mostly those of which nothing was said.
        ratio: evidence of the test that is running, for the full ranker if positive; it ends at
            ``LIMIT`` on either side.
    """

    used: RankerName
    decided: bool
    wins: int
    losses: int
    even: int
    ratio: float


def team_draft(
    first: Sequence[str], second: Sequence[str], coin: Callable[[int], bool]
) -> list[tuple[str, bool]]:
    """Interleave two orders as two captains pick teams (Radlinski, Kurup and Joachims 2008).

    In each round a coin says who picks first; each picks the best of its order that is left. It
    ends when one of them has nothing left, so both teams are of one size but for one pick.

    Args:
        first: one order, best first, without repetition.
        second: the other.
        coin: whether ``first`` picks first in the round of this number.

    Returns:
        What was picked, in order, each with whether it is of the team of ``first``.
    """
    drafted: dict[str, bool] = {}
    turn = 0
    while True:
        starts = coin(turn)
        for of_first in (starts, not starts):
            order = first if of_first else second
            pick = next((one for one in order if one not in drafted), None)
            if pick is None:
                return list(drafted.items())
            drafted[pick] = of_first
        turn += 1


def coin_of(digest: str) -> Callable[[int], bool]:
    """Return the coin of a digest: fair, and the same when it is made again."""
    return lambda turn: bool(blake2b(f"coin {turn} {digest}".encode()).digest()[0] & 1)


def outcome(logged: LoggedDigest) -> int:
    """Return 1 if the full ranker's team won a digest, -1 if the simple one's did, 0 if neither.

    A team gains one by each pick that was saved or of which more was wanted, and loses one by each
    of which less was wanted. What is known already says nothing of a ranker.
    """
    credit = {RankerName.FULL: 0, RankerName.SIMPLE: 0, RankerName.BOTH: 0}
    for pick in logged.picks:
        if pick.verdict in LIKES:
            credit[pick.placement.ranker] += 1
        elif pick.verdict is Verdict.LESS:
            credit[pick.placement.ranker] -= 1
    difference = credit[RankerName.FULL] - credit[RankerName.SIMPLE]
    return (difference > 0) - (difference < 0)


def judge(outcomes: Iterable[int]) -> Evidence:
    """Test, one digest after the other, whether the full ranker wins.

    A test that ends settles which ranker is used, and the next one begins with the digest after,
    so that it can be settled the other way.

    Args:
        outcomes: of comparing digests, oldest first.
    """
    used, decided, ratio = RankerName.FULL, False, 0.0
    counts = {1: 0, -1: 0, 0: 0}
    for one in outcomes:
        counts[one] += 1
        ratio += {1: _WIN, -1: _LOSS, 0: 0.0}[one]
        if abs(ratio) >= LIMIT:
            used = RankerName.FULL if ratio > 0 else RankerName.SIMPLE
            decided, ratio = True, 0.0
    return Evidence(
        used=used,
        decided=decided,
        wins=counts[1],
        losses=counts[-1],
        even=counts[0],
        ratio=ratio,
    )
