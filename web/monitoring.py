"""For the operator: health and metrics."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from core.errors import StorageError
from web.site import SITE, Site


async def health(request: web.Request) -> web.Response:
    """Return 200 if the archive can be read and the scheduler runs, else 503."""
    site = request.app[SITE]
    try:
        alive = await site.call(site.alive)
    except StorageError:
        return web.json_response({"status": "archive cannot be read"}, status=503)
    if not alive:
        return web.json_response({"status": "scheduler is not running"}, status=503)
    return web.json_response({"status": "ok"})


async def metrics(request: web.Request) -> web.Response:
    """Return the metrics to whoever may see them, 404 to others."""
    site = request.app[SITE]
    if not _may_see(request, site):
        raise web.HTTPNotFound
    text = await site.call(site.metrics.text)
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_see(request: web.Request, site: Site) -> bool:
    """Whether a client shows the token or, where none is set, is on this machine.

    Behind a proxy every client seems to be on this machine, so with a ``base_url`` only the token
    counts.
    """
    if site.metrics_token:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        # Headers may hold bytes that are not UTF-8.
        known = site.metrics_token.encode()
        return hmac.compare_digest(shown.encode(errors="surrogateescape"), known)
    return not site.base_url and ip_address(request.remote or "0.0.0.0").is_loopback  # noqa: S104  no address to bind
