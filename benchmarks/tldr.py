"""How well the sentence shown of an abstract says what people say of the paper in one line.

    ./run bench tldr --data DIR --run-out FILE

DIR holds ``papers.jsonl``: ``id``, ``title``, ``sentences`` of the abstract. Each abstract is
joined to the text that a source would give; the product splits it, chooses as it does when an item
is stored, and what the digest would show goes into FILE as ``{"id": …, "text": …}`` for an outside
scorer. Prints the processor time of an abstract. Summaries in DIR are not read.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from core.items import Item, ItemKey, ItemKind
from digests.view import summary
from language.leads import lead

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def main() -> int:
    """Choose a sentence of every abstract, write them and print what it took."""
    parser = argparse.ArgumentParser(prog="bench tldr", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with papers.jsonl")
    parser.add_argument("--run-out", type=Path, required=True, help="file for the scorer")
    options = parser.parse_args()
    text = (options.data / "papers.jsonl").read_text(encoding="utf-8")
    took, lines = [], []
    for paper in map(json.loads, text.splitlines()):
        item = Item(
            key=ItemKey("arxiv", paper["id"]),
            kind=ItemKind.PAPER,
            title=paper["title"],
            url="https://example.org/",
            appeared_at=NOW,
            summary=" ".join(" ".join(paper["sentences"]).split()),
        )
        started = time.process_time()
        lead(item)
        took.append(1000 * (time.process_time() - started))
        lines.append(json.dumps({"id": paper["id"], "text": summary(item)}))
    options.run_out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    slow = statistics.quantiles(took, n=100)
    print(
        f"{len(lines)} abstracts, processor time of one: mean {statistics.mean(took):.2f} ms, "
        f"p50 {slow[49]:.2f}, p95 {slow[94]:.2f}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
