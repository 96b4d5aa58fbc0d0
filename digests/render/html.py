"""A digest as one HTML page: no script, nothing remote, light and dark, from 320 px upwards."""

from __future__ import annotations

from core.digests import Digest
from digests.render.palette import DARK, LIGHT
from digests.render.templating import fill
from digests.view import view


def render(digest: Digest) -> str:
    """Write a digest as an HTML page."""
    return fill("digest.html.j2", page=view(digest), light=LIGHT, dark=DARK)
