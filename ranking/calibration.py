"""Calibration: the share of each source and topic that a digest for a person is held to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.digests import RankedItem
from core.items import Item
from core.people import LIKES, Interest, Profile
from language.tokens import BREAK, fold, words
from ranking.weights import CALIBRATION_PRIOR

MAX_LIKES = 100
"""Liked items that decide the shares, latest last: tastes change, and the time stays bounded."""

MAX_TOPICS = 20
"""Interests that are told apart as topics."""

MAX_LETTERS = 1000
"""Letters of a liked item in which the words of a topic are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetShares:
    """The share that each source and each topic should have, adding up to 1 each.

    A topic is one of the person's written interests; what matches none has no topic.
    """

    sources: Mapping[str, float]
    topics: Mapping[str, float]


def target_shares(profile: Profile, ranked: Sequence[RankedItem]) -> TargetShares:
    """Work out a person's shares: those of what they saved and liked, smoothed by what matched.

    This is the target of calibrated recommendations (Steck 2018), with shares in place of his
    divergence. What matched counts half by its number and half in equal parts, so that a topic of
    which little appears is not drowned by one of which much does.

    Args:
        profile: whose feedback and interests count.
        ranked: what may come into the digest.
    """
    liked = [said.item for said in profile.opinions if said.verdict in LIKES][-MAX_LIKES:]
    topics = profile.interests[:MAX_TOPICS]
    matched = Counter(topic_of(one, topics) for one in ranked)
    matched.pop("", None)
    return TargetShares(
        sources=_smoothed(
            Counter(item.key.source for item in liked),
            _shares(Counter(one.item.key.source for one in ranked)),
        ),
        topics=_smoothed(
            _topics_of(liked, topics),
            {name: (one + 1 / len(matched)) / 2 for name, one in _shares(matched).items()},
        ),
    )


def topic_of(ranked: RankedItem, interests: Iterable[Interest]) -> str:
    """Return the interest that adds most to a score, or nothing if none adds to it."""
    parts = added_by(ranked, interests)
    best = max(parts, key=parts.__getitem__, default="")
    return best if parts.get(best, 0.0) > 0 else ""


def added_by(ranked: RankedItem, interests: Iterable[Interest]) -> Mapping[str, float]:
    """Return what each interest adds to a score, without those that add nothing."""
    known = {interest.text for interest in interests}
    parts: dict[str, float] = defaultdict(float)
    for reason in ranked.reasons:
        if reason.control in known:
            parts[reason.control] += reason.weight
    return parts


def _topics_of(items: Iterable[Item], interests: Sequence[Interest]) -> Counter[str]:
    """Count liked items by the interest whose words they hold most of, at least half."""
    wanted = {interest.text: _beginnings(interest.text) for interest in interests}
    found: Counter[str] = Counter()
    for item in items:
        text = item.text[:MAX_LETTERS].casefold()
        shares = {
            topic: sum(word in text for word in own) / len(own)
            for topic, own in wanted.items()
            if own
        }
        best = max(shares, key=shares.__getitem__, default="")
        if shares.get(best, 0.0) >= 0.5:
            found[best] += 1
    return found


def _beginnings(phrase: str) -> list[str]:
    """Return a phrase's words without a plural's end: stems would cost more than they tell here."""
    return [fold(word).removesuffix("s") for word in words(phrase) if word != BREAK]


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()}


def _smoothed(liked: Mapping[str, int], usual: Mapping[str, float]) -> dict[str, float]:
    """Mix shares of likes and of what matched; what is liked but not at hand gives its share up."""
    counts = {name: liked.get(name, 0) + CALIBRATION_PRIOR * share for name, share in usual.items()}
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()}
