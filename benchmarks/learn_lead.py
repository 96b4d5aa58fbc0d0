"""Learns the weights by which ``language.leads`` picks the sentence of a paper to show.

    ./run bench learn-lead --data DIR [--out FILE]

DIR holds ``papers.jsonl``: abstracts in sentences with summaries that people wrote, such as the
train part of SciTLDR-A. A sentence's worth is the sum of its ROUGE-1 and ROUGE-2 F1 with the
summary. The weights are those of a softmax over the sentences of an abstract, fitted by
cross-entropy to the softmax of their worth (ListNet, Cao et al. 2007). Prints what five-fold
cross-validation shows on DIR itself; with ``--out`` writes the table of weights as a module.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from language.lead_features import features
from language.sentences import sentences

Floats = NDArray[np.float64]

PENALTY = 0.01
"""Of the sum of squared weights, for features of unit variance."""

TEMPERATURE = 0.2
"""Of the softmax of worth: the lower, the more the best sentence alone counts."""

STEPS, RATE = 200, 0.03
FOLDS = 5

_WORD = re.compile(r"[a-z0-9]+")

_HEAD = '''"""The weights of ``language.lead_features``, written by ``benchmarks/learn_lead.py``.

{source}
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {{
{lines}
    }}
)
"""What one unit of each number adds to a sentence's score."""
'''

_SOURCE = """Learnt from the {count:,} papers of SciTLDR-A's train part (allenai/scitldr at 5ccad9c,
Apache-2.0; Cachola et al. 2020). None of its text is in here."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Sentences of all papers, one below the other.

    Attributes:
        names: of the features.
        table: sentences x features.
        starts: the row of each paper's first sentence.
        worth: ROUGE-1 and ROUGE-2 F1 of each sentence, sentences x 2.
    """

    names: tuple[str, ...]
    table: Floats
    starts: NDArray[np.int64]
    worth: Floats


def main() -> int:
    """Learn, say how well it goes, and write the table."""
    parser = argparse.ArgumentParser(prog="bench learn-lead", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with papers.jsonl")
    parser.add_argument("--out", type=Path, help="module to write")
    options = parser.parse_args()
    text = (options.data / "papers.jsonl").read_text(encoding="utf-8")
    papers = [json.loads(line) for line in text.splitlines()]
    shown = cross_validated(papers)
    print(
        f"cross-validated on {len(papers)} papers: ROUGE-1 {shown[0]:.2f}, "
        f"ROUGE-2 {shown[1]:.2f}, best sentence {shown[2]:.1f} %"
    )
    if options.out:
        weights = learn(gathered(papers))
        lines = "\n".join(f'        "{name}": {weight:.4g},' for name, weight in weights.items())
        source = _SOURCE.format(count=len(papers))
        options.out.write_text(_HEAD.format(source=source, lines=lines), encoding="utf-8")
    return 0


def cross_validated(papers: Sequence[dict[str, list[str]]]) -> tuple[float, float, float]:
    """Return ROUGE-1, ROUGE-2 and the share of best sentences, in per cent."""
    order = np.random.default_rng(0).permutation(len(papers))
    found = []
    for fold in range(FOLDS):
        held = [papers[i] for i in order[fold::FOLDS]]
        rest = [papers[i] for i in order if i not in set(order[fold::FOLDS])]
        weights, test = learn(gathered(rest)), gathered(held)
        scores = test.table @ np.array([weights[name] for name in test.names])
        for start, end in pairwise([*test.starts, len(scores)]):
            worth = test.worth[start:end]
            first, second = worth[np.argmax(scores[start:end])]
            found.append((first, second, float(first == worth[:, 0].max())))
    one, two, best = 100 * np.mean(found, axis=0)
    return float(one), float(two), float(best)


def gathered(papers: Sequence[dict[str, list[str]]]) -> Papers:
    """Return the numbers and the worth of all sentences."""
    rows: list[dict[str, float]] = []
    starts: list[int] = []
    worth: list[tuple[float, float]] = []
    for paper in papers:
        lines = sentences(" ".join(paper["sentences"]))  # as the product splits an abstract
        starts.append(len(rows))
        rows += features(str(paper["title"]), lines)
        worth += [_worth(line, paper["summaries"]) for line in lines]
    names = tuple(rows[0])
    table = np.array([[row[name] for name in names] for row in rows])
    return Papers(names, table, np.array(starts), np.array(worth))


def learn(papers: Papers) -> dict[str, float]:
    """Return the weight of each feature, by Adam (Kingma and Ba 2015) on all papers at once."""
    spread = papers.table.std(axis=0) + 1e-6
    table = (papers.table - papers.table.mean(axis=0)) / spread
    counts = np.diff([*papers.starts, len(table)])
    aim = _softmax(papers.worth.sum(axis=1) / TEMPERATURE, papers.starts, counts)
    weights, mean, square = (np.zeros(table.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        chosen = _softmax(table @ weights, papers.starts, counts)
        slope = table.T @ (chosen - aim) / len(counts) + PENALTY * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        root = np.sqrt(square / (1 - 0.999**step)) + 1e-8
        weights = weights - RATE * mean / (1 - 0.9**step) / root
    return dict(zip(papers.names, (weights / spread).tolist(), strict=True))


def _worth(line: str, summaries: Sequence[str]) -> tuple[float, float]:
    return max((_rouge(line, one, 1), _rouge(line, one, 2)) for one in summaries)


def _softmax(values: Floats, starts: NDArray[np.int64], counts: NDArray[np.int64]) -> Floats:
    """Return the softmax within each paper."""
    raised = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), counts))
    shares: Floats = raised / np.repeat(np.add.reduceat(raised, starts), counts)
    return shares


def _rouge(line: str, summary: str, length: int) -> float:
    """Return ROUGE-N F1 over lower-case words (Lin 2004)."""
    one, other = (_grams(text, length) for text in (line, summary))
    return 2 * (one & other).total() / max(1, one.total() + other.total())


def _grams(text: str, length: int) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    return Counter(zip(*(words[place:] for place in range(length)), strict=False))


if __name__ == "__main__":
    raise SystemExit(main())
