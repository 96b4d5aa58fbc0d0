"""Logistic regression on likeness: what tells liked texts from any others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ranking.sparse import Floats, Matrix

STEPS = 6
"""Newton steps; the strong regularisation that is used here needs two to four."""

SOLVER_STEPS = 12
"""Steps of the conjugate gradient inside a Newton step."""

CLOSE = 0.05
"""Change of the log odds below which a further Newton step is not worth its time."""


def fit(likeness: Matrix, labels: Floats, importance: Floats) -> Floats:
    """Return one amount per example, shape (examples,): kernel logistic regression.

    Minimises ``a'Ka / 2 + sum(importance * log(1 + exp(-labels * (Ka + b))))`` over the amounts
    ``a`` and the offset ``b`` by Newton's method, each step a weighted least squares problem
    (Zhu and Hastie 2005), solved by conjugate gradients. The score of a text is its likeness to
    the examples times their amounts.

    Args:
        likeness: K, shape (examples, examples), symmetric and positive semidefinite.
        labels: 1 for wanted, -1 for unwanted.
        importance: positive weight of each example, the inverse of the regularisation included.
    """
    import numpy as np

    amounts, odds = np.zeros_like(labels), np.zeros_like(labels)
    for _ in range(STEPS):
        sure = 1.0 / (1.0 + np.exp(np.clip(-labels * odds, -50, 50)))
        weight = importance * sure * (1 - sure) + 1e-6
        root = np.sqrt(weight)
        target = odds + importance * labels * (1 - sure) / weight
        with_target = _solve(likeness, root, root * target, amounts / root) * root
        with_offset = _solve(likeness, root, root, np.zeros_like(root)) * root
        offset = with_target.sum() / with_offset.sum()
        amounts = with_target - offset * with_offset
        before, odds = odds, likeness @ amounts + offset
        if np.abs(odds - before).max() < CLOSE:
            break
    return amounts


def _solve(likeness: Matrix, root: Floats, right: Floats, start: Floats) -> Floats:
    """Solve ``(root K root + 1) x = right`` by conjugate gradients."""

    def applied(x: Floats) -> Floats:
        return root * (likeness @ (root * x)) + x

    solution, rest = start, right - applied(start)
    direction, square = rest, float(rest @ rest)
    enough = 1e-6 * float(right @ right)
    for _ in range(SOLVER_STEPS):
        if square <= enough:
            break
        moved = applied(direction)
        step = square / float(direction @ moved)
        solution, rest = solution + step * direction, rest - step * moved
        before, square = square, float(rest @ rest)
        direction = rest + square / before * direction
    return solution
