"""For every request: security headers, metrics, error pages, time and rate limits."""

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
from web.connections import Connection
from web.headers import protect
from web.pages import message
from web.site import SITE, Site

log = logging.getLogger(__name__)

REQUESTS_PER_CLIENT = Rate(burst=60, each=timedelta(seconds=1))
"""Requests from one client."""

REQUEST_TIMEOUT = 20
"""Seconds that one request may take, reading it included."""

TITLES = {
    HTTPStatus.BAD_REQUEST: "Invalid request",
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.NOT_FOUND: "Page not found",
    HTTPStatus.GONE: "No longer available",
    HTTPStatus.METHOD_NOT_ALLOWED: "Method not allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Request too large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Unsupported format",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
    HTTPStatus.SERVICE_UNAVAILABLE: "Temporarily unavailable",
}
HINTS = {
    HTTPStatus.FORBIDDEN: "This address belongs to a Discord member: use /privacy in Discord.",
    HTTPStatus.NOT_FOUND: "Check that the address is complete, or start at the front page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Open the page in a browser and use its links and forms.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Shorten what you entered and try again.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Open the page in a browser and use the form there.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The error was logged. Try again later.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The archive is not available now. Try again in a minute.",
}


class TooManyRequestsError(UsageError):
    """A client has reached its limit; ``wait`` is how many seconds it has to wait."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = max(1, ceil(wait.total_seconds()))
        super().__init__(f"Wait {self.wait} second{'s' if self.wait > 1 else ''} and try again.")


class InvalidLinkError(UsageError):
    """A link that was not signed here, or has expired."""


async def set_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Set the headers that every response has."""
    protect(response.headers, base_url=request.app[SITE].base_url)


@web.middleware
async def note_connection(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Tell the connection that it is being answered on, so that it is not closed meanwhile."""
    connection = request.protocol
    if not isinstance(connection, Connection):
        return await handler(request)
    with connection.answering(request):
        return await handler(request)


@web.middleware
async def count_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count requests by route, not by path, which may hold a signed link."""
    site = request.app[SITE]
    with site.metrics.request(route(request), request.method) as ended:
        response = await handler(request)
        ended(response.status)
        return response


@web.middleware
async def error_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a page, which shows nothing of what was sent."""
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT):
            return await handler(request)
    except web.HTTPException as error:
        return _page(error.status, headers=_kept(error))
    except UsageError as error:
        return _refused(request, error)
    except (StorageError, TimeoutError) as error:
        reason = str(error) or f"took longer than {REQUEST_TIMEOUT} s"
        log.error("%s %s: %s", request.method, route(request), reason)
        return _page(503, headers={"Retry-After": "60"})
    except Exception:
        log.exception("%s %s", request.method, route(request))
        return _page(500)


def rate_limited(site: Site) -> Middleware:
    """Return what limits the rate of each client."""
    pages = TokenBuckets(REQUESTS_PER_CLIENT, site.clock)

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Mail providers unsubscribe many people from one address; an invalid link costs nothing.
        if request.path.startswith("/unsubscribe/") and request.method == "POST":
            return await handler(request)
        wait = pages.wait(client_of(request))
        if wait:
            raise TooManyRequestsError(wait)
        return await handler(request)

    return limit


def client_of(request: web.Request) -> str:
    """Return the client's address, as the key of its limits; kept in memory only."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return client_address(request.remote or "", forwarded, request.app[SITE].proxies)


def route(request: web.Request) -> str:
    """Return the pattern of the route, such as ``/view/{token}``."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"


def _refused(request: web.Request, error: UsageError) -> web.Response:
    if isinstance(error, TooManyRequestsError):
        return _page(429, str(error), headers={"Retry-After": str(error.wait)})
    if isinstance(error, InvalidLinkError):
        return _page(404, _sentence(str(error)))
    # A link that was valid once is gone: feed readers stop asking then.
    return _page(400 if request.method == "POST" else 410, _sentence(str(error)))


def _page(status: int, line: str = "", headers: dict[str, str] | None = None) -> web.Response:
    known = HTTPStatus(status)
    title = TITLES.get(known, known.phrase)
    response = message(title, line or HINTS.get(known, ""), status=status)
    response.headers.update(headers or {})
    return response


def _kept(error: web.HTTPException) -> dict[str, str]:
    """Return the headers of an error that belong to its status."""
    return {name: error.headers[name] for name in ("Allow", "Location") if name in error.headers}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
