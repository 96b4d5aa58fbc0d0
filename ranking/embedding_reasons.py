"""Reasons for scores by sentence embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.digests import Reason
from core.people import Feedback, Interest, Verdict
from ranking.embeddings import EmbeddingScores, InterestScores, VerdictScores
from ranking.reasons import DIGITS, WORTH_NAMING, merged, reason
from ranking.sparse import Floats
from ranking.weights import EMBEDDING_SAME_SUBJECT
from ranking.wording import label

NAMED = 2
"""Interests that are named for one item."""

_LIKED = {
    Verdict.SAVE: "close in meaning to {}, which you saved",
    Verdict.MORE: "close in meaning to {}, of which you wanted more",
}


def embedding_reasons(
    scores: EmbeddingScores, interests: Sequence[Interest], feedback: Sequence[Feedback]
) -> list[list[Reason]]:
    """Say for each candidate what it is close to; every reason has its control.

    Args:
        scores: by embeddings.
        interests: as written.
        feedback: in the order of the verdicts.
    """
    by_interests = _of_interests(scores.interests, interests)
    by_verdicts = _of_verdicts(scores.verdicts, feedback)
    return [[*first, *second] for first, second in zip(by_interests, by_verdicts, strict=True)]


def scaled(reasons: Sequence[Sequence[Reason]], shares: Floats) -> list[list[Reason]]:
    """Multiply the weights of each candidate's reasons by its share."""
    return [
        list(found)
        if share == 1.0
        else [replace(one, weight=round(one.weight * share, DIGITS)) for one in found]
        for found, share in zip(reasons, shares.tolist(), strict=True)
    ]


def _of_interests(by: InterestScores, interests: Sequence[Interest]) -> list[list[Reason]]:
    if not by.known.any():
        return [[] for _ in by.known]
    reasons = []
    order = np.argsort(-np.abs(by.scores), axis=1, kind="stable")
    for cosines, scores, numbers in zip(
        by.cosines.tolist(), by.scores.tolist(), order.tolist(), strict=True
    ):
        near = [
            n for n in numbers if scores[n] >= WORTH_NAMING and cosines[n] >= EMBEDDING_SAME_SUBJECT
        ]
        named = near[:NAMED]
        rest = sum(scores[n] for n in numbers if n not in named)
        control = interests[next((n for n in numbers if n not in named), numbers[0])].text
        found = [
            reason(f"close in meaning to {label(text)}", scores[n], text)
            for n in named
            for text in (interests[n].text,)
        ]
        reasons.append(merged([*found, reason(_compared(rest, "the interests"), rest, control)]))
    return reasons


def _of_verdicts(by: VerdictScores, feedback: Sequence[Feedback]) -> list[list[Reason]]:
    texts = {
        n: _LIKED[one.verdict].format(label(one.item.title))
        for n, one in enumerate(feedback)
        if one.verdict in _LIKED
    }
    controls = [str(one.item.key) for one in feedback]
    reasons: list[list[Reason]] = []
    for numbers, scores, disliked, penalty in zip(
        by.neighbors.tolist(),
        by.scores.tolist(),
        by.disliked.tolist(),
        by.penalties.tolist(),
        strict=True,
    ):
        found, rest = [], 0.0
        for n, score in zip(numbers, scores, strict=True):
            if score >= WORTH_NAMING:
                found.append(reason(texts[n], score, controls[n]))
            else:
                rest += score
        if numbers:
            found.append(reason(_compared(rest, "what was liked"), rest, controls[numbers[0]]))
        if penalty:
            title = label(feedback[disliked].item.title)
            less = f"close in meaning to {title}, of which you wanted less"
            found.append(reason(less, penalty, controls[disliked]))
        reasons.append(merged(found))
    return reasons


def _compared(weight: float, what: str) -> str:
    if weight > 0:
        return f"a little closer in meaning to {what} than most"
    return f"further in meaning from {what} than most"
