"""How good the picks were, and who is favoured: the figures of ``tidings stats`` and ``audit``.

The plots are inline SVG, so that nothing is loaded and no script runs; each has its figures beside
it in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from core.signed_links import LinkPurpose
from digests.sources import source_name
from language.plain import counted
from services.measure.audit import Row, audit, band_name
from services.measure.figures import figures
from services.measure.stats import measure
from web.pages import PUBLIC, answer
from web.signup import linked_mailbox
from web.site import SITE, Site

LOOK_BACK = timedelta(days=30)
"""How far back the audit looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One group of items: its share of the candidates and of the picks, 0 to 1, and in words."""

    name: str
    candidates: float
    picks: float
    words: str


async def stats_page(request: web.Request) -> web.Response:
    """Show the holder of a link how good their picks were."""
    site, box = request.app[SITE], await linked_mailbox(request, LinkPurpose.PREFERENCES)
    name = box.profile.name
    found = await site.call(lambda: measure(site.impressions, profile=name).get(name))
    return answer(
        "stats.html.j2",
        back=request.path.removesuffix("/stats"),
        digests=counted(found.digests, "digest") if found else "",
        figures=figures(found) if found else (),
        gains=_points(found.gains) if found else "",
    )


async def audit_page(request: web.Request) -> web.Response:
    """Show everybody whether sources or popular items are picked too often."""
    site = request.app[SITE]
    return await site.call(_audit, site)


def _audit(site: Site) -> web.Response:
    found = audit(site.impressions, site.clock() - LOOK_BACK)
    public = set(site.editions.sources.enabled)  # which feeds members added is not for everybody
    response = answer(
        "audit.html.j2",
        days=LOOK_BACK.days,
        sources=[
            _share(source_name(name), row) for name, row in found.sources.items() if name in public
        ],
        bands=[_share(band_name(band), row) for band, row in found.bands.items()],
    )
    response.headers.update(PUBLIC)
    return response


def _share(name: str, row: Row) -> Share:
    words = (
        f"{row.pick_share:.0%} of the picks ({row.picks:,}), "
        f"{row.candidate_share:.0%} of the candidates ({row.candidates:,})"
    )
    return Share(name=name, candidates=row.candidate_share, picks=row.pick_share, words=words)


def _points(gains: Sequence[float]) -> str:
    """Return the points of a line in a plot of 240 by 48: "0,48 240,0"; "" for less than two."""
    if len(gains) < 2:
        return ""
    step = 240 / (len(gains) - 1)
    return " ".join(f"{step * n:.1f},{48 * (1 - gain):.1f}" for n, gain in enumerate(gains))
