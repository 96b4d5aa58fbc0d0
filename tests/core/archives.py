"""Made-up archives in which papers, code, models, data and discussions link to each other."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from core.items import Item, ItemKey, ItemKind
from tests.fakes import NOON

# Few names, so that claims meet, and crowds form.
_NUMBERS = st.integers(1, 4)
_LINKS = st.one_of(
    _NUMBERS.map(lambda n: f"https://arxiv.org/abs/2401.{n:05}"),
    _NUMBERS.map(lambda n: f"https://github.com/o/r{n}"),
    _NUMBERS.map(lambda n: f"https://o.github.io/r{n}"),
    _NUMBERS.map(lambda n: f"https://huggingface.co/o/m{n}"),
    _NUMBERS.map(lambda n: f"https://huggingface.co/datasets/o/d{n}"),
    _NUMBERS.map(lambda n: f"https://lab.org/post{n}"),
    _NUMBERS.map(lambda n: f"https://doi.org/10.1145/{n}"),
)
_NAMES = {
    ("arxiv", ItemKind.PAPER): "2401.{:05}",
    ("huggingface", ItemKind.PAPER): "paper/2401.{:05}",
    ("github", ItemKind.REPOSITORY): "o/r{}",
    ("huggingface", ItemKind.MODEL): "model/o/m{}",
    ("huggingface", ItemKind.DATASET): "dataset/o/d{}",
    ("hackernews", ItemKind.DISCUSSION): "{}",
    ("feed:lab", ItemKind.ARTICLE): "{}",
    ("feed:daily", ItemKind.ARTICLE): "{}",
    ("github", ItemKind.RELEASE): "o/r{}/releases/tag/v1",
    ("stackexchange", ItemKind.QUESTION): "{}",
}
_TITLES = st.sampled_from(
    [
        "made up",
        "A title that several papers and posts may have",
        "Named: a title that several papers and posts may have",
        "Another title that tells them apart well enough",
    ]
)


@st.composite
def linked_items(draw: st.DrawFn) -> Item:
    """Draw an item of some kind whose text and source link to others."""
    (source, kind), name = draw(st.sampled_from(list(_NAMES.items())))
    # Many papers and few repositories: only so does a crowd come about.
    number = draw(st.integers(1, 12) if kind is ItemKind.PAPER else _NUMBERS)
    page = f"https://lab.org/post{number}" if kind is ItemKind.ARTICLE else "https://x.org/"
    if kind is ItemKind.RELEASE:
        page = f"https://github.com/o/r{number}/releases/tag/v1"
    published = kind is ItemKind.PAPER and draw(st.booleans())
    return Item(
        key=ItemKey(source, name.format(number)),
        kind=kind,
        title=draw(_TITLES),
        authors=draw(st.sampled_from([(), ("Ana Lima", "Bo Chen"), ("Bo Chen",)])),
        url=draw(_LINKS) if kind is ItemKind.DISCUSSION else page,
        summary=" ".join(draw(st.lists(_LINKS, max_size=2))),
        facts={"doi": f"10.1145/{draw(_NUMBERS)}"} if published else {},
        related=tuple(draw(st.lists(_LINKS, max_size=1))),
        appeared_at=NOON + timedelta(days=draw(st.integers(0, 9))),
    )


def archives(max_size: int = 30) -> st.SearchStrategy[list[Item]]:
    """Return a strategy for lists of items with different keys."""
    return st.lists(linked_items(), max_size=max_size, unique_by=lambda item: item.key)
