"""What speaks for an item besides its words: its age, its popularity, who made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.digests import Reason
from core.items import Item
from core.people import Profile, Verdict
from core.popularity import COUNTS, Standings, count_of
from language.tokens import fold
from ranking.reasons import DIGITS

HALF_LIFE = timedelta(days=3.5)
"""After this time an item's age counts neither for nor against it: half of a weekly digest."""

FRESHNESS = 0.2
"""Weight of an item that appeared this moment; minus this is the weight of a very old one."""

POPULARITY = 0.3
"""Weight of the most popular item of its source and kind."""

FOLLOWED = 1.0
"""Weight of a followed author or repository: about that of a full match with an interest."""

FOLLOWED_CATEGORY = 0.4
"""Weight of a followed category, which holds many items."""

SEEN = 2.0
"""Taken from an item that the person knows or wanted less of: more than one match can give."""


def freshness(item: Item, now: datetime) -> Reason:
    """Return what an item's age adds: from ``FRESHNESS`` when new down to minus that."""
    age = max(now - item.appeared_at, timedelta(0))
    weight = FRESHNESS * (2 * 0.5 ** (age / HALF_LIFE) - 1)
    days = age.days
    text = "new today" if days == 0 else "1 day old" if days == 1 else f"{days} days old"
    return Reason(text=text, weight=weight)


class Popularity:
    """Says how popular an item is among those of the same source and kind."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._standings = Standings(items)

    def reason(self, item: Item) -> Reason | None:
        """Return what its popularity adds, or None where nothing is counted."""
        share = self._standings.share(item)
        if share is None:
            return None
        name, value = count_of(item)
        number = f"{value:,.0f}" if value >= 10 else f"{value:g}"
        return Reason(text=f"{number} {dict(COUNTS)[name]}", weight=POPULARITY * share)


class Following:
    """Finds followed authors, repositories and categories."""

    def __init__(self, profile: Profile) -> None:
        self._followed = {fold(" ".join(name.split())): name for name in profile.followed}

    def reasons(self, item: Item) -> list[Reason]:
        """Return one reason for each followed name that the item bears."""
        if not self._followed:
            return []
        found = [
            *(("by {}, whom you follow", FOLLOWED, author) for author in item.authors),
            ("from {}, which you follow", FOLLOWED, item.key.external_id),
            *(("in {}, which you follow", FOLLOWED_CATEGORY, tag) for tag in item.tags),
        ]
        reasons = {}
        for text, weight, name in found:
            followed = self._followed.get(fold(name))
            if followed is not None and followed not in reasons:
                reasons[followed] = Reason(text=text.format(name), weight=weight, lever=followed)
        return list(reasons.values())


class Verdicts:
    """Recognises the items on which the person has already spoken."""

    def __init__(self, profile: Profile) -> None:
        self._verdicts = {feedback.item.key: feedback.verdict for feedback in profile.feedback}

    def reason(self, item: Item) -> Reason | None:
        """Return what the person's own verdict on this very item takes from it, if anything."""
        verdict = self._verdicts.get(item.key)
        if verdict is Verdict.KNOWN:
            return Reason(text="you know it already", weight=-SEEN, lever=str(item.key))
        if verdict is Verdict.LESS:
            return Reason(text="you wanted less of this", weight=-SEEN, lever=str(item.key))
        return None


class Context:
    """All of the above for one ranking.

    Args:
        profile: whose ranking it is.
        items: all candidates, with which popularity is compared.
        now: the time from which ages are counted (aware UTC).
    """

    def __init__(self, profile: Profile, items: Sequence[Item], now: datetime) -> None:
        self._now = now
        self._popularity = Popularity(items) if profile.popularity else None
        self._following = Following(profile)
        self._verdicts = Verdicts(profile)

    def reasons(self, item: Item) -> list[Reason]:
        """Return what speaks for and against an item besides its words."""
        popular = self._popularity.reason(item) if self._popularity else None
        spoken = self._verdicts.reason(item)
        found = [freshness(item, self._now), popular, spoken, *self._following.reasons(item)]
        return [
            replace(reason, weight=round(reason.weight, DIGITS))
            for reason in found
            if reason is not None
        ]
