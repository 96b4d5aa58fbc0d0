"""Dates as mail, HTTP and RSS write them."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_date(text: str | None) -> datetime | None:
    """Read a date such as ``Tue, 09 Jan 2024 00:00:00 -0500`` (RFC 5322, and its older forms).

    Args:
        text: the date, or None if there is none.

    Returns:
        An aware UTC time, one without a zone taken as UTC; None for anything else.
    """
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
