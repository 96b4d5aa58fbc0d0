"""Dates of feeds, as their makers write them: read whole, or not at all.

A date of which only a part is understood is worse than none: the entry would be as old as that
part says. So every word of it must be one that is known here; else the entry counts as undated,
and the first look dates it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EARLIEST_YEAR = 1990
"""Some makers write the year 1, or 1970, for "no date"."""

_LONGEST = 100
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_IGNORED_WORDS = """
mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday
at on the of
"""
_IGNORED = frozenset(_IGNORED_WORDS.split())
_ZONES = {
    name: hours
    for hours, names in (
        (-10, "hst"),
        (-9, "akst"),
        (-8, "pst akdt"),
        (-7, "mst pdt"),
        (-6, "cst mdt"),
        (-5, "est cdt"),
        (-4, "edt"),
        (-3, "brt art"),
        (0, "z ut utc gmt wet"),
        (1, "cet bst west mez"),
        (2, "cest eet sast mesz"),
        (3, "eest msk"),
        (5.5, "ist"),
        (7, "wib"),
        (8, "hkt sgt awst"),
        (9, "jst kst"),
        (10, "aest"),
        (11, "aedt"),
        (12, "nzst"),
        (13, "nzdt"),
    )
    for name in names.split()
}
_COMMENT = re.compile(r"\([^()]*\)")
_TIME = re.compile(
    r"(?:(?<=\d)t|(?<![\d:]))(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?![\d:])"
    r"(?:\s*([ap])\.?m\b\.?)?"
)
_OFFSET = re.compile(
    r"(?P<before>\b[a-z]{1,5})?\s*(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?"
    r"(?:\s+(?P<after>[a-z]{1,5}))?$"
)
_NUMBERS = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})\.?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})z?)?")
_EPOCH = re.compile(r"(\d{10})(\d{3})?")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_CJK_TIME = re.compile(r"(\d{1,2})\s*[時时시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?")


def read_date(text: object) -> datetime | None:
    """Return the time that a text names, as aware UTC, or None if not all of it is understood.

    Without a zone it is taken as UTC, without a time of day as midnight.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    line = _COMMENT.sub(" ", " ".join(text.lower().split())).strip()
    line = _CJK.sub(r"\1-\2-\3 ", line)
    line = _CJK_TIME.sub(lambda found: ":".join(p.zfill(2) for p in found.groups("0")), line)
    try:
        at = _read(line.replace("\N{MINUS SIGN}", "-"))
    except (ValueError, OverflowError, OSError):  # the 31st of a month that has none, and the like
        return None
    return at if at is not None and at.year >= EARLIEST_YEAR else None


def _read(line: str) -> datetime | None:
    if epoch := _EPOCH.fullmatch(line):
        return datetime.fromtimestamp(int(epoch[1]), UTC)
    zone, clock = timedelta(), timedelta()
    found = _TIME.search(line)
    if found:
        clock = _clock(found)
        # What follows the time is its zone, and perhaps the year as in "15:07:41 CET 2026".
        after = line[found.end() :].strip()
        offset = _OFFSET.search(after)
        if offset:
            zone, after = _offset(offset), after[: offset.start()]
        line = f"{line[: found.start()]} {after}"
    words = re.split(r"[\s,]+", line.strip(" ,"))
    if found:
        words, named = _without_zone(words)
        zone += named
    day = _day([word for word in words if word.rstrip(".") not in _IGNORED and word])
    return None if day is None else day + clock - zone


def _clock(found: re.Match[str]) -> timedelta:
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if hours > (12 if found[4] else 23) or minutes > 59 or seconds > 60 or (found[4] and not hours):
        raise ValueError("no time of day")
    if found[4]:
        hours = hours % 12 + (12 if found[4] == "p" else 0)
    return timedelta(hours=hours, minutes=minutes, seconds=min(seconds, 59))


def _offset(found: re.Match[str]) -> timedelta:
    """Return a shift such as ``+0100``; a zone's name beside it must be of the same, or Greenwich.

    "+0100 CET" says one thing twice; of "EST +0500" nobody knows which part is wrong.
    """
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    if size > timedelta(hours=14):
        raise ValueError("no zone")
    shift = -size if found["sign"] == "-" else size
    for name in filter(None, (found["before"], found["after"])):
        if name not in _ZONES or timedelta(hours=_ZONES[name]) not in {shift, timedelta()}:
            raise ValueError("two zones")
    return shift


def _without_zone(words: list[str]) -> tuple[list[str], timedelta]:
    """Take the name of a zone out of the words; at most one may stand there."""
    named = [word for word in words if word in _ZONES]
    if len(named) > 1:
        raise ValueError("several zones")
    left = [word for word in words if word not in _ZONES]
    return left, timedelta(hours=_ZONES[named[0]] if named else 0)


def _day(words: list[str]) -> datetime | None:
    """Return the day that these words name, if it is exactly one."""
    if len(words) == 1:
        numbers, compact = _NUMBERS.fullmatch(words[0]), _COMPACT.fullmatch(words[0])
        if numbers:
            return _numeric(numbers[2], [numbers[1], numbers[3], numbers[4]])
        if compact:
            return datetime(*(int(part) for part in compact.groups("0")), tzinfo=UTC)  # type: ignore[misc,arg-type]
        words = words[0].split("-")  # 27-Nov-2026
    if len(words) != 3:
        return None
    months = [word for word in words if word.rstrip(".") in _MONTHS]
    others = [word.rstrip(".") for word in words if word not in months]
    if len(months) != 1 or len(others) != 2:
        return None
    day, year = others if len(others[1]) != 1 and not _is_year(others[0]) else others[::-1]
    number = _DAY.fullmatch(day)
    if number is None or not year.isdecimal() or len(year) not in {2, 4}:
        return None
    return _date(_full_year(year), _MONTHS[months[0].rstrip(".")], int(number[1]))


def _numeric(mark: str, parts: list[str]) -> datetime | None:
    """Read a day in numbers, if it can be but one."""
    if _is_year(parts[0]) and not _is_year(parts[2]):
        year, month, day = map(int, parts)
        return _date(year, month, day)
    first, second = int(parts[0]), int(parts[1])
    if not _is_year(parts[2]):
        return None
    if mark == "." or first > 12 or first == second:  # Germany and its like; or the day alone fits
        return _date(int(parts[2]), second, first)
    return _date(int(parts[2]), first, second) if second > 12 else None


def _date(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal()


def _full_year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
