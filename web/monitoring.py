"""For those who run it: whether it is well, and what it counts."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from aiohttp import web

from core.errors import StorageError
from web.metrics import CONTENT_TYPE
from web.site import SITE, Site


async def health(request: web.Request) -> web.Response:
    """Say in a word whether the archive can be read and the scheduler ticks: 200 or 503."""
    site = request.app[SITE]
    try:
        alive = await site.call(site.alive)
    except StorageError:
        return web.json_response({"status": "archive cannot be read"}, status=503)
    if not alive:
        return web.json_response({"status": "scheduler does not tick"}, status=503)
    return web.json_response({"status": "ok"})


async def metrics(request: web.Request) -> web.Response:
    """Hand out what is counted to whoever may see it; for others there is nothing here."""
    site = request.app[SITE]
    if not _may_see(request, site):
        raise web.HTTPNotFound
    text = await site.call(site.metrics.text)
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE})


def _may_see(request: web.Request, site: Site) -> bool:
    """Whether somebody shows the token or, where there is none, asks from this machine.

    With a proxy in front everybody seems to ask from this machine: then there is no way without a
    token.
    """
    if site.metrics_token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        # Headers may hold bytes that are no text.
        known = site.metrics_token.encode()
        return hmac.compare_digest(shown.encode(errors="surrogateescape"), known)
    return not site.base_url and ip_address(request.remote or "0.0.0.0").is_loopback  # noqa: S104  no address to bind
