"""The routes and their handlers."""

from __future__ import annotations

from aiohttp import web

from web import (
    calendar,
    editions_feed,
    feedback,
    measures,
    monitoring,
    picks,
    preferences,
    public,
    search,
    signup,
)
from web.middleware import (
    count_requests,
    error_pages,
    note_connection,
    rate_limited,
    set_security_headers,
)
from web.site import SITE, Site

FEEDBACK = "/feedback/{token}/{verdict:save|more|less}"

MAX_BODY = 16 * 1024
"""Bytes of a request body; the largest form is a tenth of it."""


def build(site: Site) -> web.Application:
    """Build the aiohttp application of a site."""
    application = web.Application(
        client_max_size=MAX_BODY,
        middlewares=[note_connection, count_requests, error_pages, rate_limited(site)],
    )
    application[SITE] = site
    application.on_response_prepare.append(set_security_headers)
    application.on_cleanup.append(finish)
    application.add_routes(
        [
            web.get("/", public.front),
            web.get("/archive", public.archive),
            web.get(r"/archive/{week:[0-9]{4}-W[0-9]{2}}", public.edition),
            web.get(editions_feed.ATOM, editions_feed.as_atom),
            web.get(editions_feed.JSON, editions_feed.as_json),
            web.get("/deadlines", calendar.page),
            web.get(calendar.ADDRESS, calendar.ics),
            web.get("/search", search.page),
            web.get("/audit", measures.audit_page),
            web.get("/favicon.svg", public.favicon),
            web.get("/style.css", public.style),
            web.get("/robots.txt", public.robots),
            web.get("/healthz", monitoring.health),
            web.get("/metrics", monitoring.metrics),
            web.get("/subscribe", signup.subscribe_form),
            web.post("/subscribe", signup.SignUp(site).subscribe),
            web.get("/confirm/{token}", signup.confirm_form),
            web.post("/confirm/{token}", signup.confirm),
            web.get("/unsubscribe/{token}", signup.unsubscribe_form),
            web.post("/unsubscribe/{token}", signup.unsubscribe),
            web.get("/preferences/{token}", preferences.show),
            web.post("/preferences/{token}", preferences.change),
            web.post("/preferences/{token}/renew", preferences.renew),
            web.get("/preferences/{token}/delete", preferences.delete_form),
            web.post("/preferences/{token}/delete", preferences.delete),
            web.get("/preferences/{token}/export", preferences.export),
            web.get("/preferences/{token}/stats", measures.stats_page),
            web.post("/preferences/{token}/withdraw", preferences.withdraw),
            web.get(FEEDBACK, feedback.ask),
            web.post(FEEDBACK, feedback.record),
            web.get("/view/{token}", picks.digest),
            web.get("/feed/{token}", picks.atom_feed),
            web.get("/feed/{token}/json", picks.feed_as_json),
            web.get("/feed/{token}/deadlines.ics", picks.deadlines),
        ]
    )
    return application


async def finish(application: web.Application) -> None:
    """Do what was promised in answers, before it stops."""
    await application[SITE].later.finish()
