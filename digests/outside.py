"""The one slot of a digest that is drawn at random from what did not pass the reader's bar.

Whoever only ever sees what they liked before cannot tell what they miss, and neither can the
ranker. The probability of each draw is known, so that what is said of drawn items stands for what
would be said of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from core.digests import Budget
from digests.gather import Card
from digests.reading import minutes
from digests.threshold import own_part

LEAST_ITEMS = 5
"""A digest that may hold fewer has no such slot: one in five is as much as chance may take."""

NEAREST, LIVELIEST = 15, 15
"""Of what is below the bar so many can be drawn for being nearest to it, and so many for being new
and popular at their source whatever their subject."""

LEAST_WORKS = 5
"""With fewer eligible works nothing is drawn: that would hardly be chance."""

LARGEST_SHARE_OF_MINUTES = 0.2
"""Share of a budget of minutes that the drawn item may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What was drawn.

    Attributes:
        card: the one, which says so in ``moved``; None if nothing was drawn.
        eligible: names of the works that could have been drawn.
        why: why nothing was drawn.
    """

    card: Card | None = None
    eligible: frozenset[str] = frozenset()
    why: str = ""

    def about(self, work: str) -> str:
        """Say of a work below the bar why it is not the one that was drawn."""
        if self.why:
            return f"nothing is drawn for the slot outside your usual: {self.why}"
        count = len(self.eligible)
        if work in self.eligible:
            return f"could have been drawn for the slot outside your usual, 1 in {count}"
        return f"not among the {count} that the slot outside your usual is drawn from"


def draw(below: Iterable[Card], seed: str, budget: Budget) -> Draw:
    """Draw one work of those below the bar, or nothing.

    Each eligible work has the same chance. The same seed and works give the same draw, and a
    change of few works seldom changes it (highest random weight, Thaler and Ravishankar 1998), so
    a digest that is made twice shows one drawn item. What the person's own terms speak against is
    never drawn.

    Args:
        below: works that did not pass the bar.
        seed: id of the digest.
        budget: how much the digest may hold.
    """
    if budget.items is not None and budget.items < LEAST_ITEMS:
        return Draw(why=f"the digest holds fewer than {LEAST_ITEMS} items")
    eligible = _eligible(below)
    if len(eligible) < LEAST_WORKS:
        return Draw(why=f"fewer than {LEAST_WORKS} works could be")
    chosen = max(eligible, key=lambda card: (_weight(seed, card.work), card.work))
    cost = minutes(chosen.entry.item)
    if budget.minutes is not None and cost > LARGEST_SHARE_OF_MINUTES * budget.minutes:
        return Draw(why=f"it would take {cost:.1f} of {budget.minutes:g} minutes")
    entry = replace(
        chosen.entry,
        propensity=1 / len(eligible),
        moved=f"drawn at random, 1 of {len(eligible)} outside the usual",
    )
    works = frozenset(card.work for card in eligible)
    return Draw(card=replace(chosen, entry=entry), eligible=works)


def _eligible(below: Iterable[Card]) -> Sequence[Card]:
    fit = [(own_part(card.entry), card) for card in below]
    fit = [(own, card) for own, card in fit if own >= 0]
    fit.sort(key=lambda pair: (-pair[1].entry.score, pair[1].work))
    others = sorted(fit[NEAREST:], key=lambda pair: (pair[0] - pair[1].entry.score, pair[1].work))
    return [card for _, card in (*fit[:NEAREST], *others[:LIVELIEST])]


def _weight(seed: str, work: str) -> bytes:
    return blake2b(f"{seed}\n{work}".encode("utf-8", "replace"), digest_size=16).digest()
