"""A small archive for the bot's tests, in our own words."""

from __future__ import annotations

from datetime import timedelta

from core.items import Deadline, Item, ItemKind
from tests.fakes import NOON, an_item

GRAPHS = an_item(
    "arxiv/2401.00001",
    title="Graph neural networks for molecules",
    summary="Message passing on molecular graphs predicts solubility. It needs few labels.",
)
VISION = an_item(
    "arxiv/2401.00002",
    title="Vision transformers at low resolution",
    summary="Patches of four pixels are enough for many images.",
)
AGENTS = an_item(
    "arxiv/2401.00003",
    title="Language model agents that use tools",
    summary="Agents call a search engine and a calculator. They check their own answers.",
)
LIBRARY = an_item(
    "github/pyg-team/pytorch_geometric",
    kind=ItemKind.REPOSITORY,
    title="pyg-team/pytorch_geometric",
    url="https://github.com/pyg-team/pytorch_geometric",
    summary="Graph neural networks in PyTorch, with loaders for large graphs.",
    metrics={"stars": 23_000.0, "stars_today": 58.0},
)
CONTEST = an_item(
    "kaggle/competition/molecules",
    kind=ItemKind.COMPETITION,
    title="Predict molecular properties",
    url="https://www.kaggle.com/competitions/molecules",
    summary="Graph neural networks are welcome.",
    deadlines=(Deadline(label="final submission", at=NOON + timedelta(days=10)),),
)
LONG_KEY = an_item(
    f"feed:a-blog/{'x' * 150}",
    kind=ItemKind.ARTICLE,
    title="Graph neural networks, an introduction",
    summary="Nodes, edges and messages from the beginning.",
)
HOSTILE = an_item(
    "arxiv/2401.00666",
    title="@everyone graph neural networks ](https://evil.example) <t:0:R> </start:1>",
    summary="# Not a heading\n- nor a list <@&1> [x](https://evil.example)",
)

ALL = (GRAPHS, VISION, AGENTS, LIBRARY, CONTEST, LONG_KEY, HOSTILE)


def papers(count: int, *, more_words: str = "", address: int = 0) -> list[Item]:
    """Many papers on one subject, so that pages and parts are needed.

    Ten of them fit one message, unless their addresses are ``address`` characters longer.
    """
    return [
        an_item(
            f"arxiv/2402.{n:05}",
            title=f"Graph neural networks {more_words}, part {n}".replace(" ,", ","),
            summary=f"The part number {n} of a long series on message passing {more_words * 3}.",
            appeared_at=NOON - timedelta(hours=n + 1),
            url=f"https://example.org/2402.{n:05}{'/' if address else ''}{'a' * address}",
        )
        for n in range(count)
    ]
