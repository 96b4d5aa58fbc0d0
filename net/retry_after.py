"""The Retry-After and RateLimit fields: when a server wants to be asked again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from net.dates import parse_date

MAX_RETRY_AFTER = timedelta(days=2)
"""A server that asks for more is asked again after this long; a day's quota is the longest
pause that a source is known to want, and a mistake in the field must not silence it for years."""

_LIMIT = re.compile(r";\s*r=(\d{1,9})\b[^,]*?;\s*t=(\d{1,9})\b")


def until_reset(field: str | None) -> timedelta | None:
    """Read when a used up limit is renewed from a RateLimit field.

    Format: draft-ietf-httpapi-ratelimit-headers-10, section 4: ``"api";r=0;t=55`` says that
    nothing remains of the policy "api" for the next 55 seconds.

    Args:
        field: its value, or None if there is none.

    Returns:
        How long to wait, at most ``MAX_RETRY_AFTER``; None if something remains of every policy,
        or the field is not of this form.
    """
    seconds = [int(reset) for left, reset in _LIMIT.findall(field or "") if int(left) == 0]
    return min(timedelta(seconds=max(seconds)), MAX_RETRY_AFTER) if seconds else None


def retry_after(field: str | None, now: datetime) -> datetime | None:
    """Read a Retry-After field: seconds, or a date (RFC 9110, section 10.2.3).

    Args:
        field: its value, or None if there is none.
        now: the present, aware UTC.

    Returns:
        An aware UTC time, at most ``MAX_RETRY_AFTER`` ahead, or None for a value that is neither.
    """
    text = (field or "").strip()
    if text.isascii() and text.isdigit():
        # Nine digits are 30 years: more would only overflow on the way to the same limit.
        return now + min(timedelta(seconds=int(text[:9])), MAX_RETRY_AFTER)
    moment = parse_date(text)
    return None if moment is None else min(max(moment, now), now + MAX_RETRY_AFTER)
