"""The deadline radar: what is ahead, what moved, what contradicts itself, who is to be reminded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.editions import contradictions, edition_of, one_each
from core.errors import UsageError
from core.items import Deadline, Item, ItemKey, ItemKind
from core.moves import Move
from core.ports.storage import MoveStore, Store
from core.search import Filter
from language.plain import plain_line

_SAME_NEWS = timedelta(days=60)
"""Within this time the same move in another list is the same news."""

_MOVED_LATELY = timedelta(days=14)
"""How long a deadline is shown with the date that it had before."""

STAGES = (("24 hours", timedelta(hours=24)), ("7 days", timedelta(days=7)))
"""When somebody is reminded, the nearest first: only that one is sent when both are due."""

MOVED = "moved"
OFF = "off"
_TOLD = timedelta(days=3)
"""How late somebody is told of a move of what they saved, should the bot have been away."""

MAX_WORDS = 40
"""Characters of the words by which deadlines are filtered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineFilter:
    """Which deadlines are wanted.

    Attributes:
        kinds: of the items; empty for all.
        sources: names of sources; empty for all.
        days: how far ahead they may lie.
        about: words that title, summary, tags or place must hold, each of them.
    """

    kinds: tuple[ItemKind, ...] = ()
    sources: tuple[str, ...] = ()
    days: int = 60
    about: str = ""

    def __post_init__(self) -> None:
        """Check what a person typed.

        Raises:
            UsageError: for a number of days or words beyond what is kept.
        """
        if not 1 <= self.days <= 366:
            raise UsageError("deadlines are shown for 1 to 366 days ahead")
        if len(self.about) > MAX_WORDS:
            raise UsageError(f"write at most {MAX_WORDS} characters to filter deadlines by")

    def admits(self, item: Item) -> bool:
        """Whether an item passes, whenever its deadline is."""
        if self.kinds and item.kind not in self.kinds:
            return False
        if self.sources and item.key.source not in self.sources:
            return False
        text = f"{item.text} {' '.join(item.tags)} {item.facts.get('place', '')}".casefold()
        return all(word in text for word in plain_line(self.about).casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A move worth telling, with the item as it is now."""

    item: Item
    move: Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A deadline ahead.

    Attributes:
        item: whose it is.
        deadline: the next by which somebody has to act.
        notes: what there is to know: where it was before, what its lists disagree on, what is
            unclear.
    """

    item: Item
    deadline: Deadline
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What somebody is to be told of an item that they saved.

    Attributes:
        owner: who.
        item: what they saved.
        deadline: which of its deadlines.
        stage: how near it is, a name of ``STAGES``, or ``MOVED``.
        move: from where to where it moved, for ``MOVED``.
    """

    owner: str
    item: Item
    deadline: Deadline
    stage: str
    move: Move | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Radar:
    """Looks ahead. Every method raises ``StorageError`` if the archive cannot be read or written.

    Attributes:
        store: the archive.
        moves: what was seen to move, and who was reminded.
    """

    store: Store
    moves: MoveStore

    def moved(
        self, *, since: datetime, until: datetime, feeds: frozenset[str] | None = None
    ) -> Sequence[Moved]:
        """Return what moved in ``since <= seen < until``, oldest first, each move once.

        A conference stands in several lists: the first that has a new date tells it.

        Args:
            since: aware UTC.
            until: aware UTC.
            feeds: what the reader may see (``core.search.Filter``); None for all.
        """
        found = self.moves.moves(since=since - _SAME_NEWS, until=until)
        items = {item.key: item for item in self.store.items_of({move.key for move in found})}
        seen = Filter(feeds=feeds)
        first: dict[tuple[str, str, str], ItemKey] = {}
        news = []
        for move in found:
            item = items.get(move.key)
            if item is None or not seen.admits(item.key.source):
                continue
            if edition := edition_of(item):
                teller = first.setdefault((edition, move.subject, move.new), move.key)
                if teller != move.key:
                    continue
            if move.seen_at >= since:
                news.append(Moved(item=item, move=move))
        return news

    def ahead(
        self, wanted: DeadlineFilter, now: datetime, *, feeds: frozenset[str] | None = None
    ) -> Sequence[Ahead]:
        """Return the deadlines ahead that are wanted, soonest first, each edition once.

        Args:
            wanted: which.
            now: aware UTC.
            feeds: what the reader may see; None for all.
        """
        until = now + timedelta(days=wanted.days)
        stored = self.store.with_deadlines(after=now, before=until)
        seen = Filter(feeds=feeds)
        visible = [item for item in stored if seen.admits(item.key.source)]
        disagreed = contradictions(visible, now)
        lately = self.moved(since=now - _MOVED_LATELY, until=now, feeds=feeds)
        moved = {(one.item.key, one.move.what): one.move for one in lately}
        found = []
        with_time = [item for item in visible if _due(item, now, until) and wanted.admits(item)]
        for item in one_each(with_time):
            if due := _due(item, now, until):
                notes = (
                    _was(moved.get((item.key, due.label))),
                    due.note,
                    *disagreed.get(edition_of(item), ()),
                )
                found.append(Ahead(item=item, deadline=due, notes=tuple(filter(None, notes))))
        return sorted(found, key=lambda one: (one.deadline.at, str(one.item.key)))

    def reminders(self, now: datetime) -> Iterator[Reminder]:
        """Yield what is to be told of what people saved; again until ``mark`` confirms it.

        Nothing is told of what somebody dismissed, or wants no more reminders of.
        """
        moves: dict[ItemKey, list[Move]] = {}
        for one in self.moves.moves(since=now - _TOLD, until=now):
            moves.setdefault(one.key, []).append(one)
        for owner, items in self.moves.saved_ahead(now).items():
            told = self.moves.reminded(owner)
            off = {key for key, stage, _ in told if stage == OFF}
            for item in (one for one in items if one.key not in off):
                for reminder in _due_reminders(owner, item, moves.get(item.key, []), now):
                    if (item.key, reminder.stage, reminder.deadline.at) not in told:
                        yield reminder

    def mark(self, reminder: Reminder, now: datetime) -> None:
        """Record that somebody was told."""
        at = reminder.deadline.at
        self.moves.mark_reminded(
            reminder.owner, reminder.item.key, stage=reminder.stage, due=at, now=now
        )

    def dismiss(self, owner: str, key: ItemKey, now: datetime) -> None:
        """Remind somebody of an item no more."""
        self.moves.mark_reminded(owner, key, stage=OFF, due=now, now=now)


def _due_reminders(
    owner: str, item: Item, moves: Sequence[Move], now: datetime
) -> Iterator[Reminder]:
    for move in moves:
        for one in item.deadlines:
            if not move.is_price and one.label == move.what and one.at == move.times[1] > now:
                yield Reminder(owner=owner, item=item, deadline=one, stage=MOVED, move=move)
    for one in item.deadlines:
        if one.asks and one.at > now:
            stage = next((name for name, before in STAGES if one.at - now <= before), "")
            if stage:
                yield Reminder(owner=owner, item=item, deadline=one, stage=stage)


def _due(item: Item, now: datetime, until: datetime) -> Deadline | None:
    due = item.next_deadline(now)
    return due if due is not None and due.at < until else None


def _was(move: Move | None) -> str:
    if move is None or move.is_price:
        return ""
    return f"{move.kind}: it was {move.times[0]:%d %b %Y %H:%M} UTC"
