"""Closeness in meaning put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.digests import Reason
from core.people import Feedback, Interest, Verdict
from ranking.embeddings import Closeness, Likes, Topics
from ranking.reasons import DIGITS, WORTH_NAMING, label, merged, reason
from ranking.sparse import Floats
from ranking.weights import EMBEDDING_SAME_SUBJECT

NAMED = 2
"""Interests that are named for one item."""

_LIKED = {
    Verdict.SAVE: "close in meaning to {}, which you saved",
    Verdict.MORE: "close in meaning to {}, of which you wanted more",
}


def close_reasons(
    close: Closeness, interests: Sequence[Interest], feedback: Sequence[Feedback]
) -> list[list[Reason]]:
    """Say for each candidate what it is close to; every reason has its control.

    Args:
        close: what closeness adds.
        interests: as written.
        feedback: what the person said of items, in the order of the verdicts.
    """
    topics, likes = _of_topics(close.topics, interests), _of_likes(close.likes, feedback)
    return [[*mine, *others] for mine, others in zip(topics, likes, strict=True)]


def lessened(reasons: Sequence[Sequence[Reason]], shares: Floats) -> list[list[Reason]]:
    """Multiply each candidate's reasons by its share."""
    return [
        list(found)
        if share == 1.0
        else [replace(one, weight=round(one.weight * share, DIGITS)) for one in found]
        for found, share in zip(reasons, shares.tolist(), strict=True)
    ]


def _of_topics(topics: Topics, interests: Sequence[Interest]) -> list[list[Reason]]:
    if not topics.known.any():
        return [[] for _ in topics.known]
    said = []
    order = np.argsort(-np.abs(topics.parts), axis=1, kind="stable")
    for near, parts, numbers in zip(
        topics.near.tolist(), topics.parts.tolist(), order.tolist(), strict=True
    ):
        named = [
            n for n in numbers if parts[n] >= WORTH_NAMING and near[n] >= EMBEDDING_SAME_SUBJECT
        ][:NAMED]
        rest = sum(parts[n] for n in numbers if n not in named)
        control = interests[next((n for n in numbers if n not in named), numbers[0])].text
        found = [
            reason(f"close in meaning to your topic {label(text)}", parts[n], text)
            for n in named
            for text in (interests[n].text,)
        ]
        said.append(merged([*found, reason(_compared(rest, "your topics"), rest, control)]))
    return said


def _of_likes(likes: Likes, feedback: Sequence[Feedback]) -> list[list[Reason]]:
    texts = {
        n: _LIKED[one.verdict].format(label(one.item.title))
        for n, one in enumerate(feedback)
        if one.verdict in _LIKED
    }
    levers = [str(one.item.key) for one in feedback]
    said: list[list[Reason]] = []
    for numbers, parts, worst, taken in zip(
        likes.nearest.tolist(),
        likes.parts.tolist(),
        likes.unwanted.tolist(),
        likes.taken.tolist(),
        strict=True,
    ):
        found, rest = [], 0.0
        for n, part in zip(numbers, parts, strict=True):
            if part >= WORTH_NAMING:
                found.append(reason(texts[n], part, levers[n]))
            else:
                rest += part
        if numbers:
            found.append(reason(_compared(rest, "what you liked"), rest, levers[numbers[0]]))
        if taken:
            title = label(feedback[worst].item.title)
            less = f"close in meaning to {title}, of which you wanted less"
            found.append(reason(less, taken, levers[worst]))
        said.append(merged(found))
    return said


def _compared(weight: float, what: str) -> str:
    if weight > 0:
        return f"a little closer in meaning to {what} than most"
    return f"further in meaning from {what} than most"
