"""Cleaning of text that a source sends: it stays data, and never grows without limit."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from core.hosts import linkable

MAX_TEXT_LENGTH = 64 * 1024
"""Bytes that one text field may have; the longest known honest one, release notes, has 40 KB."""

MAX_LINE_LENGTH = 1000
"""Characters that a title, a name or another field of one line may have."""

# Control characters that are no blanks; marks that turn the direction of the text around them
# (a title could make a link read backwards); lone surrogates, which no database can store.
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)


def one_line(text: object) -> str:
    """Return a text as one line: blanks collapsed, harmful characters gone, length capped.

    Anything that is not a string gives an empty line, since sources leave fields out or null.
    """
    if not isinstance(text, str):
        return ""
    return " ".join(_HARMFUL.sub("", text[:MAX_TEXT_LENGTH]).split())[:MAX_LINE_LENGTH].rstrip()


def running_text(text: object) -> str:
    """Return a text of any length as one paragraph, capped at ``MAX_TEXT_LENGTH`` bytes."""
    if not isinstance(text, str):
        return ""
    return _cap(" ".join(_HARMFUL.sub("", text[:MAX_TEXT_LENGTH]).split()))


def paragraphs(text: str) -> str:
    """Return a text with its lines kept, blanks collapsed in each, and no empty lines."""
    lines = (
        " ".join(line.split()) for line in _HARMFUL.sub("", text[:MAX_TEXT_LENGTH]).splitlines()
    )
    return _cap("\n".join(line for line in lines if line))


def web_address(text: object, base: str = "") -> str:
    """Return an absolute http(s) address, or an empty string for anything else.

    Args:
        text: an address, possibly relative to ``base``.
        base: address of the page that it stands on.
    """
    if not isinstance(text, str):
        return ""
    try:
        address = urljoin(base, _HARMFUL.sub("", text).strip())
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return ""
        # What cannot stand in an address is escaped, so that no output has to think of it again.
        return linkable(address)[: 2 * MAX_LINE_LENGTH]
    except ValueError:
        return ""


def _cap(text: str) -> str:
    return text.encode()[:MAX_TEXT_LENGTH].decode(errors="ignore")
