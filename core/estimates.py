"""How good shown picks were, with honest intervals; pure."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

Z = 1.959963984540054
"""The normal distribution's 97.5 % quantile: intervals hold in 95 of 100 cases."""

TIE = 1e-7
"""Numbers of hits whose logarithmic chances differ by less are equally likely: sums of logarithms
are that exact (R's ``binom.test`` has the same tolerance)."""

RESAMPLES = 1_000
"""Bootstrap samples; the ends of an interval then move by about a hundredth of its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its 95 % interval, and the number of observations behind it."""

    value: float
    low: float
    high: float
    n: int


def share(successes: int, n: int) -> Estimate | None:
    """Return a share with Wilson's score interval (1927), or None without observations.

    It holds its promise for few observations and for shares near 0 and 1, where the usual
    plus-minus interval is too short.
    """
    if not n:
        return None
    value = successes / n
    scale = 1 + Z**2 / n
    middle = (value + Z**2 / (2 * n)) / scale
    half = Z / scale * math.sqrt(value * (1 - value) / n + Z**2 / (4 * n**2))
    return Estimate(value=value, low=max(0.0, middle - half), high=min(1.0, middle + half), n=n)


def binomial_test(hits: int, n: int, probability: float) -> float:
    """Return the chance of what is no likelier than so many hits (exact, two-sided).

    Args:
        hits: how often something happened.
        n: how often it could have.
        probability: its chance each time, if nothing but chance was at work.
    """
    if probability in (0.0, 1.0):
        return float(hits == n * probability)
    yes, no = math.log(probability), math.log1p(-probability)
    ways = [-math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(n + 1)]
    chances = [way + k * yes + (n - k) * no for k, way in enumerate(ways)]
    seen, all_ways = chances[hits] + TIE, math.lgamma(n + 1)
    return min(1.0, math.fsum(math.exp(one + all_ways) for one in chances if one <= seen))


def discoveries(chances: Mapping[Name, float], rate: float) -> set[Name]:
    """Return which of many tests found something, so that few of these are chance.

    Of those that are returned a share of ``rate`` is chance at the most, in the long run, however
    many were tested (the false discovery rate, Benjamini and Hochberg 1995).

    Args:
        chances: the p-value of each test.
        rate: share of false ones among the findings, 0 to 1.
    """
    order = sorted(chances, key=lambda name: chances[name])
    passed = [n for n, name in enumerate(order, 1) if chances[name] <= rate * n / len(order)]
    return set(order[: max(passed, default=0)])


def mean(values: Sequence[float]) -> Estimate | None:
    """Return a mean with its percentile bootstrap interval (Efron 1979), or None without values.

    The resamples are drawn by a fixed seed: the same values give the same interval.
    """
    if not values:
        return None
    n = len(values)
    means = sorted(
        math.fsum(values[number] for number in _resample(sample, n)) / n
        for sample in range(RESAMPLES)
    )
    low, high = means[round(0.025 * RESAMPLES)], means[round(0.975 * RESAMPLES) - 1]
    return Estimate(value=math.fsum(values) / n, low=low, high=high, n=n)


def ndcg(liked: Sequence[bool], count: int | None = None) -> float | None:
    """Return the discounted gain of an order over that of the best one; None if nothing was liked.

    An item at place p gains 1 / log2(p + 1) if it was liked (Järvelin and Kekäläinen 2002). What
    was not judged gains nothing, as what was disliked.

    Args:
        liked: whether the item at each place was liked, from the top.
        count: number of liked items where some stand below these places.
    """
    gains = [1 / math.log2(place + 1) for place in range(1, len(liked) + 1)]
    best = math.fsum(gains[: sum(liked) if count is None else count])
    got = math.fsum(gain for gain, hit in zip(gains, liked, strict=True) if hit)
    return got / best if best else None


def _resample(sample: int, n: int) -> Sequence[int]:
    """Return n numbers below n, the same ones for the same sample."""
    # Hashing makes random bits without the random module's global state or its version's whims.
    count = -(-4 * n // 64)
    bits = b"".join(blake2b(f"{sample}/{turn}".encode()).digest() for turn in range(count))
    return [int.from_bytes(bits[4 * i : 4 * i + 4], "big") * n >> 32 for i in range(n)]
