"""The pages for everybody: what this is, and what ends soon."""

from __future__ import annotations

from aiohttp import web

from digests.render.ics import calendar
from web.pages import answer, stylesheet
from web.site import SITE

PUBLIC = {"Cache-Control": "public, max-age=60"}


async def front(_: web.Request) -> web.Response:
    """Say what this is."""
    return answer("front.html.j2")


async def deadlines(request: web.Request) -> web.Response:
    """Hand out what ends soon as a calendar."""
    site = request.app[SITE]
    found = await site.call(lambda: calendar(site.deadlines(), site.clock()))
    return web.Response(body=found, content_type="text/calendar", headers=PUBLIC)


async def style(_: web.Request) -> web.Response:
    """Hand out the style sheet."""
    return web.Response(text=stylesheet(), content_type="text/css", headers=PUBLIC)


async def robots(_: web.Request) -> web.Response:
    """Ask search engines to leave alone what is for one person."""
    private = ("confirm", "feed", "preferences", "unsubscribe", "view")
    lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in private)]
    return web.Response(text="\n".join(lines) + "\n", headers=PUBLIC)
