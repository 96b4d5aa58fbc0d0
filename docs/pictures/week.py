"""The digest that the pictures show: a rich week of ten picks, its items described by hand.

What is shown is real landmark work in our own words; dates and counts are made up.
"""

from __future__ import annotations

from core.digests import Budget, Digest, RankedItem, Reason
from core.items import ItemKind
from digests.compose import compose
from digests.gather import RankedCandidates
from tests.digests import examples as known

WANTED = (known.GRAPHS, known.DRUGS)
SAVED = "like “Neural Message Passing for Quantum Chemistry”, which you saved"

QUESTION = known.item(
    "stackexchange/stats/1",
    ItemKind.QUESTION,
    url="https://stats.stackexchange.com/questions/1",
    title="How deep can graph neural networks be before all nodes look alike?",
    summary="Beyond four layers my node vectors converge.",
    metrics={"score": 14, "answers": 3},
)
DISCUSSION = known.item(
    "hackernews/2",
    ItemKind.DISCUSSION,
    url="https://news.ycombinator.com/item?id=2",
    title="AlphaFold opened drug discovery to small laboratories",
    metrics={"points": 412, "comments": 158},
)
DEMO = known.item(
    "huggingface/space/simonduerr/diffdock",
    ItemKind.SPACE,
    title="simonduerr/diffdock",
    summary="Docks a molecule that you draw to a protein that you upload; for drug discovery.",
    metrics={"likes": 212},
)
TRENDING = known.item(
    "github/deepchem/deepchem",
    ItemKind.REPOSITORY,
    title="deepchem/deepchem",
    url="https://github.com/deepchem/deepchem",
    summary="Deep learning for drug discovery, materials and quantum chemistry.",
    metrics={"stars": 5_480, "stars_today": 31, "stars_this_week": 204},
    facts={"language": "Python", "license": "MIT"},
)


def rich(interests: tuple[str, ...] = WANTED, *, saved: bool = True) -> Digest:
    """Return the week; ``saved`` is whether one of the picks is like an item that was saved."""
    like = Reason(text=SAVED, weight=1.3, control="arxiv/1704.01212")
    week = RankedCandidates(
        new=_picks((like,) if saved else ()),
        reminders=[known.ranked(one) for one in (known.MEDICINES, known.POLYMERS)],
        works=known.works(),
        delivered={},
    )
    return compose(known.draft(interests=interests), week, Budget(items=10)).digest


def _picks(like: tuple[Reason, ...]) -> tuple[RankedItem, ...]:
    graphs, drugs = (known.matches(phrase, 2.0) for phrase in WANTED)
    stars = Reason(text="31 stars today", weight=0.9)
    return (
        known.ranked(known.EQUIVARIANT, graphs, *like),
        known.ranked(known.EQUIVARIANT_CODE, graphs),
        known.ranked(TRENDING, drugs, stars),
        known.ranked(known.INTRODUCTION, graphs),
        known.ranked(known.DOCKING, drugs),
        known.ranked(known.MOLECULES, drugs),
        known.ranked(known.LIBRARY, graphs),
        known.ranked(QUESTION, graphs),
        known.ranked(DISCUSSION, drugs),
        known.ranked(known.FOLDING_MODEL, drugs),
        known.ranked(DEMO, drugs),
    )
