"""JSON from outside: reading it, and taking fields of the right kind from its rows."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime

from fetchers.clean import one_line
from fetchers.json_feed import broken_off
from fetchers.source import MalformedError

Row = Mapping[str, object]
"""One record of an answer; nothing is known of its fields."""

_MOST = 10_000
_EARLIEST_YEAR = 1990  # some sources write the year 1 for "no date"


def read_json(body: bytes, source: str) -> object:
    """Read JSON.

    Raises:
        MalformedError: if it is none.
    """
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        what = "empty" if not body.strip() else "not JSON"
        raise MalformedError(source, f"{source}: the response is {what}") from error
    return data


def read_list(body: bytes, source: str, name: str) -> tuple[object, bool]:
    """Read JSON that is a list, or an object with a list of that name.

    Returns:
        What it holds, and whether it came to its end; else the list has the rows that came whole.

    Raises:
        MalformedError: if it is no JSON, or breaks off before the first row ends.
    """
    try:
        return read_json(body, source), True
    except MalformedError:
        found = broken_off(body.decode("utf-8-sig", "replace"), name, most=_MOST)
        if not found.get(name):
            raise
        return found, False


def number(row: Row, *names: str) -> float | None:
    """Return the first of these fields that holds a finite number."""
    for name in names:
        value = row.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                if math.isfinite(value):
                    return float(value)
            except OverflowError:  # an integer beyond all floats
                continue
    return None


def line(row: Row, *names: str) -> str:
    """Return the first of these fields that holds text, as one line; else an empty string."""
    return next((text for name in names if (text := one_line(row.get(name)))), "")


def moment(row: Row, *names: str) -> datetime | None:
    """Return the first of these fields that holds a time, as aware UTC; one without zone is UTC."""
    return next((at for name in names if (at := parse_moment(row.get(name)))), None)


def parse_moment(text: object) -> datetime | None:
    """Read an ISO 8601 time with any number of fractional digits, or return None."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text.strip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= _EARLIEST_YEAR else None
