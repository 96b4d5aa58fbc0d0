"""Judged pairs and corpora as items: what ``bench works`` stores."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.items import Item, ItemKey, ItemKind
from core.links import key_identifier, link_identifier
from fetchers.huggingface_rows import paper

_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
_READ_AT = datetime(2026, 11, 1, tzinfo=UTC)
_CITED = "a reading list that cites the paper"
_KINDS = {
    "paper": ItemKind.PAPER,
    "repository": ItemKind.REPOSITORY,
    "model": ItemKind.MODEL,
    "dataset": ItemKind.DATASET,
    "space": ItemKind.SPACE,
}
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A judged pair: two identifiers (``core.links``), and whether they are the same work."""

    kind: str
    a: str
    b: str
    same: bool | None
    how: str


def read_pairs(path: Path) -> list[Pair]:
    """Read the judged pairs of a file; what names nothing that can be an item is left out."""
    pairs = []
    for row in _rows(path):
        a, b = identifier(row["a"]), identifier(row["b"])
        if a and b:
            pairs.append(Pair(row["kind"], a, b, row["same"], row["how"]))
    return pairs


def identifier(name: str) -> str:
    """Return the identifier of ``arxiv:…``, ``github:…`` or ``hf:…`` as the pairs write it."""
    site, _, rest = name.partition(":")
    pages = {
        "arxiv": "https://arxiv.org/abs/",
        "github": "https://github.com/",
        "hf": "https://huggingface.co/",
    }
    return link_identifier(pages[site] + rest) if site in pages else ""


def archive(pairs: Sequence[Pair], corpus: Path, *, least: int) -> list[Item]:
    """Return the items of the pairs and the corpora, each key once, and at least ``least``."""
    items: dict[ItemKey, Item] = {}
    for item in (*_corpora(corpus), *_named(pairs)):
        items.setdefault(item.key, item)
    made = [item for item in items.values() if item.kind in {ItemKind.PAPER, ItemKind.REPOSITORY}]
    number = 0
    while len(items) < least and made:
        for item in made[: least - len(items)]:
            about = _release(item, number) if _is_code(item) else _discussion(item, number)
            items[about.key] = about
        number += 1
    return list(items.values())


def _is_code(item: Item) -> bool:
    return item.kind is ItemKind.REPOSITORY


def _corpora(corpus: Path) -> Iterator[Item]:
    makers: Mapping[str, Callable[[_Row], Item | None]] = {
        "arxiv.jsonl.gz": _paper,
        "arxiv-published.jsonl.gz": _paper,
        "hf_daily_papers.jsonl.gz": _daily,
        "github_trending.jsonl.gz": _repository,
        "hackernews_top.jsonl": _story,
        "stackoverflow_questions.jsonl": _question,
        "kaggle_competitions.jsonl": _competition,
        "kaggle_datasets.jsonl": _dataset,
    }
    for name, make in makers.items():
        if (corpus / name).is_file():
            made = (make(row) for row in _rows(corpus / name))
            yield from (item for item in made if item is not None)


def _named(pairs: Sequence[Pair]) -> Iterator[Item]:
    """Yield what the pairs name, by name alone; lists with links to all that they cite."""
    cited: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair.how == _CITED:
            cited[pair.b].add(pair.a)
    for name in {name: None for pair in pairs for name in (pair.b, pair.a)}:
        yield _by_name(name, cited.get(name, ()))


def _by_name(name: str, cited: Iterable[str]) -> Item:
    kind, _, rest = name.partition(":")
    site, _, own = rest.partition("/")
    external = own if site in {"arxiv", "github"} else f"{kind}/{own}"
    links = " ".join(f"https://arxiv.org/abs/{one.rpartition('/')[2]}" for one in sorted(cited))
    made = Item(
        key=ItemKey(site, external),
        kind=_KINDS[kind],
        title=own,
        url=f"https://example.org/{external}",
        summary=links,
        appeared_at=_UNDATED,
    )
    if key_identifier(made.key) != name:
        raise ValueError(f"{name} is read as {key_identifier(made.key)}")
    return made


def _paper(row: _Row) -> Item:
    facts = {name: row[name] for name in ("comment", "doi") if row.get(name)}
    return Item(
        key=ItemKey("arxiv", row["id"]),
        kind=ItemKind.PAPER,
        title=row["title"],
        url=f"https://arxiv.org/abs/{row['id']}",
        summary=row["abstract"],
        appeared_at=_day(row.get("announced") or row["published"]),
        authors=tuple(row["authors"]),
        facts=facts,
    )


def _daily(row: _Row) -> Item | None:
    """Map a daily paper as the product does; the corpus holds it without its outer record."""
    inner = {**row, "authors": [{"name": name} for name in row["authors"] or ()]}
    return paper({"paper": inner}, _READ_AT)


def _repository(row: _Row) -> Item:
    return Item(
        key=ItemKey("github", row["repo"].lower()),
        kind=ItemKind.REPOSITORY,
        title=row["repo"],
        url=f"https://github.com/{row['repo']}",
        summary=row["description"] or "",
        appeared_at=_day(row["date"]),
    )


def _release(repository: Item, number: int) -> Item:
    tag = f"releases/tag/v{number}"
    return Item(
        key=ItemKey("github", f"{repository.key.external_id}/{tag}"),
        kind=ItemKind.RELEASE,
        title=f"{repository.title} {number}",
        url=f"https://github.com/{repository.key.external_id}/{tag}",
        appeared_at=repository.appeared_at,
    )


def _discussion(of: Item, number: int) -> Item:
    return Item(
        key=ItemKey("lobsters", f"{of.key}/{number}"),
        kind=ItemKind.DISCUSSION,
        title=of.title,
        url=of.url,
        appeared_at=of.appeared_at,
    )


def _story(row: _Row) -> Item:
    number = str(row.get("id") or row["title"])
    page = f"https://news.ycombinator.com/item?id={number}"
    return Item(
        key=ItemKey("hackernews", number),
        kind=ItemKind.DISCUSSION,
        title=row["title"],
        url=row.get("url") or page,
        appeared_at=_day(row["captured"]),
    )


def _question(row: _Row) -> Item:
    number = row["url"].split("/questions/")[1].split("/")[0]
    return Item(
        key=ItemKey("stackexchange", f"stackoverflow/{number}"),
        kind=ItemKind.QUESTION,
        title=row["title"],
        url=row["url"],
        appeared_at=_day(row["captured"]),
    )


def _competition(row: _Row) -> Item:
    slug = row["link"].rstrip("/").rpartition("/")[2]
    return Item(
        key=ItemKey("kaggle", f"competition/{slug}"),
        kind=ItemKind.COMPETITION,
        title=row["title"],
        url=f"https://www.kaggle.com/competitions/{slug}",
        appeared_at=_UNDATED,
    )


def _dataset(row: _Row) -> Item:
    return Item(
        key=ItemKey("kaggle", f"dataset/{row['ref']}"),
        kind=ItemKind.DATASET,
        title=row["title"] or row["ref"],
        url=row["url"],
        appeared_at=_UNDATED,
    )


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)


def _rows(path: Path) -> Iterator[_Row]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    else:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
