"""GitHub's search API: what stands in when the trending page cannot be read.

It knows no "stars gained", so it gives the most starred of the repositories made lately.
Reference: https://docs.github.com/en/rest/search/search#search-repositories
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.facets import facets
from core.items import Item
from fetchers.clean import one_line, running_text
from fetchers.github_trending import SLUG, SOURCE, Repository, to_item
from fetchers.rows import Row, inner, line, moment, number, read_list
from fetchers.source import MalformedError
from net.response import Response

log = logging.getLogger(__name__)

NEW_REPOSITORY_AGE = timedelta(days=14)
"""Age up to which a repository counts as new in the search."""

_PER_PAGE = 50


def parameters(now: datetime) -> dict[str, str]:
    """Return the query for repositories made lately, most stars first."""
    return {
        "q": f"created:>={now - NEW_REPOSITORY_AGE:%Y-%m-%d} stars:>=20",
        "sort": "stars",
        "order": "desc",
        "per_page": str(_PER_PAGE),
    }


def headers(token: str) -> dict[str, str]:
    """Return the fields that the API asks for, with a token if there is one."""
    fields = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    return fields | ({"Authorization": f"Bearer {token}"} if token else {})


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found.

    Attributes:
        items: the repositories.
        partly: whether GitHub says that it looked through only a part.
        whole: whether the answer came to its end.
    """

    items: list[Item]
    partly: bool
    whole: bool


def parse_search(body: bytes, day: datetime) -> Found:
    """Read an answer of the search; of one that breaks off, the rows that came whole.

    Args:
        body: JSON.
        day: the day on which it was asked (aware UTC).

    Raises:
        MalformedError: if it is not an answer of the search, or none of its rows can be read.
    """
    data, whole = read_list(body, SOURCE, "items")
    rows = data.get("items") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(rows, list):
        raise MalformedError(SOURCE, "github: the search response has no items")
    items = [item for row in rows if (item := _item(row, day)) is not None]
    if rows and not items:
        raise MalformedError(SOURCE, f"github: none of {len(rows)} found repositories can be read")
    return Found(items, data.get("incomplete_results") is True, whole)


def limited_until(response: Response, now: datetime) -> datetime | None:
    """Return when the API may be asked again, if it refused because of its rate limit.

    Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api

    Args:
        response: with status 403 or 429.
        now: the present (aware UTC).
    """
    spent = response.headers.get("X-RateLimit-Remaining") == "0"
    reset = response.headers.get("X-RateLimit-Reset", "")
    if spent and re.fullmatch("[0-9]{1,10}", reset):
        at = datetime.fromtimestamp(int(reset), UTC)
        return min(max(at, now), now + timedelta(days=1))
    if spent or b"secondary rate limit" in response.body:
        return now + timedelta(minutes=1)
    return None


def _item(row: object, day: datetime) -> Item | None:
    if not isinstance(row, Mapping) or not SLUG.fullmatch(line(row, "full_name")):
        log.warning("github: left out a search result without a repository's name")
        return None
    counts = {"stars": number(row, "stargazers_count"), "forks": number(row, "forks_count")}
    repository = Repository(
        slug=line(row, "full_name"),
        description=running_text(row.get("description")),
        language=line(row, "language"),
        metrics={name: count for name, count in counts.items() if count is not None},
    )
    terms = inner(row, "license")
    return replace(
        to_item(repository, day, _topics(row)),
        # "NOASSERTION" is GitHub's word for a licence that it does not know.
        facets=facets(
            license=line(terms, "spdx_id", "key").replace("NOASSERTION", ""),
            last_activity=moment(row, "pushed_at"),
        ),
    )


def _topics(row: Row) -> tuple[str, ...]:
    topics = row.get("topics")
    names = map(one_line, topics) if isinstance(topics, list) else ()
    return tuple(name for name in names if name)
