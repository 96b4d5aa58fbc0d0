"""Search over everything that everybody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from core.search import SearchHit
from digests.facts import KIND_NAMES, facts, who
from digests.sources import source_name
from digests.times import day
from digests.view import readable_title, safe_url
from language.matching import pieces
from language.plain import plain_line
from web.pages import answer
from web.site import SITE, Site

MAX_QUERY_LENGTH = 200
"""Characters of a search that are used."""

RESULTS = 20
"""Items on one page of results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An item that was found; texts are cut where words of the query stand (``pieces``)."""

    title: list[tuple[str, bool]]
    url: str
    about: tuple[str, ...]
    passage: list[tuple[str, bool]]


async def page(request: web.Request) -> web.Response:
    """Show the items that a query finds, best first."""
    site = request.app[SITE]
    query = plain_line(request.query.get("q", "")[:MAX_QUERY_LENGTH])
    return await site.call(_page, site, query)


def _page(site: Site, query: str) -> web.Response:
    hits = site.search(query, RESULTS) if query else ()
    return answer("search.html.j2", query=query, results=_results(hits, query, site))


def _results(hits: Sequence[SearchHit], query: str, site: Site) -> list[Result]:
    now = site.clock()
    return [
        Result(
            title=pieces(readable_title(hit.item), query),
            url=safe_url(hit.item.url),
            about=tuple(
                part
                for part in (
                    KIND_NAMES[hit.item.kind],
                    source_name(hit.item.key.source),
                    who(hit.item),
                    day(hit.item.appeared_at, now),
                    *facts(hit.item),
                )
                if part
            ),
            passage=pieces(plain_line(hit.snippet), query),
        )
        for hit in hits
    ]
