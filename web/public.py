"""The public pages: the front page and the archive of editions."""

from __future__ import annotations

from itertools import groupby

from aiohttp import web

from core.digests import Period
from core.weeks import week_of
from digests.times import span, zone_named
from digests.view import SectionView, cards, readable_title, view
from services.digests.editions import EditionHit
from web.pages import PUBLIC, answer, fill, stylesheet
from web.search import MAX_QUERY_LENGTH
from web.site import SITE, Site

NO_CACHE = {"Cache-Control": "private, no-cache"}
"""On public pages with a form, whose token expires."""

HEADLINES = 3
"""Titles below each edition of the archive."""

WEEKS_WITH_HEADLINES = 26
"""Editions of the archive that show them; each is read whole, in about 2 ms."""


async def front(request: web.Request) -> web.Response:
    """Show what this is, the form to subscribe, and the latest edition."""
    site = request.app[SITE]
    return await site.call(_front, site)


def _front(site: Site) -> web.Response:
    week = next(iter(site.editions.weeks()), "")
    digest = site.editions.edition(week) if week else None
    response = answer(
        "front.html.j2",
        week=week,
        page=view(digest) if digest else None,
        form=form_for(site),
        typed={},
        problem="",
        here=site.base_url,
    )
    response.headers.update(NO_CACHE)
    return response


def form_for(site: Site) -> str:
    """Return the token of the form to subscribe, or "" where nobody can."""
    return site.forms.token("/subscribe") if site.subscribing else ""


async def archive(request: web.Request) -> web.Response:
    """List all editions, or the results of a search in them."""
    site = request.app[SITE]
    query = request.query.get("q", "")[:MAX_QUERY_LENGTH].strip()
    return await site.call(_archive, site, query)


def _archive(site: Site, query: str) -> web.Response:
    hits = site.editions.search(query) if query else ()
    response = answer(
        "archive.html.j2",
        query=query,
        found=_sections(site, hits),
        count=len(hits),
        weeks=_weeks(site) if not query else (),
    )
    if not query:  # a search is private
        response.headers.update(PUBLIC)
    return response


def _weeks(site: Site) -> list[tuple[str, str, list[str]]]:
    """Return each edition's week, its days and its first titles, latest first."""
    weeks = site.editions.weeks()
    return [
        (week, _days(week), _headlines(site, week) if place < WEEKS_WITH_HEADLINES else [])
        for place, week in enumerate(weeks)
    ]


def _headlines(site: Site, week: str) -> list[str]:
    edition = site.editions.edition(week)
    picks = edition.in_order[:HEADLINES] if edition else ()
    return [readable_title(pick.item) for pick in picks]


def _sections(site: Site, hits: tuple[EditionHit, ...]) -> tuple[SectionView, ...]:
    """Lay the hits out as cards, one section a week."""
    return tuple(
        SectionView(
            kind="week",
            title=week,
            cards=cards([hit.ranked for hit in group], site.clock(), "UTC"),
        )
        for week, group in groupby(hits, key=lambda hit: hit.week)
    )


async def edition(request: web.Request) -> web.Response:
    """Show the edition of one week."""
    site, week = request.app[SITE], request.match_info["week"]
    return await site.call(_edition, site, week)


def _edition(site: Site, week: str) -> web.Response:
    digest = site.editions.edition(week)
    if digest is None:
        raise web.HTTPNotFound
    weeks = site.editions.weeks()
    place = weeks.index(week)
    response = answer(
        "edition.html.j2",
        week=week,
        page=view(digest),
        earlier=weeks[place + 1] if place + 1 < len(weeks) else "",
        later=weeks[place - 1] if place else "",
        here=f"{site.base_url}/archive/{week}" if site.base_url else "",
    )
    response.headers.update(PUBLIC)
    return response


async def style(_: web.Request) -> web.Response:
    """Return the style sheet."""
    return web.Response(text=stylesheet(), content_type="text/css", headers=PUBLIC)


async def favicon(_: web.Request) -> web.Response:
    """Return the icon of the pages."""
    return web.Response(text=fill("favicon.svg.j2"), content_type="image/svg+xml", headers=PUBLIC)


async def robots(_: web.Request) -> web.Response:
    """Ask search engines not to visit personal pages."""
    private = ("confirm", "feed", "feedback", "preferences", "unsubscribe", "view")
    lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in private), "Disallow: /search"]
    return web.Response(text="\n".join(lines) + "\n", headers=PUBLIC)


def _days(week: str) -> str:
    start, end = week_of(week)
    return span(Period(start=start, end=end), zone_named("UTC"))
