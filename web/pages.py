"""Fill the page templates; every value is escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache

from aiohttp import web

from digests.render.palette import DARK, LIGHT
from digests.render.templating import environment

PUBLIC = {"Cache-Control": "public, max-age=60"}
"""The headers of what is the same for everybody."""


def fill(name: str, **values: object) -> str:
    """Fill a template; a missing value is an error."""
    return environment("web", "digests").get_template(name).render(values)


def answer(name: str, *, status: int = 200, **values: object) -> web.Response:
    """Return a response made from a template."""
    return web.Response(text=fill(name, **values), content_type="text/html", status=status)


def message(title: str, *lines: str, status: int = 200) -> web.Response:
    """Return a page with a title and a few lines."""
    return answer("message.html.j2", status=status, title=title, lines=lines)


def cached(
    request: web.Request, body: bytes, kind: str, headers: Mapping[str, str]
) -> web.Response:
    """Return a body, or 304 if the client has it already (RFC 9110, section 13)."""
    tag = hashlib.blake2b(body, digest_size=16).hexdigest()
    headers = {**headers, "ETag": f'"{tag}"'}
    if any(known.value in {tag, "*"} for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


@cache
def stylesheet() -> str:
    """Return the style sheet: that of digests, and the web page's own."""
    return fill("site.css.j2", light=LIGHT, dark=DARK)
