"""Papers with Code (paperswithcode.co): papers that trend this week, with their code.

The API asks for no key. Its description is in its own client (huggingface/pwc-cli). A filter that
an old server does not know is ignored there, but a trending list without its period is still one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import ConfigError, FetchError
from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from core.sources import Batch
from fetchers.arxiv_ids import parse_id
from fetchers.clean import one_line, running_text, web_address
from fetchers.rows import (
    Row,
    Shape,
    counts,
    inner_rows,
    line,
    lines,
    number,
    parse_moment,
    read_json,
    read_rows,
)
from fetchers.source import HttpFetcher, MalformedError, Source, ends_fetch, option
from language.authors import author_names
from net.client import SourceSession

SOURCE = "paperswithcode"

_MOST = 100
"""Longest page of the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersWithCodeOptions:
    """Papers that trend this week, with their code and tasks."""

    api_url: str = option("https://paperswithcode.co", "URL of the API")
    limit: int = option(50, "number of papers to take, at most 100")

    def __post_init__(self) -> None:
        """Check the number.

        Raises:
            ConfigError: for one that the API does not give.
        """
        if not 1 <= self.limit <= _MOST:
            raise ConfigError(f"sources.paperswithcode.limit: must be from 1 to {_MOST}")


def parse_papers(body: bytes, now: datetime) -> list[Item]:
    """Read a list of papers, in pages (``papers/``) or bare (``papers/trending``).

    Raises:
        MalformedError: if it is no such list, holds less than it says, or none can be read.
    """
    data = read_json(body, SOURCE)
    rows = data.get("results") if isinstance(data, Mapping) else data
    always: dict[str, Shape] = {"authors": list, "abstract": str, "tasks": list}
    if isinstance(data, Mapping):
        always |= {"repositories": list, "published": str, "has_official_implementation": bool}
    items = read_rows(
        rows, lambda row: to_item(row, now), source=SOURCE, what="papers", always=always
    )
    if not items and not (isinstance(data, Mapping) and number(data, "count") == 0):
        raise MalformedError(SOURCE, "paperswithcode: the list is empty and does not say so")
    return items


def to_item(row: Row, now: datetime) -> Item | None:
    """Map a paper.

    A repository that is listed is not the paper's own unless it is called official: the lists of
    well-known papers hold ports by others.

    Args:
        row: what the API says of it.
        now: the present (aware UTC): it trends now.
    """
    arxiv = parse_id(line(row, "arxiv_id"))
    name = arxiv.id if arxiv else _number(row)
    title = line(row, "title")
    if not (name and title):
        return None
    own = [one for one in inner_rows(row, "repositories") if one.get("is_official") is True]
    pages = (_address(page) for page in _list(row, "project_pages"))
    stars = [count for one in own if (count := number(one, "num_stars")) is not None]
    tasks = tuple(
        dict.fromkeys(task for one in inner_rows(row, "tasks") if (task := line(one, "name")))
    )
    official = row.get("has_official_implementation")
    return Item(
        key=ItemKey(SOURCE, name),
        kind=ItemKind.PAPER,
        title=title,
        url=f"https://paperswithcode.co/paper/{name}",
        appeared_at=now,
        published_at=parse_moment(line(row, "published", "date_published")),
        summary=running_text(row.get("abstract") or row.get("tldr")),
        authors=author_names(lines(row, "authors")),
        tags=tasks,
        metrics=counts(row, {"citations": "citation_count"})
        | ({"stars": max(stars)} if stars else {}),
        facts=_facts(row, tasks),
        facets=facets(official=bool(own) or official if isinstance(official, bool) else None),
        related=tuple(
            dict.fromkeys(url for url in (*(_address(one) for one in own), *pages) if url)
        ),
    )


class PapersWithCodeFetcher(HttpFetcher[PapersWithCodeOptions]):
    """Reads Papers with Code."""

    source = SOURCE
    windowed = False

    def read(
        self,
        session: SourceSession,
        since: datetime,  # noqa: ARG002  the list knows no since
        batch: Batch,
    ) -> Iterator[Item]:
        """Yield what trends this week, from the short list if the full one cannot be read.

        Raises:
            FetchError: if neither can be read.
        """
        papers = f"{self.options.api_url.rstrip('/')}/api/v1/papers/"
        size = str(self.options.limit)
        parameters = {
            "order_by": "trending",
            "time": "week",
            "include_resources": "true",
            "page": "1",
            "page_size": size,
        }
        try:
            yield from parse_papers(session.get(papers, params=parameters).body, self.clock())
        except FetchError as missed:
            if ends_fetch(missed):
                raise
            shorter = {"limit": size, "max_age_days": "7"}
            try:
                body = session.get(f"{papers}trending", params=shorter).body
                items = parse_papers(body, self.clock())
            except FetchError as failure:
                raise missed from failure
            batch.add_note(f"read from the short list: {missed}")
            yield from items


def _number(row: Row) -> str:
    """Return the number of a paper that is not at arXiv; clients also meet it as a number."""
    written = number(row, "id", "paper_id")
    text = line(row, "id", "paper_id") if written is None else f"{written:.0f}"
    return text if text.isascii() and text.isdigit() else ""


def _list(row: Row, name: str) -> list[object]:
    value = row.get(name)
    return value if isinstance(value, list) else []


def _address(thing: object) -> str:
    """Return the address that a record or a text holds."""
    return web_address(thing.get("url") if isinstance(thing, Mapping) else thing)


def _facts(row: Row, tasks: tuple[str, ...]) -> dict[str, str]:
    later = (parse_id(line(paper, "arxiv_id")) for paper in inner_rows(row, "successor_papers"))
    facts = {
        "task": tasks[0] if tasks else "",
        "venue": line(row, "conference_name", "proceeding"),
        "tldr": one_line(row.get("tldr")),
        "successors": ", ".join(name.id for name in later if name),
    }
    return {name: text for name, text in facts.items() if text}


DECLARATION = Source(
    name=SOURCE,
    options=PapersWithCodeOptions,
    make=PapersWithCodeFetcher,
    every=timedelta(hours=12),
    pace=timedelta(seconds=2),
    gives="papers that trend, with their own code",
    second_way="the short list if the full one fails",
)
