"""A digest as plain text of 66 columns, from a template of its own."""

from __future__ import annotations

from core.digests import Digest
from digests.render.templating import fill
from digests.view import view


def render(digest: Digest) -> str:
    """Write a digest as plain text; only URLs, each on its own line, may be longer."""
    return fill("digest.txt.j2", page=view(digest))
