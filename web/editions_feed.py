"""The editions for everybody as feeds."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from digests.render import atom, json_feed
from digests.render.entries import entries
from web.pages import PUBLIC, cached
from web.site import SITE, Site

TITLE = "Tidings: the weekly edition"

EDITIONS_IN_FEED = 4
"""Latest editions whose picks stand in the feeds: a reader that was off for weeks misses none."""

ATOM, JSON = "/editions.atom", "/editions.json"


async def as_atom(request: web.Request) -> web.Response:
    """Return the picks of the latest editions as an Atom feed."""
    body = await _feed(request, atom.render, ATOM)
    return cached(request, body, "application/atom+xml", PUBLIC)


async def as_json(request: web.Request) -> web.Response:
    """Return the same as a JSON feed."""
    body = await _feed(request, json_feed.render, JSON)
    return cached(request, body, "application/feed+json", PUBLIC)


async def _feed(request: web.Request, render: Callable[..., bytes], path: str) -> bytes:
    site = request.app[SITE]
    return await site.call(_rendered, site, render, path)


def _rendered(site: Site, render: Callable[..., bytes], path: str) -> bytes:
    latest = site.editions.weeks()[:EDITIONS_IN_FEED]
    found = [edition for week in latest if (edition := site.editions.edition(week))]
    address = f"{site.base_url}{path}" if site.base_url else ""
    return render(entries(found), title=TITLE, address=address)
