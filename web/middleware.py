"""What goes for every request and answer: headers, errors as pages, limits of time and pace."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from core.errors import StorageError, UsageError
from core.token_buckets import Rate, TokenBuckets
from web.client_address import client_address
from web.pages import message
from web.site import SITE, Site

log = logging.getLogger(__name__)

PAGES = Rate(burst=60, each=timedelta(seconds=1))
"""Requests of one address."""

SECONDS = 20
"""How long one request may take, its reading included."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "tidings",
}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
"""Of every answer that is not marked as public."""

SECURE = {"Strict-Transport-Security": "max-age=31536000"}

TITLES = {
    HTTPStatus.BAD_REQUEST: "That did not work",
    HTTPStatus.FORBIDDEN: "Not by this way",
    HTTPStatus.NOT_FOUND: "There is nothing here",
    HTTPStatus.GONE: "It is not here any more",
    HTTPStatus.METHOD_NOT_ALLOWED: "That is not done here",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too much",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "That is no form of this page",
    HTTPStatus.TOO_MANY_REQUESTS: "That was too fast",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong here",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not now, please",
}
LINES = {
    HTTPStatus.FORBIDDEN: "You are known here by Discord: use /privacy there.",
    HTTPStatus.NOT_FOUND: "Look whether the address is whole, or begin at the front page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Open the page in a browser and use what stands there.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "What you sent is larger than any form of this page.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Use the form on the page itself.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "It is noted. Try again later.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive cannot be read at the moment. Try again later.",
}


class TooFastError(UsageError):
    """Somebody asks more often than they may.

    Attributes:
        wait: how long they have to wait.
    """

    def __init__(self, wait: timedelta) -> None:
        self.wait = max(1, ceil(wait.total_seconds()))
        super().__init__(f"Wait {self.wait} second{'s' if self.wait > 1 else ''} and try again.")


class BadLinkError(UsageError):
    """A link that was not signed here, or is too old."""


async def dress(request: web.Request, response: web.StreamResponse) -> None:
    """Give an answer the headers that all have."""
    response.headers.update(HEADERS)
    if "Cache-Control" not in response.headers:
        response.headers.update(PRIVATE)
    if request.app[SITE].base_url.startswith("https:"):
        response.headers.update(SECURE)


@web.middleware
async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count requests by route, never by address: that may hold a signed link."""
    site = request.app[SITE]
    with site.metrics.request(route(request), request.method) as ended:
        response = await handler(request)
        ended(response.status)
        return response


@web.middleware
async def errors_as_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong into a page that says so and shows nothing of what was sent."""
    try:
        async with asyncio.timeout(SECONDS):
            return await handler(request)
    except web.HTTPException as error:
        return _page(error.status, headers=_kept(error))
    except UsageError as error:
        return _refused(request, error)
    except (StorageError, TimeoutError) as error:
        reason = str(error) or f"took longer than {SECONDS} s"
        log.error("%s %s: %s", request.method, route(request), reason)
        return _page(503, headers={"Retry-After": "60"})
    except Exception:
        log.exception("%s %s", request.method, route(request))
        return _page(500)


def limited(site: Site) -> Middleware:
    """Return what keeps each address to its pace."""
    pages = TokenBuckets(PAGES, site.clock)

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Mail providers unsubscribe many people from one address; an unknown link costs nothing.
        if request.path.startswith("/unsubscribe/") and request.method == "POST":
            return await handler(request)
        wait = pages.wait(who(request))
        if wait:
            raise TooFastError(wait)
        return await handler(request)

    return limit


def who(request: web.Request) -> str:
    """Return who asks, to count by; kept in memory only."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return client_address(request.remote or "", forwarded, request.app[SITE].proxies)


def route(request: web.Request) -> str:
    """Return the pattern of the address that was asked for, such as ``/view/{token}``."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def _refused(request: web.Request, error: UsageError) -> web.Response:
    if isinstance(error, TooFastError):
        return _page(429, str(error), headers={"Retry-After": str(error.wait)})
    if isinstance(error, BadLinkError):
        return _page(404, _sentence(str(error)))
    # A link that was good once and is not any more is gone: feed readers stop asking then.
    return _page(400 if request.method == "POST" else 410, _sentence(str(error)))


def _page(status: int, line: str = "", headers: dict[str, str] | None = None) -> web.Response:
    known = HTTPStatus(status)
    title = TITLES.get(known, known.phrase)
    response = message(title, line or LINES.get(known, ""), status=status)
    response.headers.update(headers or {})
    return response


def _kept(error: web.HTTPException) -> dict[str, str]:
    """Return the headers of an error that say more than its status."""
    return {name: error.headers[name] for name in ("Allow", "Location") if name in error.headers}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
