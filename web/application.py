"""The addresses and what answers at each."""

from __future__ import annotations

from aiohttp import web

from web import public, watching
from web.shield import counted, dress, errors_as_pages, limited
from web.site import SITE, Site

LARGEST = 16 * 1024
"""Bytes of a body; the largest form is a tenth of it."""


def build(site: Site) -> web.Application:
    """Build the application that answers for a site."""
    application = web.Application(
        client_max_size=LARGEST,
        middlewares=[counted, errors_as_pages, limited(site)],
    )
    application[SITE] = site
    application.on_response_prepare.append(dress)
    application.add_routes(_public())
    return application


def _public() -> list[web.RouteDef]:
    return [
        web.get("/", public.front),
        web.get("/deadlines.ics", public.deadlines),
        web.get("/style.css", public.style),
        web.get("/robots.txt", public.robots),
        web.get("/healthz", watching.health),
        web.get("/metrics", watching.metrics),
    ]
