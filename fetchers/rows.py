"""JSON from outside: reading it, and taking fields of the right kind from its rows."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from core.items import Item
from fetchers.clean import one_line
from fetchers.json_feed import broken_off
from fetchers.source import MalformedError

log = logging.getLogger(__name__)

Row = Mapping[str, object]
"""One record of an answer; nothing is known of its fields."""

_LATEST_EPOCH = 2**35  # the year 3058; beyond are milliseconds
Shape = type | tuple[type, ...]
"""What a field of JSON holds."""

NUMBER: Shape = (int, float)

_EARLIEST_YEAR = 1990  # some sources write the year 1 for "no date"
_MOST = 10_000


def read_json(body: bytes, source: str) -> object:
    """Read JSON.

    Raises:
        MalformedError: if it is none.
    """
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedError(source, f"{source}: the response is {_kind(body)}") from error
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


def read_rows(
    rows: object,
    mapper: Callable[[Row], Item | None],
    *,
    source: str,
    what: str,
    always: Mapping[str, Shape] | None = None,
) -> list[Item]:
    """Map the rows of a list to items; a row that cannot be read is logged and left out.

    Args:
        rows: what an answer holds in the place of its list.
        mapper: maps a row to an item; None for a row that says too little.
        source: whose answer it is.
        what: what the rows are, for the error: "stories".
        always: fields that the source always gives ("paper.upvotes" for one in a record), and what
            they hold; where no row has one, the format has changed, and items that say less than
            they should would pass for a success.

    Raises:
        MalformedError: if it is no list, or has rows and none of them can be read, or none has
            what each should have.
    """
    if not isinstance(rows, list):
        raise MalformedError(source, f"{source}: the response has no list of {what}")
    items: list[Item] = []
    for row in rows:
        item = mapper(row) if isinstance(row, Mapping) else None
        if item is None:
            log.warning("%s: left out one of the %s, which cannot be read: %.100r",
                        source, what, row)  # fmt: skip
        else:
            items.append(item)
    if rows and not items:
        raise MalformedError(source, f"{source}: none of {len(rows)} {what} can be read")
    if items:
        check_fields(rows, always or {}, source=source, what=what)
    return items


def check_fields(
    rows: Sequence[object], always: Mapping[str, Shape], *, source: str, what: str
) -> None:
    """Check that some row has each of the fields that a source always gives.

    Args:
        rows: of an answer, at least one.
        always: as for ``read_rows``.
        source: whose answer it is.
        what: what the rows are, for the error.

    Raises:
        MalformedError: if no row has one of them.
    """
    records = [row for row in rows if isinstance(row, Mapping)]
    for name, shape in always.items():
        if not any(isinstance(_field(row, name), shape) for row in records):
            line_ = f"{source}: none of {len(rows)} {what} has {name!r}; has the format changed?"
            raise MalformedError(source, line_)


def counts(row: Row, names: Mapping[str, str]) -> dict[str, float]:
    """Return the numbers of a row by metric.

    Args:
        row: what an answer says of one thing.
        names: by metric the field of the row.
    """
    found = ((metric, number(row, field)) for metric, field in names.items())
    return {metric: count for metric, count in found if count is not None}


def lines(row: Row, name: str) -> tuple[str, ...]:
    """Return a field's list of texts, each as one line and once; what is no text is left out."""
    values = row.get(name)
    texts = map(one_line, values) if isinstance(values, list) else ()
    return tuple(dict.fromkeys(text for text in texts if text))


def inner(row: Row, name: str) -> Row:
    """Return a field's record, empty if it holds none."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def inner_rows(row: Row, name: str) -> list[Row]:
    """Return a field's list of records, without what is none; empty for null and others."""
    values = row.get(name)
    return [one for one in values if isinstance(one, Mapping)] if isinstance(values, list) else []


def epoch(row: Row, name: str) -> datetime | None:
    """Return a field's time, seconds since 1970, as aware UTC."""
    seconds = number(row, name)
    if seconds is None or not 0 < seconds < _LATEST_EPOCH:
        return None
    return datetime.fromtimestamp(seconds, UTC)


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


def _field(row: Row, path: str) -> object:
    """Return what a field holds; a dot in its path stands between a record and its field."""
    *records, name = path.split(".")
    for record in records:
        row = inner(row, record)
    return row.get(name)


def _kind(body: bytes) -> str:
    """Say in words what came in place of the JSON that was expected."""
    start = body[:2000].lower()
    if not start.strip():
        return "empty"
    return "an HTML page" if b"<html" in start or b"<!doctype html" in start else "not JSON"
