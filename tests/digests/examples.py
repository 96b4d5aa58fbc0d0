"""A realistic week for tests and pictures: real landmark work, described in our own words.

Dates and counts are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.digests import Budget, Delivered, Digest, Period, RankedItem, Reason
from core.items import Deadline, Item, ItemKey, ItemKind
from core.sources import FetchReport, SourceState, SourceStatus
from core.works import Work
from digests.compose import compose
from digests.gather import RankedCandidates

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
GRAPHS = "graph neural networks"
DRUGS = "drug discovery"
NOTHING = "Nothing new is a good match."


def item(
    key: str, kind: ItemKind = ItemKind.PAPER, *, title: str = "A title", **more: object
) -> Item:
    """Build an item whose other fields do not matter; ``more`` overrides any of them."""
    fields: dict[str, object] = {
        "url": f"https://example.org/{key}",
        "appeared_at": NOW - timedelta(days=1),
    }
    return Item(key=ItemKey.parse(key), kind=kind, title=title, **(fields | more))  # type: ignore[arg-type]  # tests pass what each field takes


def ranked(entry: Item, *reasons: Reason) -> RankedItem:
    """Rank an item by reasons; without any, it matches an interest a little."""
    return RankedItem.of(entry, reasons or (matches(GRAPHS, 1.0),))


def matches(phrase: str, weight: float) -> Reason:
    return Reason(text=f"matches “{phrase}”", weight=weight, control=phrase)


def draft(**changes: object) -> Digest:
    """Return an empty digest of the week, for two interests, in Berlin."""
    empty = Digest(
        id="profile:ann/2026-W47",
        subscription="profile:ann",
        period=Period(start=NOW - timedelta(days=7), end=NOW),
        made_at=NOW,
        zone="Europe/Berlin",
        interests=(GRAPHS, DRUGS),
        sections=(),
        health=health(),
        considered=412,
    )
    return replace(empty, **changes)  # type: ignore[arg-type]  # names of fields of Digest


def state(
    source: str,
    status: SourceStatus = SourceStatus.OK,
    *,
    age_days: float | None = 0.1,
    **more: object,
) -> SourceState:
    """Return how a source fared; ``age_days`` is the age of its last success, None for never."""
    return SourceState(
        report=FetchReport(source=source, status=status, **more),  # type: ignore[arg-type]  # fields of FetchReport
        last_attempt=NOW - timedelta(hours=2),
        last_success=None if age_days is None else NOW - timedelta(days=age_days),
    )


def health() -> tuple[SourceState, ...]:
    return (
        state("arxiv", new=342, fetched=342),
        state("github", new=70, fetched=75),
        state(
            "kaggle",
            SourceStatus.SKIPPED,
            age_days=None,
            note="no token: create one at kaggle.com/settings and set KAGGLE_API_TOKEN",
        ),
    )


def _paper(number: str, title: str, summary: str, *authors: str, **more: object) -> Item:
    url = f"https://arxiv.org/abs/{number}"
    texts = {"title": title, "summary": summary, "authors": authors, "url": url}
    return item(f"arxiv/{number}", **(texts | more))  # type: ignore[arg-type]  # fields of Item


def _repository(slug: str, summary: str, stars: int, today: int, **more: object) -> Item:
    return item(
        f"github/{slug}",
        ItemKind.REPOSITORY,
        title=slug,
        url=f"https://github.com/{slug}",
        summary=summary,
        metrics={"stars": stars, "stars_today": today},
        facts={"language": "Python", "license": "MIT"},
        **more,
    )


def _competition(
    slug: str, title: str, summary: str, prize: str, teams: int, *deadlines: Deadline
) -> Item:
    return item(
        f"kaggle/competition/{slug}",
        ItemKind.COMPETITION,
        title=title,
        summary=summary,
        url=f"https://www.kaggle.com/competitions/{slug}",
        facts={"prize": prize},
        metrics={"teams": teams},
        deadlines=deadlines,
        version=deadlines[0].at.isoformat(),
    )


EQUIVARIANT = _paper(
    "2102.09844",
    "E($n$) Equivariant Graph Neural Networks",
    "A message-passing network whose outputs turn, shift and mirror with its inputs, without the "
    "costly higher-order features of earlier work. It predicts how particles move and what "
    "molecules do, in any number of dimensions.",
    "Víctor Garcia Satorras",
    "Emiel Hoogeboom",
    "Max Welling",
)
EQUIVARIANT_CODE = _repository(
    "vgsatorras/egnn", "The authors' PyTorch code for equivariant graph networks.", 1090, 12
)
DOCKING = _paper(
    "2210.01776",
    "DiffDock: Diffusion Steps, Twists, and Turns for Molecular Docking",
    "Treats the placement of a small molecule in a protein as something to generate rather than to "
    "regress: a diffusion model over position, rotation and bond angles proposes poses, and a "
    "second model says how far to trust each.",
    "Gabriele Corso",
    "Hannes Stärk",
    "Bowen Jing",
    "Regina Barzilay",
    "Tommi Jaakkola",
)
LIBRARY = _repository(
    "pyg-team/pytorch_geometric",
    "Graph learning on top of PyTorch: layers, loaders for large graphs and the usual data sets.",
    23412,
    58,
)
FOLDING_MODEL = item(
    "huggingface/model/facebook/esm2_t33_650M_UR50D",
    ItemKind.MODEL,
    title="facebook/esm2_t33_650M_UR50D",
    url="https://huggingface.co/facebook/esm2_t33_650M_UR50D",
    summary="A protein language model of 650 million weights; its embeddings feed structure and "
    "property predictors.",
    metrics={"likes": 61, "downloads": 914_221},
    facts={"license": "MIT"},
)
MOLECULES = item(
    "kaggle/dataset/xiuchengwang/python-dataset-moleculenet",
    ItemKind.DATASET,
    title="MoleculeNet: tables for property prediction",
    url="https://www.kaggle.com/datasets/xiuchengwang/python-dataset-moleculenet",
    summary="Solubility, toxicity and binding measurements as SMILES strings with fixed splits.",
    metrics={"votes": 34},
    facts={"license": "CC BY 4.0"},
)
INTRODUCTION = item(
    "feed:distill/2021/gnn-intro",
    ItemKind.ARTICLE,
    title="A Gentle Introduction to Graph Neural Networks",
    url="https://distill.pub/2021/gnn-intro/",
    summary="Builds a graph network piece by piece, with figures to play with: what graphs are, "
    "which questions one asks of them, and what each design choice changes.",
    authors=("Benjamin Sanchez-Lengeling", "Emily Reif", "Adam Pearce", "Alex Wiltschko"),
)
BENCHMARK = _paper(
    "2005.00687",
    "Open Graph Benchmark: Datasets for Machine Learning on Graphs",
    "Large, realistic graphs with fixed splits and a leaderboard, so that results can be compared.",
    "Weihua Hu",
    "Matthias Fey",
    "Marinka Zitnik",
    version="7",
    appeared_at=NOW - timedelta(days=3),
)
MEDICINES = _competition(
    "leash-BELKA",
    "NeurIPS 2024 - Predict New Medicines with BELKA",
    "Predict which small molecules bind to three proteins, from a hundred million measurements.",
    "$50,000",
    1946,
    Deadline(label="final submission", at=datetime(2026, 11, 24, 23, 59, tzinfo=UTC)),
    Deadline(label="entry", at=datetime(2026, 11, 20, 23, 59, tzinfo=UTC)),
)
POLYMERS = _competition(
    "neurips-open-polymer-prediction-2025",
    "NeurIPS - Open Polymer Prediction 2025",
    "Predict five properties of polymers from their structure.",
    "$50,000",
    812,
    Deadline(label="team merger", at=datetime(2026, 11, 29, 23, 59, tzinfo=UTC)),
)
GRAPH_MEETING = item(
    "conferences/log26",
    ItemKind.CONFERENCE,
    title="Learning on Graphs Conference (LoG)",
    url="https://logconference.org/",
    facts={"place": "online"},
    deadlines=(Deadline(label="abstract", at=datetime(2026, 12, 12, 11, 59, tzinfo=UTC)),),
)


def candidates() -> tuple[RankedItem, ...]:
    """Return the ranked week, in reading order; the last ones are no match."""
    fresh = Reason(text="announced yesterday", weight=0.4)
    saved = Reason(
        text="like “Neural Message Passing for Quantum Chemistry”, which you saved",
        weight=1.3,
        control="arxiv/1704.01212",
    )
    stars = Reason(text="58 stars today", weight=0.5)
    chatter = item("hackernews/1", ItemKind.DISCUSSION, title="Ask HN: which laptop to buy?")
    return (
        ranked(EQUIVARIANT, matches(GRAPHS, 3.1), saved, fresh),
        ranked(DOCKING, matches(DRUGS, 2.8), fresh),
        ranked(LIBRARY, matches(GRAPHS, 2.2), stars),
        ranked(EQUIVARIANT_CODE, matches(GRAPHS, 2.0)),
        ranked(FOLDING_MODEL, matches(DRUGS, 1.6)),
        ranked(MOLECULES, matches(DRUGS, 1.5)),
        ranked(BENCHMARK, matches(GRAPHS, 1.4)),
        ranked(INTRODUCTION, matches(GRAPHS, 1.2)),
        ranked(chatter, fresh),
    )


def works() -> Mapping[ItemKey, Work]:
    members = (EQUIVARIANT.key, EQUIVARIANT_CODE.key)
    work = Work(id=str(members[0]), members=members)
    return dict.fromkeys(members, work)


def example(**changes: object) -> Digest:
    """Return the composed week; ``changes`` replace fields of the draft."""
    week = RankedCandidates(
        new=candidates(),
        reminders=[ranked(item) for item in (GRAPH_MEETING, MEDICINES, POLYMERS)],
        works=works(),
        delivered={BENCHMARK.key: Delivered(digest="profile:ann/2026-W40", version="6")},
    )
    return compose(draft(**changes), week, Budget(items=10)).digest
