"""How well ``ask`` picks its sentences, and how well it knows when to say no.

``./run bench ask [--json]`` stores SciFact's abstracts and asks three kinds of questions:

* *answerable*: 505 claims that have evidence in some abstract;
* *elsewhere*: 782 queries about aerodynamics, computing, libraries, radio and AI, of which the
  archive holds nothing (or, rarely, something by chance);
* *near*: the 505 claims again, with the abstracts that hold the evidence taken away; some of the
  rest may still answer them, so what is answered here is an upper bound of the mistakes.

``shown@3`` is the share of the 505 claims for which a sentence of evidence is quoted, were every
question answered, by the scorer that comes with the data. ``right when answered`` is the share of
answered answerable claims with such a quote; ``answered precision`` counts answers to answerable
claims among all answers to *answerable* and *elsewhere*, ``refused precision`` the refusals of
*elsewhere* among all refusals.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.answers import Answer
from core.items import Item, ItemKey, ItemKind
from core.ports.storage import SearchIndex
from core.search import Filter, SearchHit
from search.answer import ArchiveAnswerer
from storage import open_storage
from storage.opening import Storage

SHARED = Path(__file__).resolve().parents[2] / "shared"
BENCH = SHARED / "bench" / "search"
TASK = BENCH / "ask-scifact-train"
MISSING = 69
"""Exit code: a needed service is missing (EX_UNAVAILABLE)."""

EVERYTHING = Filter()
NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVERY = 80
"""Each so many-th paper of the AI corpus lends its title as a question from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run measured; shares from 0 to 1."""

    shown_at_1: float
    shown_at_3: float
    answerable_answered: float
    right_when_answered: float
    elsewhere_answered: float
    near_answered: float
    answered_precision: float
    refused_precision: float
    cpu_ms_p50: float
    cpu_ms_p95: float


class Without:
    """A search index from which some items are missing."""

    def __init__(self, index: SearchIndex, missing: frozenset[str]) -> None:
        self._index = index
        self._missing = missing

    def search(
        self, query: str, *, where: Filter = EVERYTHING, limit: int = 20, offset: int = 0
    ) -> Sequence[SearchHit]:
        """Return the best hits that are not missing."""
        found = self._index.search(
            query, where=where, limit=limit + len(self._missing), offset=offset
        )
        left = [hit for hit in found if hit.item.key.external_id not in self._missing]
        return left[:limit]

    def find(self, query: str, *, where: Filter = EVERYTHING, limit: int = 20) -> Sequence[Item]:
        """Return the items of the same hits."""
        return [hit.item for hit in self.search(query, where=where, limit=limit)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement and where its evidence is: document to indexes of sentences."""

    id: str
    text: str
    gold: Mapping[str, frozenset[int]]
    related: frozenset[str]


def main() -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(prog="bench ask", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    if not TASK.is_dir():
        print(f"bench ask: the judged questions are missing: {TASK}", file=sys.stderr)
        return MISSING
    with (
        tempfile.TemporaryDirectory() as folder,
        open_storage(f"sqlite:///{folder}/archive.db") as storage,
    ):
        storage.store.upsert(list(_abstracts()), now=NOW)
        figures = _measure(storage, Path(folder))
    if options.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name.replace('_', ' '):22} {value:.3f}")
    return 0


def _measure(storage: Storage, folder: Path) -> Figures:
    claims, sentences = _claims()
    answerer = ArchiveAnswerer(index=storage.index, store=storage.store)
    times: list[float] = []

    def ask(text: str) -> Answer:
        began = time.process_time()
        answer = answerer.answer(text, now=NOW)
        times.append((time.process_time() - began) * 1000)
        return answer

    answers = {claim.id: ask(claim.text) for claim in claims}
    elsewhere = [ask(text).answered for text in _elsewhere()]
    near = [
        ArchiveAnswerer(index=Without(storage.index, claim.related), store=storage.store)
        .answer(claim.text, now=NOW)
        .answered
        for claim in claims
    ]
    given = [claim for claim in claims if answers[claim.id].answered]
    right = [claim for claim in given if _right(claim, answers[claim.id], sentences)]
    refused = len(claims) - len(given), len(elsewhere) - sum(elsewhere)
    willing = ArchiveAnswerer(index=storage.index, store=storage.store, enough=0.0)
    always = {claim.id: willing.answer(claim.text, now=NOW) for claim in claims}
    times.sort()
    return Figures(
        **_scored(always, sentences, folder),
        answerable_answered=len(given) / len(claims),
        right_when_answered=len(right) / len(given),
        elsewhere_answered=sum(elsewhere) / len(elsewhere),
        near_answered=sum(near) / len(near),
        answered_precision=len(given) / (len(given) + sum(elsewhere)),
        refused_precision=refused[1] / sum(refused),
        cpu_ms_p50=times[len(times) // 2],
        cpu_ms_p95=times[len(times) * 95 // 100],
    )


def _claims() -> tuple[list[Claim], Mapping[str, Sequence[str]]]:
    """Read the claims, and the sentences of the abstracts as the annotators split them."""
    gold: dict[str, dict[str, frozenset[int]]] = defaultdict(dict)
    texts: dict[str, str] = {}
    sentences: dict[str, Sequence[str]] = {}
    for row in _rows(TASK / "ask.jsonl"):
        claim, document = row["claim"], row["doc"]
        texts[claim] = row["question"]
        gold[claim][document] = frozenset(row["gold"])
        sentences[document] = [" ".join(line.split()) for line in row["sentences"]]
    related: dict[str, set[str]] = defaultdict(set)
    for line in (BENCH / "scifact-train" / "qrels.tsv").read_text().splitlines():
        claim, document, _ = line.split("\t")
        related[claim].add(document)
    claims = [
        Claim(id=id_, text=texts[id_], gold=found, related=frozenset(related[id_] | found.keys()))
        for id_, found in gold.items()
    ]
    return claims, sentences


def _elsewhere() -> Iterator[str]:
    for name in ("cranfield", "vaswani", "cacm", "cisi"):
        yield from (row["text"] for row in _rows(BENCH / name / "queries.jsonl"))
    for number, row in enumerate(_rows(SHARED / "corpus" / "arxiv.jsonl.gz")):
        if number % EVERY == 0:
            yield row["title"]


def _abstracts() -> Iterator[Item]:
    for row in _rows(BENCH / "scifact-train" / "corpus.jsonl.gz"):
        yield Item(
            key=ItemKey("scifact", str(row["id"])),
            kind=ItemKind.PAPER,
            title=row["title"],
            url=f"https://example.org/{row['id']}",
            summary=row["text"],
            appeared_at=NOW - timedelta(days=1),
        )


def _shown(answer: Answer, sentences: Mapping[str, Sequence[str]]) -> list[tuple[str, int]]:
    """Return document and index of each quote, by the annotators' own numbering."""
    return [
        (name, _number(quote.text, sentences.get(name, ())))
        for quote in answer.quotes
        for name in (quote.item.key.external_id,)
    ]


def _number(text: str, sentences: Sequence[str]) -> int:
    """Find a quote among the annotators' sentences, where they may be split a little otherwise."""
    words = set(text.split())
    return max(
        range(len(sentences)), key=lambda n: len(words & set(sentences[n].split())), default=0
    )


def _right(claim: Claim, answer: Answer, sentences: Mapping[str, Sequence[str]]) -> bool:
    return any(n in claim.gold.get(doc, ()) for doc, n in _shown(answer, sentences))


def _scored(
    answers: Mapping[str, Answer], sentences: Mapping[str, Sequence[str]], folder: Path
) -> dict[str, float]:
    run = folder / "run.jsonl"
    rows = ({"claim": c, "ranking": _shown(a, sentences)} for c, a in answers.items())
    run.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    command = [sys.executable, str(BENCH / "score.py"), str(TASK), str(run)]
    found = subprocess.run(  # noqa: S603  the scorer that comes with the data
        command, capture_output=True, text=True, check=True
    )
    scores = json.loads(found.stdout)
    return {"shown_at_1": scores["shown@1"], "shown_at_3": scores["shown@3"]}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from map(json.loads, content.splitlines())


if __name__ == "__main__":
    sys.exit(main())
