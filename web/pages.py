"""Fill the page templates; every value is escaped."""

from __future__ import annotations

from functools import cache

from aiohttp import web

from digests.render.palette import DARK, LIGHT
from digests.render.templating import environment


def fill(name: str, **values: object) -> str:
    """Fill a template; a missing value is an error."""
    return environment("web", "digests").get_template(name).render(values)


def answer(name: str, *, status: int = 200, **values: object) -> web.Response:
    """Return a response made from a template."""
    return web.Response(text=fill(name, **values), content_type="text/html", status=status)


def message(title: str, *lines: str, status: int = 200) -> web.Response:
    """Return a page with a title and a few lines."""
    return answer("message.html.j2", status=status, title=title, lines=lines)


@cache
def stylesheet() -> str:
    """Return the style sheet: that of digests, and the web page's own."""
    return fill("site.css.j2", light=LIGHT, dark=DARK)
