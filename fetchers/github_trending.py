"""GitHub's trending page, which is HTML for people; there is no API for it."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.items import Item, ItemKey, ItemKind
from fetchers.clean import one_line, running_text
from fetchers.markup import Element, parse_html
from fetchers.source import MalformedError

log = logging.getLogger(__name__)

SOURCE = "github"

SLUG = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})/[A-Za-z0-9._-]{1,100}")
"""``owner/repo`` as GitHub allows it."""

_ROWS = "//article[contains(concat(' ', normalize-space(@class), ' '), ' Box-row ')]"
_END_OF_ROW = b"</article>"
_EMPTY = "//*[contains(concat(' ', normalize-space(@class), ' '), ' blankslate ')]"
_COUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*([km]?)", re.IGNORECASE)
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}
_GAINED = {"today": "stars_today", "this week": "stars_this_week", "this month": "stars_this_month"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What a row of a list says of a repository.

    Attributes:
        slug: ``owner/repo`` as its owner spells it.
        description: plain text, may be empty.
        language: may be empty.
        metrics: ``stars``, ``forks`` and the stars gained, as far as the row says.
    """

    slug: str
    description: str
    language: str
    metrics: dict[str, float]


def parse_trending(body: bytes) -> list[Repository]:
    """Read a trending page; of one that breaks off, the rows that came whole.

    A page without rows is a success only if it says itself that there are none; otherwise the
    layout has changed, or it is another page.

    Raises:
        MalformedError: if it is not the trending page, or breaks off before the first row ends.
    """
    whole = breaks_off(body) is None
    page = parse_html(body if whole else body[: body.rfind(_END_OF_ROW) + len(_END_OF_ROW)])
    if page is None:
        raise MalformedError(SOURCE, "github: the trending page is empty")
    rows = page.xpath(_ROWS)
    if not whole and not rows:
        raise MalformedError(SOURCE, "github: the trending page is incomplete")
    found = [repository for row in rows if (repository := _repository(row)) is not None]
    if rows and not found:
        raise MalformedError(SOURCE, f"github: none of {len(rows)} rows is a repository")
    if not rows and not any("trending" in (block.text_content()) for block in page.xpath(_EMPTY)):
        raise MalformedError(
            SOURCE, "github: the trending page has no rows; has its layout changed?"
        )
    return found


def breaks_off(body: bytes) -> MalformedError | None:
    """Return the failure to be told of a page whose end is missing; what it holds is good."""
    if b"</html>" in body[-1000:].lower():
        return None
    return MalformedError(SOURCE, "github: the trending page is incomplete")


def parse_count(text: str) -> float | None:
    """Read a count as a person writes it: ``3,592``, ``12.3k``; None if there is no number."""
    found = _COUNT.search(text)
    if found is None:
        return None
    count = float(found[1].replace(",", "")) * _TIMES[found[2].lower()]
    return float(round(count)) if math.isfinite(count) else None


def merge(lists: Iterable[Iterable[Repository]]) -> list[Repository]:
    """Join several lists: a repository that stands in more than one gets the metrics of all."""
    joined: dict[str, Repository] = {}
    for repository in (one for rows in lists for one in rows):
        known = joined.setdefault(repository.slug.lower(), repository)
        known.metrics.update(repository.metrics)
    return list(joined.values())


def to_item(repository: Repository, day: datetime, topics: tuple[str, ...] = ()) -> Item:
    """Map a repository to an item.

    Args:
        repository: what a list says.
        day: the day on which it stood in the list (aware UTC).
        topics: what the repository says that it is about.
    """
    language = repository.language
    return Item(
        # GitHub ignores case in names; the key keeps to one spelling so that links meet.
        key=ItemKey(SOURCE, repository.slug.lower()),
        kind=ItemKind.REPOSITORY,
        title=repository.slug,
        url=f"https://github.com/{repository.slug}",
        appeared_at=day,
        summary=repository.description,
        authors=(repository.slug.partition("/")[0],),
        tags=tuple(tag for tag in (language, *topics) if tag),
        metrics=repository.metrics,
        facts={"language": language} if language else {},
    )


def _repository(row: Element) -> Repository | None:
    # The heading's link: sponsors' links come before it in the row.
    slugs = [str(href).strip("/") for href in row.xpath(".//h2//a/@href")]
    slug = next((slug for slug in slugs if SLUG.fullmatch(slug)), None)
    if slug is None:
        log.warning("github: left out a row without a repository's name: %.100r", slugs)
        return None
    metrics = {
        "stars": _first_count(row, './/a[contains(@href, "/stargazers")]'),
        "forks": _first_count(row, './/a[contains(@href, "/forks")]'),
        **_gained(row),
    }
    return Repository(
        slug=slug,
        description=running_text(_first_text(row, './/p[contains(@class, "col-9")]')),
        language=one_line(_first_text(row, './/*[@itemprop="programmingLanguage"]')),
        metrics={name: count for name, count in metrics.items() if count is not None},
    )


def _gained(row: Element) -> dict[str, float | None]:
    text = one_line(_first_text(row, './/span[contains(@class, "float-sm-right")]'))
    name = next((name for period, name in _GAINED.items() if text.endswith(period)), None)
    return {name: parse_count(text)} if name else {}


def _first_text(row: Element, path: str) -> str:
    return next((element.text_content() for element in row.xpath(path)), "")


def _first_count(row: Element, path: str) -> float | None:
    return parse_count(_first_text(row, path))
