"""The deadlines ahead, as a page and as a calendar to subscribe to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from core.items import Deadline, Item
from digests.facts import KIND_NAMES, facts
from digests.render.ics import calendar
from digests.sources import source_name
from digests.times import ahead, hour
from digests.view import readable_title, safe_url
from services.digests.candidates import HORIZON
from web.pages import PUBLIC, answer
from web.site import SITE, Site

ADDRESS = "/deadlines.ics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One deadline in words.

    Attributes:
        label: what ends.
        relative: how far away it is.
        when: date, time and zone.
        at: the same for machines (aware UTC).
        left: time that is left, 0 to 1 of what the page looks ahead.
    """

    label: str
    relative: str
    when: str
    at: datetime
    left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item with its deadlines ahead, soonest first."""

    title: str
    url: str
    facts: tuple[str, ...]
    due: tuple[Due, ...]


async def page(request: web.Request) -> web.Response:
    """Show the deadlines ahead, soonest first."""
    site = request.app[SITE]
    return await site.call(_page, site)


def _page(site: Site) -> web.Response:
    host = site.base_url.partition("://")[2]
    response = answer(
        "deadlines.html.j2",
        entries=_entries(site.deadlines(), site.clock()),
        days=HORIZON.days,
        calendar=ADDRESS,
        subscribe=f"webcal://{host}{ADDRESS}" if host else "",
        here=f"{site.base_url}/deadlines" if site.base_url else "",
    )
    response.headers.update(PUBLIC)
    return response


async def ics(request: web.Request) -> web.Response:
    """Return the deadlines ahead as a calendar."""
    site = request.app[SITE]
    found = await site.call(lambda: calendar(site.deadlines(), site.clock()))
    return web.Response(body=found, content_type="text/calendar", charset="utf-8", headers=PUBLIC)


def _entries(items: Sequence[Item], now: datetime) -> list[Entry]:
    found = [(item, due) for item in items if (due := _ahead(item, now))]
    found.sort(key=lambda one: (one[1][0].at, str(one[0].key)))
    return [
        Entry(
            title=readable_title(item),
            url=safe_url(item.url),
            facts=(KIND_NAMES[item.kind], source_name(item.key.source), *facts(item)),
            due=tuple(_due(one, now) for one in due),
        )
        for item, due in found
    ]


def _ahead(item: Item, now: datetime) -> list[Deadline]:
    return sorted(
        (one for one in item.deadlines if now < one.at <= now + HORIZON),
        key=lambda one: (one.at, one.label),
    )


def _due(deadline: Deadline, now: datetime) -> Due:
    return Due(
        label=deadline.label or "deadline",
        relative=ahead(deadline.at, now),
        when=hour(deadline.at, now),
        at=deadline.at,
        left=(deadline.at - now) / HORIZON,
    )
