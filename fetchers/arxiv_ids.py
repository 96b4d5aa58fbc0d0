"""arXiv identifiers (https://info.arxiv.org/help/arxiv_identifier.html)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_ID = re.compile(
    r"(?P<id>(?P<new>\d{4})\.\d{4,6}|[a-z-]+(?:\.[A-Z]{2})?/(?P<old>\d{4})\d{3})(?:v(?P<v>\d{1,4}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivId:
    """An identifier taken apart.

    Attributes:
        id: without the version: ``2401.00001``, ``astro-ph/0601001``.
        version: its number as text, or empty.
        month: start of the month that the identifier names (aware UTC).
    """

    id: str
    version: str
    month: datetime


def parse_id(text: str) -> ArxivId | None:
    """Read an identifier at the end of an address or of an ``oai:`` name, or return None."""
    found = _ID.fullmatch(re.split(r"/abs/|arXiv\.org:", text)[-1].strip())
    if found is None:
        return None
    digits = found["new"] or found["old"]
    year, month = int(digits[:2]), int(digits[2:])
    if not 1 <= month <= 12:
        return None
    century = 1900 if year >= 91 else 2000  # arXiv began in 1991
    start = datetime(century + year, month, 1, tzinfo=UTC)
    return ArxivId(id=found["id"], version=found["v"] or "", month=start)
