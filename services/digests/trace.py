"""The way of one item towards one digest, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.digests import Outcome, OutcomeKind, RankedItem
from core.items import Item, ItemKey
from core.people import DISMISSED, Profile, muting_word
from core.withdrawal import is_withdrawn
from services.digests.candidates import CandidateSet, is_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step between a source and a reader, and whether it let an item through."""

    name: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The way of one item towards one digest, and the reasons of its score.

    Attributes:
        item: the item.
        stages: what it came through, up to what stopped it.
        ranked: its score and reasons, also where it was stopped before.
        shown: whether it stands in the digest, by itself or on the card of its work.
    """

    item: Item
    stages: tuple[Stage, ...]
    ranked: RankedItem
    shown: bool

    @property
    def stopped(self) -> Stage | None:
        """The first stage that did not let it through, if any."""
        return next((stage for stage in self.stages if not stage.passed), None)


def before_ranking(item: Item, found: CandidateSet) -> list[Stage]:
    """Return the stages before an item is ranked, up to the one that stops it."""
    stages = [
        Stage(name="stored", passed=True, text=f"{item.key}, fetched from {item.key.source}"),
        _source(item, found),
        _period(item, found),
        _alive(item, found.period.end),
        _feedback(item, found),
        _muted(item, found.request.profile),
        _retrieved(item, found),
    ]
    stopped = next((n for n, stage in enumerate(stages) if not stage.passed), len(stages))
    return stages[: stopped + 1]


def ranking(ranked: Sequence[RankedItem], key: ItemKey) -> Stage:
    """Say where an item stands by its score and in reading order, and why these differ."""
    place, entry = next((n, one) for n, one in enumerate(ranked, 1) if one.item.key == key)
    by_score = 1 + sum(one.score > entry.score for one in ranked)
    text = f"number {place} of {len(ranked)} in reading order, number {by_score} by score"
    return Stage(name="ranked", passed=True, text=f"{text}; {entry.moved}" if entry.moved else text)


def after_ranking(item: Item, outcome: Outcome, found: CandidateSet, *, shown: bool) -> list[Stage]:
    """Return the stages after an item was ranked, up to the one that stops it.

    Args:
        item: the item.
        outcome: what became of it.
        found: what the digest chose from.
        shown: whether the item stands in the digest, by itself or on the card of its work.
    """
    kind = outcome.kind
    if kind is OutcomeKind.DELIVERED:
        return [Stage(name="delivered", passed=False, text=outcome.text)]
    stages = [_delivered(item, found)]
    if outcome.match:
        passed = kind is not OutcomeKind.BELOW_BAR and not outcome.outside
        stages.append(Stage(name="bar", passed=passed, text=outcome.match))
    if outcome.outside:
        stages.append(
            Stage(name="outside", passed=kind is not OutcomeKind.BELOW_BAR, text=outcome.outside)
        )
    if kind is OutcomeKind.SAME_WORK:
        return [*stages, Stage(name="work", passed=shown, text=outcome.text)]
    if kind is not OutcomeKind.BELOW_BAR:
        room = kind is not OutcomeKind.NO_ROOM
        stages.append(Stage(name="budget", passed=room, text=outcome.text))
    return stages


def _delivered(item: Item, found: CandidateSet) -> Stage:
    if item.key in found.updates:
        text = "it has changed since you received it"
    elif item.key in found.joined:
        text = "it belongs to an item that you received, and is new"
    elif found.request.subscription or found.request.got:
        text = "you have not received it before"
    else:
        text = "this digest may repeat earlier items"
    return Stage(name="delivered", passed=True, text=text)


def _source(item: Item, found: CandidateSet) -> Stage:
    sources = found.request.sources
    wanted = f"only {', '.join(sources)}" if sources else "every source"
    passed = found.seen.admits(item.key.source)
    return Stage(name="source", passed=passed, text=f"the digest takes {wanted}")


def _period(item: Item, found: CandidateSet) -> Stage:
    appeared = f"appeared {item.appeared_at:%Y-%m-%d %H:%M} UTC"
    if item.key in found.updates:
        return Stage(name="period", passed=True, text=f"{appeared}, has changed since you got it")
    if any(reminder.key == item.key for reminder in found.reminders):
        return Stage(name="period", passed=True, text=f"{appeared}, has a deadline ahead")
    passed = found.period.start <= item.appeared_at < found.period.end
    place = "within" if passed else "outside"
    text = f"{appeared}, {place} the period from {found.period.start:%Y-%m-%d %H:%M} UTC"
    return Stage(name="period", passed=passed, text=text)


def _alive(item: Item, now: datetime) -> Stage:
    if is_withdrawn(item):
        return Stage(name="alive", passed=False, text="the paper was withdrawn")
    over = is_over(item, now)
    text = "its last deadline has passed" if over else "not over"
    return Stage(name="alive", passed=not over, text=text)


def _feedback(item: Item, found: CandidateSet) -> Stage:
    """Say what the reader said of an item; it comes again only as an update or a reminder."""
    said = found.request.profile.said_of(item.key)
    words = " and ".join(repr(verdict.value) for verdict in said)
    text = f"you rated it {words}" if said else "you have not rated it yet"
    again = item.key in found.updates or any(one.key == item.key for one in found.reminders)
    return Stage(
        name="feedback", passed=not said or (again and DISMISSED.isdisjoint(said)), text=text
    )


def _muted(item: Item, profile: Profile) -> Stage:
    word = muting_word(profile, item)
    text = f"contains the muted word {word!r}" if word else "contains no muted word"
    return Stage(name="muted", passed=word is None, text=text)


def _retrieved(item: Item, found: CandidateSet) -> Stage:
    if found.complete:
        text = f"all {found.considered} items of the period are looked at"
    else:
        text = (
            f"{len(found.candidates)} of {found.considered} items of the period are ranked: what "
            "text search finds for you, and the latest"
        )
    passed = any(entry.key == item.key for entry in (*found.candidates, *found.reminders))
    return Stage(name="retrieved", passed=passed, text=text)
