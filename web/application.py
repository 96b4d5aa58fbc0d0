"""The addresses and what answers at each."""

from __future__ import annotations

from aiohttp import web

from web import monitoring, picks, preferences, public
from web import signup as joining
from web.middleware import counted, dress, errors_as_pages, limited
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
    for routes in (_public(), _joining(site), _private()):
        application.add_routes(routes)
    return application


def _public() -> list[web.RouteDef]:
    return [
        web.get("/", public.front),
        web.get("/archive", public.archive),
        web.get(r"/archive/{week:[0-9]{4}-W[0-9]{2}}", public.edition),
        web.get("/deadlines.ics", public.deadlines),
        web.get("/style.css", public.style),
        web.get("/robots.txt", public.robots),
        web.get("/healthz", monitoring.health),
        web.get("/metrics", monitoring.metrics),
    ]


def _joining(site: Site) -> list[web.RouteDef]:
    return [
        web.get("/subscribe", joining.subscribing),
        web.post("/subscribe", joining.SignUp(site).subscribe),
        web.get("/confirm/{token}", joining.confirming),
        web.post("/confirm/{token}", joining.confirm),
        web.get("/unsubscribe/{token}", joining.leaving),
        web.post("/unsubscribe/{token}", joining.leave),
    ]


def _private() -> list[web.RouteDef]:
    return [
        web.get("/preferences/{token}", preferences.show),
        web.post("/preferences/{token}", preferences.change),
        web.post("/preferences/{token}/renew", preferences.renew),
        web.get("/preferences/{token}/delete", preferences.deleting),
        web.post("/preferences/{token}/delete", preferences.delete),
        web.get("/preferences/{token}/export", preferences.export),
        web.get("/view/{token}", picks.digest),
        web.get("/feed/{token}", picks.atom_feed),
        web.get("/feed/{token}/json", picks.feed_as_json),
        web.get("/feed/{token}/deadlines.ics", picks.deadlines),
    ]
