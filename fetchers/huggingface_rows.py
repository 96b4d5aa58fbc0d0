"""Hugging Face's rows: daily papers, models, data sets and spaces, as items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.facets import facets
from core.items import FacetValue, Item, ItemKey, ItemKind
from fetchers.arxiv_ids import parse_id
from fetchers.clean import one_line, running_text, web_address
from fetchers.rows import (
    NUMBER,
    Row,
    counts,
    inner,
    inner_rows,
    line,
    lines,
    moment,
    number,
    read_json,
    read_rows,
)
from fetchers.source import MalformedError
from language.authors import author_names

SOURCE = "huggingface"

_WEB = "https://huggingface.co"
_NAME = re.compile(r"(?:[A-Za-z0-9][\w.-]{0,95}/)?[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_FOLDERS = {ItemKind.MODEL: "", ItemKind.DATASET: "datasets/", ItemKind.SPACE: "spaces/"}
_PAPER = "paper/"
_NAMED_BY_PAPER = {
    "models": ItemKind.MODEL,
    "datasets": ItemKind.DATASET,
    "spaces": ItemKind.SPACE,
}
_RECENT = timedelta(days=1)
_STATED = re.compile(r"(?<![A-Za-z0-9.])(\d{1,4}(?:\.\d+)?)([BM])(?![A-Za-z])")
_EXPERTS = re.compile(r"\d+E(?![A-Za-z])|\d+x\d+", re.ASCII)
_TIMES = {"M": 10**6, "B": 10**9}
_LEAST_SHARE, _MOST_SHARE = 0.5, 3.0


def parse_daily(body: bytes, now: datetime) -> list[Item]:
    """Read the daily papers of a day.

    A day that comes wrapped, or as texts in place of records, is broken, never a day without
    papers.

    Raises:
        MalformedError: if it is no list, or none of its entries can be read.
    """
    rows = read_json(body, SOURCE)
    always = {
        "paper.upvotes": NUMBER,
        "paper.authors": list,
        "paper.summary": str,
        "paper.publishedAt": str,
        "numComments": NUMBER,
    }
    return read_rows(
        rows, lambda row: paper(row, now), source=SOURCE, what="daily papers", always=always
    )


def parse_listed(body: bytes, kind: ItemKind, now: datetime) -> list[Item]:
    """Read a list of models, data sets or spaces, the most trending first.

    Raises:
        MalformedError: if it is no list, is empty, or none of its entries can be read.
    """
    what = f"{kind.value}s"
    rows = read_json(body, SOURCE)
    always = {"likes": NUMBER, "tags": list, "trendingScore": NUMBER, "createdAt": str}
    always |= {} if kind is ItemKind.SPACE else {"downloads": NUMBER}
    items = read_rows(
        rows, lambda row: repository(row, kind, now), source=SOURCE, what=what, always=always
    )
    if not items:
        raise MalformedError(SOURCE, f"huggingface: the list of trending {what} is empty")
    return items


def parse_trending(body: bytes, kind: ItemKind, now: datetime) -> list[Item]:
    """Read the short list of what trends; its records are nested, and say less.

    Raises:
        MalformedError: if it is none, is empty, or none of its entries can be read.
    """
    data = read_json(body, SOURCE)
    rows = data.get("recentlyTrending") if isinstance(data, Mapping) else None
    what = f"{kind.value}s"
    always = {"repoData.likes": NUMBER, "repoData.lastModified": str}
    always |= {} if kind is ItemKind.SPACE else {"repoData.downloads": NUMBER}
    always |= {"repoData.numParameters": NUMBER} if kind is ItemKind.MODEL else {}
    items = read_rows(
        rows,
        lambda row: repository(inner(row, "repoData"), kind, now),
        source=SOURCE,
        what=what,
        always=always,
    )
    if not items:
        raise MalformedError(SOURCE, f"huggingface: the short list of {what} is empty")
    return items


def parse_of_paper(body: bytes, paper: Item, now: datetime) -> list[Item]:
    """Read which repositories name a paper; return those that are its own work, one of a kind.

    Most that name it only build on it. Its own are not made from another model and name no other
    paper; where several of a kind are left, none is taken.

    Raises:
        MalformedError: if it is no such answer.
    """
    data = read_json(body, SOURCE)
    if not isinstance(data, Mapping) or not any(name in data for name in _NAMED_BY_PAPER):
        raise MalformedError(SOURCE, "huggingface: the response has no repositories of a paper")
    page = (f"https://arxiv.org/abs/{paper.key.external_id.removeprefix(_PAPER)}",)
    found: list[Item] = []
    for name, kind in _NAMED_BY_PAPER.items():
        items = (repository(row, kind, now) for row in inner_rows(data, name))
        own = [item for item in items if item is not None and item.related == page]
        found += own if len(own) == 1 else []
    return found


def paper(row: Row, now: datetime) -> Item | None:
    """Map a daily paper, whose id is arXiv's.

    It became visible on the day of its list, and the list of a day grows until the next: one of
    today or yesterday counts from now. The outer ``publishedAt`` is some hours early, the inner
    one is right.
    """
    inside = inner(row, "paper")
    name = parse_id(line(inside, "id"))
    title = line(inside, "title") or line(row, "title")
    if name is None or not title:
        return None
    listed = moment(inside, "submittedOnDailyAt") or moment(row, "publishedAt")
    fresh = listed is None or now - listed < _RECENT + _RECENT
    writers = (one for one in inner_rows(inside, "authors") if one.get("hidden") is not True)
    named = (web_address(inside.get(field)) for field in ("githubRepo", "projectPage"))
    return Item(
        key=ItemKey(SOURCE, f"{_PAPER}{name.id}"),
        kind=ItemKind.PAPER,
        title=title,
        url=f"{_WEB}/papers/{name.id}",
        appeared_at=now if fresh or listed is None else listed,
        published_at=moment(inside, "publishedAt"),
        summary=running_text(inside.get("summary") or row.get("summary")),
        authors=author_names(line(one, "name") for one in writers),
        tags=lines(inside, "ai_keywords"),
        metrics=counts(inside, {"upvotes": "upvotes", "stars": "githubStars"})
        | counts(row, {"comments": "numComments"}),
        facts={"tldr": text} if (text := line(inside, "ai_summary")) else {},
        related=tuple(dict.fromkeys(address for address in named if address)),
    )


def repository(row: Row, kind: ItemKind, now: datetime) -> Item | None:
    """Map a model, a data set or a space, which trends now."""
    name = line(row, "id", "modelId")
    if not _NAME.fullmatch(name):
        return None
    tags = lines(row, "tags")
    card = inner(row, "cardData")
    license_ = _license(row, tags)
    task = line(row, "pipeline_tag") or _tagged(tags, "task_categories")
    facts = {
        "task": task,
        "license": license_,
        "library": line(row, "library_name"),
        "sdk": line(row, "sdk"),
    }
    owner, slash, _ = name.partition("/")
    return Item(
        # Names differ by more than case nowhere; one spelling lets links meet.
        key=ItemKey(SOURCE, f"{kind.value}/{name.lower()}"),
        kind=kind,
        title=name,
        url=f"{_WEB}/{_FOLDERS[kind]}{name}",
        appeared_at=now,
        published_at=moment(row, "createdAt"),
        updated_at=moment(row, "lastModified"),
        summary=running_text(row.get("description") or card.get("short_description")),
        authors=(owner,) if slash else (),
        tags=tuple(dict.fromkeys(tag for tag in (task, *tags) if tag and ":" not in tag)),
        metrics=counts(
            row, {"trending": "trendingScore", "likes": "likes", "downloads": "downloads"}
        ),
        facts={label: text for label, text in facts.items() if text},
        facets=_facets(row, name, license_),
        related=_paper_of(tags),
    )


def plausible_parameters(count: float | None, name: str) -> int | None:
    """Return a number of parameters, unless the name of the model says something else.

    Packed and quantized files are counted by their stored numbers, and some hold only a part of a
    model: a "27B" was given as 0.46 billion. A name gives what one expert has where there are
    several ("17B-16E" has 109 billion), so more than it says is right there.

    Args:
        count: what the source says.
        name: of the model.
    """
    if count is None or count < 1:
        return None
    stated = [float(amount) * _TIMES[unit] for amount, unit in _STATED.findall(name)]
    if stated:
        most = float("inf") if _EXPERTS.search(name) else max(stated) * _MOST_SHARE
        if not max(stated) * _LEAST_SHARE <= count <= most:
            return None
    return int(count)


def _facets(row: Row, name: str, license_: str) -> Mapping[str, FacetValue]:
    gated = row.get("gated")
    total = number(inner(row, "safetensors"), "total")
    if total is None:
        total = number(inner(row, "gguf"), "total")
    if total is None:
        total = number(row, "numParameters")
    return facets(
        license=license_,
        parameters=plausible_parameters(total, name),
        last_activity=moment(row, "lastModified"),
        gated=gated is not False if isinstance(gated, bool | str) else None,
    )


def _license(row: Row, tags: tuple[str, ...]) -> str:
    """Return the licence that the tags or the card name; "other" is what the source says, too."""
    written = inner(row, "cardData").get("license")
    stated = written[0] if isinstance(written, list) and written else written
    return _tagged(tags, "license") or one_line(stated)


def _tagged(tags: tuple[str, ...], name: str) -> str:
    """Return the value of the first tag ``name:value``."""
    start = f"{name}:"
    return next((tag.removeprefix(start) for tag in tags if tag.startswith(start)), "")


def _paper_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paper that a repository is the work of, if it names just one.

    Cards cite what they build on by the same tags, and a model made from another repeats those
    of its origin.
    """
    papers = {tag.removeprefix("arxiv:") for tag in tags if tag.startswith("arxiv:")}
    name = parse_id(next(iter(papers))) if len(papers) == 1 else None
    derived = any(tag.startswith("base_model:") for tag in tags)
    return () if name is None or derived else (f"https://arxiv.org/abs/{name.id}",)
