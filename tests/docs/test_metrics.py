from __future__ import annotations

from core.metrics import METRICS
from tests.docs.markdown import ROOT


def test_the_page_on_sources_holds_the_table_of_metrics() -> None:
    lines = ["| metric | in words | tells popularity | on cards |", "|---|---|---|---|"]
    for metric in METRICS:
        ticks = ("yes" if on else "" for on in (metric.popularity, metric.on_cards))
        lines.append(f"| `{metric.key}` | {metric.many} | {' | '.join(ticks)} |")
    table = "\n".join(lines)
    assert f"\n{table}\n" in (ROOT / "docs" / "sources.md").read_text(encoding="utf-8"), table
