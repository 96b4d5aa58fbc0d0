"""Filling the templates of the pages; everything that stands in them is escaped."""

from __future__ import annotations

from functools import cache

from aiohttp import web

from digests.render.palette import DARK, LIGHT
from digests.render.templating import environment


def fill(name: str, **values: object) -> str:
    """Fill a template of the web page; a value that it misses is an error, not a blank."""
    return environment("web", "digests").get_template(name).render(values)


def answer(name: str, *, status: int = 200, **values: object) -> web.Response:
    """Answer with a page made from a template."""
    return web.Response(text=fill(name, **values), content_type="text/html", status=status)


def message(title: str, *lines: str, status: int = 200) -> web.Response:
    """Answer with a page that says one thing."""
    return answer("message.html.j2", status=status, title=title, lines=lines)


@cache
def stylesheet() -> str:
    """Return the one style sheet: that of digests, and what only the web page has."""
    return fill("site.css.j2", light=LIGHT, dark=DARK)
