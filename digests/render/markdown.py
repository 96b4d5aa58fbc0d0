"""A digest as Markdown (CommonMark), for a blog or a forum; foreign text is escaped."""

from __future__ import annotations

import re

from core.digests import Digest
from digests.render.templating import fill
from digests.view import view

# Any ASCII punctuation may be escaped (CommonMark 0.31, section 2.4). Escaped is what is special
# within a line, and what would become a link by itself (GitHub's autolinks).
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$^@{}]|://|(?<=www)\.)", re.IGNORECASE)
_NUMBER = re.compile(r"^(\s*\d+)([.)])")


def render(digest: Digest) -> str:
    """Write a digest as Markdown."""
    return fill("digest.md.txt.j2", page=view(digest), md=escaped)


def escaped(text: str) -> str:
    """Return one line of text with every special character escaped."""
    safe = _SPECIAL.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    safe = _NUMBER.sub(r"\1\\\2", safe)
    return re.sub(r"^(\s*)([-+=])", r"\1\\\2", safe)
