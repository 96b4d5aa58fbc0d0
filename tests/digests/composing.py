"""Short ways to compose a digest and to look at what came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from core.digests import Budget, Composition, Delivered, Digest, RankedItem
from core.items import Deadline, Item, ItemKey, ItemKind
from core.works import Work
from digests.compose import compose as compose_digest
from digests.gather import RankedCandidates
from tests.digests.examples import NOW, draft, item, matches, ranked

LONG_AGO = Delivered(digest="profile:ann@2026-11-01", version="1")
DULL = RankedItem.of(item("arxiv/9"), ())


def compose(
    entries: Sequence[RankedItem],
    *,
    into: Digest | None = None,
    budget: Budget | None = None,
    works: Mapping[ItemKey, Work] | None = None,
    delivered: Mapping[ItemKey, Delivered] | None = None,
    deadlines: Sequence[Item] = (),
    joined: Collection[ItemKey] = frozenset(),
    related: Sequence[Item] = (),
    surprise: bool = False,
) -> Composition:
    candidates = RankedCandidates(
        new=entries,
        reminders=reminders(deadlines, entries),
        works=works or {},
        delivered=delivered or {},
        joined=joined,
        related=related,
    )
    return compose_digest(into or draft(), candidates, budget or Budget(), surprise=surprise)


def reminders(items: Sequence[Item], entries: Sequence[RankedItem]) -> list[RankedItem]:
    """Return items as they were ranked, or as weak matches."""
    known = {entry.item.key: entry for entry in reversed(entries)}
    weak = matches("drug discovery", 0.5)
    return [known.get(item.key, ranked(item, weak)) for item in items]


def keys(composition: Composition, kind: str | None = None) -> list[str]:
    """Return what stands in a section, or in the whole digest."""
    sections = composition.digest.sections
    return [str(e.item.key) for s in sections if kind in {None, s.kind} for e in s.items]


def outcome(composition: Composition, key: str) -> str:
    return composition.outcomes[ItemKey.parse(key)].text


def one_work(*members: str) -> dict[ItemKey, Work]:
    parsed = tuple(map(ItemKey.parse, members))
    return dict.fromkeys(parsed, Work(id=members[0], members=parsed))


def contest(key: str, days: float) -> Item:
    """Return a competition that ends in so many days."""
    end = Deadline(label="final submission", at=NOW + timedelta(days=days))
    return item(key, ItemKind.COMPETITION, deadlines=(end,), version=end.at.isoformat())


def paper(key: str, score: float = 1.0, *, version: str = "", summary: str = "") -> RankedItem:
    entry = item(key, version=version, summary=summary)
    return ranked(entry, matches("graph neural networks", score))
