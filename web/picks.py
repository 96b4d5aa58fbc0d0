"""A subscriber's digests by signed link: as pages, as feeds, and their deadlines as a calendar."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from core.signed_links import LinkPurpose
from digests.render import atom, json_feed
from digests.render.entries import entries
from digests.render.ics import calendar
from digests.view import view
from web.pages import answer, cached
from web.signup import link_subject
from web.site import SITE

TITLE = "Tidings: picks for you"
PRIVATE = {"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex, nofollow"}


async def digest(request: web.Request) -> web.Response:
    """Show a digest as it was sent."""
    site = request.app[SITE]
    about = link_subject(request, LinkPurpose.VIEW)
    return await site.call(
        lambda: answer("issue.html.j2", page=view(site.email_subscriptions.issue(about)))
    )


async def atom_feed(request: web.Request) -> web.Response:
    """Return the picks as an Atom feed."""
    return cached(request, await _feed(request, atom.render), "application/atom+xml", PRIVATE)


async def feed_as_json(request: web.Request) -> web.Response:
    """Return the picks as a JSON feed."""
    body = await _feed(request, json_feed.render, path="/json")
    return cached(request, body, "application/feed+json", PRIVATE)


async def _feed(request: web.Request, render: Callable[..., bytes], path: str = "") -> bytes:
    site, about = request.app[SITE], link_subject(request, LinkPurpose.FEED)
    link = site.links.link(LinkPurpose.FEED, about)
    address = f"{link}{path}" if link else ""
    issues = await site.call(site.email_subscriptions.issues, about)
    return await site.call(lambda: render(entries(issues), title=TITLE, address=address))


async def deadlines(request: web.Request) -> web.Response:
    """Return the deadlines ahead as a calendar."""
    site, about = request.app[SITE], link_subject(request, LinkPurpose.FEED)
    issues = await site.call(site.email_subscriptions.issues, about)
    items = [ranked.item for issue in issues for ranked in issue.picks]
    body = await site.call(calendar, items, site.clock())
    return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=PRIVATE)
