"""The estimates of a person's digests in words, as a page and a picture show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.estimates import Estimate
from digests.sources import source_name
from services.measure.stats import PLACES, Stats


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One estimate from 0 (bad) to 1 (good): its name, itself if there is one, and in words."""

    name: str
    estimate: Estimate | None
    words: str


def figures(found: Stats) -> tuple[Figure, ...]:
    """Return the estimates of somebody's digests, the most telling first."""
    return tuple(_figures(found))


def _figures(found: Stats) -> Iterator[Figure]:
    first = found.first
    yield _figure(f"precision of the first {PLACES}", first.precision, "liked or disliked")
    yield _figure("at least, if silence meant no", first.at_least, "not known")
    yield _figure(f"nDCG of the first {PLACES}", found.ndcg, "digests with anything liked")
    for source, counts in found.sources.items():
        yield _figure(source_name(source), counts.precision, "liked or disliked")


def _figure(name: str, found: Estimate | None, of: str) -> Figure:
    words = f"unknown, of 0 {of}"
    if found is not None:
        words = f"{found.value:.2f}, likely {found.low:.2f} to {found.high:.2f}, of {found.n} {of}"
    return Figure(name=name, estimate=found, words=words)
