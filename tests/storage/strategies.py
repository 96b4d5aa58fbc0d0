"""Items with anything in them that an item may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from core.items import Deadline, Item, ItemKey, ItemKind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Half a surrogate pair is no text that could be written down; everything else is.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = TEXTS.filter(bool)
TIMES = st.integers(-(2**51), 2**52).map(lambda micros: EPOCH + timedelta(microseconds=micros))
NUMBERS = st.floats(allow_nan=False) | st.integers(-(2**60), 2**60)
_DEADLINES = st.builds(Deadline, label=TEXTS, at=TIMES, kind=TEXTS, exact=st.booleans(), note=TEXTS)


@st.composite
def items(draw: st.DrawFn, keys: st.SearchStrategy[ItemKey] | None = None) -> Item:
    """Draw an item; ``keys`` gives its key."""
    typed = NAMES.filter(str.isprintable)
    any_key = st.builds(ItemKey, typed.filter(lambda name: "/" not in name), typed)
    return Item(
        key=draw(any_key if keys is None else keys),
        kind=draw(st.sampled_from(ItemKind)),
        title=draw(TEXTS.filter(str.strip)),
        url="https://example.org/" + draw(TEXTS),
        appeared_at=draw(TIMES),
        published_at=draw(st.none() | TIMES),
        updated_at=draw(st.none() | TIMES),
        summary=draw(TEXTS),
        authors=tuple(draw(st.lists(TEXTS, max_size=3))),
        tags=tuple(draw(st.lists(TEXTS, max_size=3))),
        metrics=draw(st.dictionaries(TEXTS, NUMBERS, max_size=3)),
        facts=draw(st.dictionaries(TEXTS, TEXTS, max_size=3)),
        facets=draw(st.dictionaries(TEXTS, TEXTS | NUMBERS, max_size=3)),
        deadlines=tuple(
            draw(st.lists(_DEADLINES, max_size=3)),
        ),
        version=draw(TEXTS | st.integers(1, 20).map(str)),
        related=tuple(draw(st.lists(TEXTS, max_size=2))),
        prices=draw(st.dictionaries(TEXTS, st.floats(allow_nan=False), max_size=3)),
    )


def batches() -> st.SearchStrategy[list[Item]]:
    """Return a strategy for batches in which keys meet again and again."""
    few = st.builds(ItemKey, st.sampled_from(["arxiv", "github"]), st.sampled_from("abc"))
    return st.lists(items(few), max_size=6)
