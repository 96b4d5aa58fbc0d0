"""What moved in an item that was seen again: a deadline, or a price by 5 % or more.

Two versions of an item are compared when it is stored, so each move is noted once. What is no news
to anybody is left out: a date that was written in another zone, one that got its hour, one that
changed after it had passed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.items import Deadline, Item, ItemKey

PRICE_SHARE = 0.05
"""The least share of the old price by which one must change to be told."""

_PRICE = re.compile(
    r"(?P<what>\w*?)_?(?P<unit>mtok|kcount|hour)(?:\.base|\.tier>(?P<start>\d+))?"
    r"(?: if (?P<when>.+))?"
)
_UNITS = {"mtok": "million tokens", "kcount": "thousand", "hour": "hour"}
"""Units of the names of prices, as ``fetchers.offer_lists`` writes them."""

_HOUR_ADDED = timedelta(hours=26)
"""Between the ends of one day in two zones, UTC-12 and UTC+14: no further may a date move by
getting an hour or losing its zone."""

_SLIP_DAYS = (364, 367)
"""Days by which a date moves whose year was wrong."""


class MoveKind(StrEnum):
    """How something moved, in words."""

    EXTENDED = "extended"
    FORWARD = "brought forward"
    CORRECTED = "corrected"
    PRICE = "price"
    CONDITIONAL = "conditional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One deadline or price that is not what it was.

    Attributes:
        key: of the item.
        kind: how it moved; a price that begins to depend on the hour or the date is
            ``CONDITIONAL``, since its old and new amount cannot be compared.
        what: the label of the deadline, or the name of the price.
        old: what it was: an ISO 8601 time in UTC, or an amount.
        new: what it is now, in the same form.
        seen_at: when it was seen (aware UTC).
        subject: what sort of deadline it is, for comparing lists; empty for prices.
    """

    key: ItemKey
    kind: MoveKind
    what: str
    old: str
    new: str
    seen_at: datetime
    subject: str = ""

    @property
    def is_price(self) -> bool:
        """Whether it is about a price."""
        return self.kind in {MoveKind.PRICE, MoveKind.CONDITIONAL}

    @property
    def times(self) -> tuple[datetime, datetime]:
        """The old and the new time of a deadline (aware UTC)."""
        return datetime.fromisoformat(self.old), datetime.fromisoformat(self.new)

    @property
    def amounts(self) -> tuple[float, float]:
        """The old and the new amount of a price."""
        return float(self.old), float(self.new)


def moves_between(old: Item, new: Item, now: datetime) -> list[Move]:
    """Return what moved from one version of an item to the next.

    Args:
        old: as it was stored.
        new: as it is now.
        now: when the new version was seen (aware UTC).
    """
    return [*_deadline_moves(old, new, now), *_price_moves(old, new, now)]


def condition_of(name: str) -> str:
    """Return on what a price of this name depends, "" for one that holds always."""
    return name.partition(" if ")[2]


def price_in_words(move: Move) -> str:
    """Write how a price moved: "input $10 to $2 per million tokens (-80%)".

    One that begins to depend on the hour or the date has the old amount alone.
    """
    old, new = move.amounts
    what, sign, unit = _named(move.what)
    if move.kind is MoveKind.CONDITIONAL:
        return f"{what}{sign}{old:g}{unit}, now depends on the hour or the date"
    share = f" ({(new - old) / old:+.0%})" if old else ""
    return f"{what}{sign}{old:g} to {sign}{new:g}{unit}{share}"


def _named(name: str) -> tuple[str, str, str]:
    """Return what a price is for, its currency and its unit, as words around an amount."""
    found = _PRICE.fullmatch(name)
    if found is None:  # a limit of a free tier: "requests/day"
        return f"{name} ", "", ""
    what = found["what"].replace("_", " ")
    beyond = f" beyond {int(found['start']):,} tokens" if found["start"] else ""
    when = f", {found['when']}" if found["when"] else ""
    return f"{what} " if what else "", "$", f" per {_UNITS[found['unit']]}{beyond}{when}"


def _deadline_moves(old: Item, new: Item, now: datetime) -> Iterator[Move]:
    for before, after in _pairs(old.deadlines, new.deadlines):
        if after.at > now and _is_news(before, after):
            yield Move(
                key=new.key,
                kind=_way(after.at - before.at),
                what=after.label,
                old=before.at.isoformat(),
                new=after.at.isoformat(),
                seen_at=now,
                subject=after.kind or after.label,
            )


def _is_news(before: Deadline, after: Deadline) -> bool:
    moved = abs(after.at - before.at)
    vague = before.exact != after.exact or bool(before.note) != bool(after.note)
    return moved > (_HOUR_ADDED if vague else timedelta())


def _way(moved: timedelta) -> MoveKind:
    if _SLIP_DAYS[0] <= abs(moved).days <= _SLIP_DAYS[1]:
        return MoveKind.CORRECTED
    return MoveKind.EXTENDED if moved > timedelta() else MoveKind.FORWARD


def _pairs(old: Sequence[Deadline], new: Sequence[Deadline]) -> Iterator[tuple[Deadline, Deadline]]:
    """Yield the old and the new of each deadline that is in both, and not at the same time.

    Those of one kind and time are the same, whatever they are called now. Of the rest, those of one
    kind and label belong together in order of time; then one that is alone of its kind on both
    sides. Where that leaves more than one on a side, nobody can tell which is which.
    """
    kept = {(one.kind, one.at) for one in old} & {(one.kind, one.at) for one in new}
    before = [one for one in old if (one.kind, one.at) not in kept]
    after = [one for one in new if (one.kind, one.at) not in kept]
    for named in (True, False):
        taken: list[tuple[Deadline, Deadline]] = []
        left, right = _grouped(before, named=named), _grouped(after, named=named)
        for group in sorted(left.keys() & right.keys()):
            if len(left[group]) == len(right[group]) and (named or len(left[group]) == 1):
                taken += zip(left[group], right[group], strict=True)
        yield from taken
        before = [one for one in before if all(one is not pair[0] for pair in taken)]
        after = [one for one in after if all(one is not pair[1] for pair in taken)]
        if not any(one.kind for one in after):
            return  # without kinds there is nothing but labels to go by


def _grouped(
    deadlines: Iterable[Deadline], *, named: bool
) -> Mapping[tuple[str, str], list[Deadline]]:
    groups: dict[tuple[str, str], list[Deadline]] = defaultdict(list)
    for one in sorted(deadlines, key=lambda deadline: deadline.at):
        groups[one.kind, one.label if named else ""].append(one)
    return groups


def _price_moves(old: Item, new: Item, now: datetime) -> Iterator[Move]:
    conditional = _is_conditional(old) != _is_conditional(new)
    for name in sorted(old.prices.keys() & new.prices.keys()):
        before, after = old.prices[name], new.prices[name]
        if _share(before, after) >= PRICE_SHARE:
            yield Move(
                key=new.key,
                kind=MoveKind.CONDITIONAL if conditional else MoveKind.PRICE,
                what=name,
                old=repr(before),
                new=repr(after),
                seen_at=now,
            )


def _is_conditional(item: Item) -> bool:
    return any(map(condition_of, item.prices))


def _share(before: float, after: float) -> float:
    """Return by what share a price changed; rounded, since 0.2 to 0.21 is 5 %."""
    if before == after:
        return 0.0
    return round(abs(after - before) / abs(before), 6) if before else 1.0
