from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from core.facets import FACETS
from core.metrics import METRICS
from fetchers import FETCHERS, Source
from tests.conftest import Generated
from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "sources.md"


def table(head: str, rows: Iterable[str]) -> str:
    """A table of Markdown from its header and its rows."""
    columns = head.count("|") - 1
    return "\n".join([head, "|" + "---|" * columns, *rows]) + "\n"


def replaced(text: str, new: str) -> str:
    """The page with the table that has the first column of the new one replaced by it."""
    start = "\n" + new[: new.index("|", 2) + 1]
    before, first, rest = text.partition(start)
    assert first, start
    _, _, after = rest.partition("\n\n")
    return f"{before}\n{new}" + (f"\n{after}" if after else "")


def row(source: Source[object]) -> str:
    options = dataclasses.fields(source.options)  # type: ignore[arg-type]  # all are dataclasses
    hosts = [urlsplit(str(one.default)).hostname for one in options if one.name.endswith("url")]
    addresses = ", ".join(f"`{host}`" for host in dict.fromkeys(hosts))
    hours, seconds = source.every / timedelta(hours=1), source.pace.total_seconds()
    cells = [
        f"[{source.name}](#{source.name})",
        source.gives,
        addresses,
        source.access,
        f"every {hours:.0f} hours",
        f"{seconds:.0f} s",
        source.second_way,
    ]
    return f"| {' | '.join(cells)} |"


SOURCES = table(
    "| source | gives | addresses | token | fetched | least time between requests | second way |",
    map(row, FETCHERS.values()),
)
COUNTS = table(
    "| metric | in words | tells popularity | on cards |",
    (
        f"| `{one.key}` | {one.many} | {'yes' if one.popularity else ''} "
        f"| {'yes' if one.on_cards else ''} |"
        for one in METRICS
    ),
)
KNOWN = table(
    "| facet | type | meaning |",
    (f"| `{one.key}` | {one.type.__name__} | {one.meaning} |" for one in FACETS),
)


@pytest.mark.parametrize("new", [SOURCES, COUNTS, KNOWN], ids=["sources", "metrics", "facets"])
def test_the_page_holds_the_tables_that_the_code_makes(new: str, generated: Generated) -> None:
    generated(PAGE, replaced(PAGE.read_text(encoding="utf-8"), new))
