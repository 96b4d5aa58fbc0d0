"""Kernel logistic regression: what tells liked texts from any others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranking.sparse import Floats, Ints, Matrix

MAX_STEPS = 12
"""Steps at the most; the strong regularisation that is used here needs three as a rule."""

TOLERANCE = 0.05
"""Change of the log odds below which a further step is not worth its time."""


@dataclass(frozen=True)
class Background:
    """Negative examples that everybody's regression is fitted against.

    Most of the work of a regression concerns them alone. It is done once, since the curvature that
    Newton's method would compute anew for every person and step is replaced by a bound that holds
    everywhere, a quarter of the importance (Böhning and Lindsay 1988).

    Attributes:
        similarity: shape (texts, texts): K, symmetric and positive semidefinite.
        importance: of each text, the inverse of the regularisation included; above 0.
    """

    similarity: Matrix
    importance: float

    def __len__(self) -> int:
        return len(self.similarity)

    @property
    def curvature(self) -> float:
        """Bound of the second derivative of a text's loss by its log odds."""
        return self.importance / 4

    @cached_property
    def _inverse(self) -> Matrix:
        wide = self.similarity.astype(np.float64) + np.eye(len(self)) / self.curvature
        return np.linalg.inv(wide).astype(np.float32)

    @cached_property
    def _sums(self) -> Floats:
        sums: Floats = self._inverse.sum(axis=1)
        return sums

    def solver(self, unused: Ints) -> tuple[Matrix, Floats]:
        """Return the inverse of ``K + 1 / curvature`` over the texts but for the unused ones.

        Rows and columns of these are 0. (The block form of an inverse: leaving out a few rows of a
        matrix changes its inverse by a product of as many.) Beside it the sums of its rows.
        """
        if not len(unused):
            return self._inverse, self._sums
        across = self._inverse[:, unused]
        left: Matrix = self._inverse - across @ np.linalg.solve(across[unused], across.T)
        left[unused] = 0.0
        left[:, unused] = 0.0
        return left, left.sum(axis=1)


def fit(
    among: Matrix,
    toward: Matrix,
    labels: Floats,
    importance: Floats,
    *,
    background: Background,
    unused: Ints,
) -> tuple[Floats, Floats]:
    """Return one amount per example and one per background text: kernel logistic regression.

    Minimises ``a'Ka / 2 + sum(importance * log(1 + exp(-labels * (Ka + b))))`` over the amounts
    ``a`` and the offset ``b`` of examples and background together. Each step is a weighted least
    squares problem (Zhu and Hastie 2005), of which the part of the background is solved already.
    The score of a text is its similarity to the examples and to the background times their amounts.

    Args:
        among: shape (examples, examples): similarity of the examples to each other.
        toward: shape (examples, background): their similarity to the background.
        labels: 1 for positive examples, -1 for negative.
        importance: positive weight of each example, the inverse of the regularisation included.
        background: negative texts.
        unused: numbers of those that are left out.
    """
    inverse, ones = background.solver(unused)
    through = inverse @ toward.T
    rest = among - toward @ through
    right = 1.0 - toward @ ones
    all_through = through.sum(axis=0)
    odds, far_odds = np.zeros_like(labels), np.zeros(len(background), dtype=np.float32)
    for _ in range(MAX_STEPS):
        wrong = 1.0 / (1.0 + np.exp(np.clip(labels * odds, -50, 50)))
        weight = importance * wrong * (1 - wrong) + 1e-6
        target = odds + importance * labels * wrong / weight
        far_wrong = 1.0 / (1.0 + np.exp(np.clip(-far_odds, -50, 50)))
        far_target = far_odds - 4.0 * far_wrong
        far_target[unused] = 0.0
        reached = inverse @ far_target
        system = rest + np.diag(1.0 / weight)
        sides = np.stack((target - toward @ reached, right), axis=1)
        with_target, with_offset = np.linalg.solve(system, sides).T
        offset = (with_target.sum() + reached.sum() - all_through @ with_target) / (
            with_offset.sum() + ones.sum() - all_through @ with_offset
        )
        amounts = with_target - offset * with_offset
        far_amounts = reached - offset * ones - through @ amounts
        before, far_before = odds, far_odds
        odds = target - amounts / weight
        far_odds = far_target - far_amounts / background.curvature
        if max(np.abs(odds - before).max(), np.abs(far_odds - far_before).max()) < TOLERANCE:
            break
    return amounts, far_amounts
