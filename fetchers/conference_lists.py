"""The lists of conferences: each maps its own shape to editions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from core.items import Deadline
from fetchers.clean import one_line, running_text, web_address
from fetchers.conference_dates import read_day, read_event, read_moment
from fetchers.conference_items import SOURCE, Edition
from fetchers.conference_kinds import ABSTRACT, END, PAPER, START, kind_of, label_of
from fetchers.markup import html_text
from fetchers.rows import (
    Row,
    Shape,
    check_fields,
    inner_rows,
    line,
    lines,
    number,
    parse_moment,
    read_json,
)
from fetchers.source import MalformedError
from fetchers.yaml_files import read_yaml

log = logging.getLogger(__name__)

AI_DEADLINES = "ai-deadlines"
CCFDDL = "ccfddl"
TECH = "tech-conferences"
PAPERSWITHCODE = "paperswithcode"

_ANYWHERE = "AoE"
_MANY = 10
"""Of so many events some have a call for papers, a city and so on."""

_TECH_FIELDS: Mapping[str, Shape] = {
    "endDate": str,
    "online": bool,
    "cfpEndDate": str,
    "city": str,
    "country": str,
}
_PWC_FIELDS: Mapping[str, Shape] = {
    "slug": str,
    "short_name": str,
    "start_date": str,
    "end_date": str,
    "location": str,
    "tags": list,
    "deadlines": list,
}
_PWC_DEADLINES: Mapping[str, Shape] = {"type": str, "label": str, "deadline_at": str}


def parse_ai_deadlines(body: bytes, name: str) -> list[Edition]:
    """Read a file of huggingface/ai-deadlines, the old form with one deadline too.

    Raises:
        MalformedError: if it is no YAML or no list of editions.
    """
    rows = read_yaml(body, SOURCE, name)
    return _editions(rows, name, _ai_edition)


def parse_ccfddl(body: bytes, name: str) -> list[Edition]:
    """Read a file of ccfddl/ccf-deadlines: conferences, each with its editions.

    Raises:
        MalformedError: if it is no YAML or no list of conferences.
    """
    series = read_yaml(body, SOURCE, name)
    if not (isinstance(series, list) and all(isinstance(row, Mapping) for row in series)):
        raise MalformedError(SOURCE, f"conferences: {name} has no list of conferences")
    found = [
        edition
        for conference in series
        for row in inner_rows(conference, "confs")
        if (edition := _ccf_edition(conference, row))
    ]
    if series and not found:
        raise MalformedError(SOURCE, f"conferences: no edition in {name} can be read")
    return found


def parse_tech(body: bytes, name: str, topic: str) -> list[Edition]:
    """Read a file of tech-conferences/conference-data, such as ``2026/data.json``.

    Raises:
        MalformedError: if it is no JSON or no list of conferences.
    """
    rows = read_json(body, SOURCE)
    found = _editions(rows, name, lambda row: _tech_edition(row, topic))
    if isinstance(rows, list) and len(rows) >= _MANY:
        check_fields(rows, _TECH_FIELDS, source=SOURCE, what=f"conferences of {name}")
    return list(_numbered(found))


def _numbered(editions: Iterable[Edition]) -> Iterator[Edition]:
    """Give what takes place twice in a year under one name two names, by its month."""
    seen: set[str] = set()
    for one in sorted(editions, key=lambda edition: edition.days or ()):
        month = f"{one.days[0]:%m}" if one.days else ""
        yield replace(one, id=f"{one.id}-{month}") if one.id in seen else one
        seen.add(one.id)


def parse_paperswithcode(body: bytes) -> list[Edition]:
    """Read ``conferences/deadlines`` of Papers with Code.

    Raises:
        MalformedError: if it is no such list, or holds less than it says.
    """
    data = read_json(body, SOURCE)
    rows = data.get("results") if isinstance(data, Mapping) else data
    count = number(data, "count") if isinstance(data, Mapping) else None
    found = _editions(rows, "conferences/deadlines", _pwc_edition)
    if isinstance(rows, list) and rows:
        check_fields(rows, _PWC_FIELDS, source=SOURCE, what="conferences")
        dated = [one for row in rows if isinstance(row, Mapping) for one in _dated(row)]
        check_fields(dated, _PWC_DEADLINES, source=SOURCE, what="deadlines")
    if not rows and count != 0:
        raise MalformedError(SOURCE, "conferences: Papers with Code's list is empty")
    return found


def _editions(rows: object, name: str, mapper: Callable[[Row], Edition | None]) -> list[Edition]:
    if not isinstance(rows, list):
        raise MalformedError(SOURCE, f"conferences: {name} has no list of conferences")
    found = []
    for row in rows:
        edition = mapper(row) if isinstance(row, Mapping) else None
        if edition is None:
            log.warning("conferences: left out one of %s, which cannot be read: %.100r", name, row)
        else:
            found.append(edition)
    if rows and not found:
        raise MalformedError(SOURCE, f"conferences: none of {len(rows)} in {name} can be read")
    return found


def _ai_edition(row: Row) -> Edition | None:
    name, year = line(row, "title"), _year(row)
    if not (name and year):
        return None
    zone = line(row, "timezone")
    _check_dated(row, ("type", "date"))
    dated = [
        _deadline(
            line(one, "type"), line(one, "label"), line(one, "date"), line(one, "timezone") or zone
        )
        for one in _dated(row)
    ]
    if not dated:
        old = (("abstract", "abstract_deadline"), ("paper", "deadline"))
        dated = [_deadline(kind, "", line(row, field), zone) for kind, field in old]
    place = ", ".join(part for part in (line(row, "city"), line(row, "country")) if part)
    start, end = read_day(line(row, "start")), read_day(line(row, "end"))
    return Edition(
        list_name=AI_DEADLINES,
        id=line(row, "id") or f"{name}{year}".lower(),
        name=name,
        year=year,
        url=web_address(row.get("link"))
        or "https://huggingface.co/spaces/huggingface/ai-deadlines",
        full_name=line(row, "full_name"),
        deadlines=_present(dated),
        days=(start, end or start) if start else read_event(line(row, "date", "data")),
        place=place or line(row, "place"),
        tags=lines(row, "tags") or lines(row, "sub"),
    )


def _ccf_edition(conference: Row, row: Row) -> Edition | None:
    name, year = line(conference, "title"), _year(row)
    if not (name and year):
        return None
    zone = line(row, "timezone")
    dated: list[Deadline | None] = []
    timeline = inner_rows(row, "timeline")
    if timeline:
        what = f"deadlines of {line(row, 'id') or name}"
        check_fields(timeline, {"deadline": str}, source=SOURCE, what=what)
    for one in timeline:
        comment = line(one, "comment")
        dated.append(_deadline(ABSTRACT, "", line(one, "abstract_deadline"), zone))
        dated.append(_deadline(PAPER, comment, line(one, "deadline"), zone))
    return Edition(
        list_name=CCFDDL,
        id=line(row, "id") or f"{name}{year}".lower(),
        name=name,
        year=year,
        url=web_address(row.get("link")) or "https://ccfddl.com",
        full_name=line(conference, "description"),
        deadlines=_present(dated),
        days=read_event(line(row, "date")),
        place=line(row, "place"),
        tags=tuple(filter(None, (line(conference, "sub"),))),
    )


def _tech_edition(row: Row, topic: str) -> Edition | None:
    name, start = line(row, "name"), read_day(line(row, "startDate"))
    url = web_address(row.get("url"))
    if not (name and start and url):
        return None
    end = read_day(line(row, "endDate")) or start
    dated = [
        _deadline(PAPER, "call for papers", line(row, "cfpEndDate"), _ANYWHERE),
        _deadline(START, "", line(row, "startDate"), _ANYWHERE),
        _deadline(END, "", line(row, "endDate"), _ANYWHERE) if end != start else None,
    ]
    online = row.get("online")
    place = ", ".join(part for part in (line(row, "city"), line(row, "country")) if part)
    return Edition(
        list_name=TECH,
        id=f"{start.year}/{name}".replace(" ", "-").lower(),
        name=name,
        year=start.year,
        url=url,
        deadlines=_present(dated),
        days=(start, end),
        place=place or ("online" if online is True else ""),
        online=online if isinstance(online, bool) else None,
        registration=url if online is True else "",
        tags=(topic,),
    )


def _pwc_edition(row: Row) -> Edition | None:
    name, year = line(row, "short_name") or line(row, "name"), _year(row)
    id_ = line(row, "slug") or line(row, "id")
    if not (name and year and id_):
        return None
    dated = []
    for one in inner_rows(row, "deadlines"):
        # Already in UTC: the zone beside it is how the organisers wrote it.
        at = parse_moment(one.get("deadline_at"))
        kind, label = kind_of(line(one, "type"), line(one, "label")), line(one, "label")
        dated.append(Deadline(label=label_of(kind, label), at=at, kind=kind) if at else None)
    start, end = read_day(line(row, "start_date")), read_day(line(row, "end_date"))
    return Edition(
        list_name=PAPERSWITHCODE,
        id=id_,
        name=name,
        year=year,
        url=web_address(row.get("url")) or f"https://paperswithcode.co/conferences/{id_}",
        full_name=running_text(row.get("description")),
        deadlines=_present(dated),
        days=(start, end or start) if start else None,
        place=line(row, "location"),
        tags=lines(row, "tags"),
    )


def _dated(row: Row) -> list[Row]:
    return inner_rows(row, "deadlines")


def _check_dated(row: Row, names: Iterable[str]) -> None:
    """Check that the deadlines of an edition have these fields, if there are any.

    Raises:
        MalformedError: if none has one of them: an edition without dates would pass for one whose
            dates are not known yet.
    """
    if dated := _dated(row):
        what = f"deadlines of {line(row, 'id') or line(row, 'title')}"
        check_fields(dated, dict.fromkeys(names, str), source=SOURCE, what=what)


def _deadline(type_: str, label: str, text: str, zone: str) -> Deadline | None:
    found = read_moment(text, zone)
    if found is None:
        return None
    words = one_line(html_text(label)) if "<" in label else label
    kind = kind_of(type_, words)
    return Deadline(
        label=label_of(kind, words), at=found.at, kind=kind, exact=found.exact, note=found.note
    )


def _present(dated: Iterable[Deadline | None]) -> tuple[Deadline, ...]:
    return tuple(dict.fromkeys(one for one in dated if one is not None))


def _year(row: Row) -> int:
    text = line(row, "year")
    written = number(row, "year")
    year = int(text) if text.isdecimal() and len(text) == 4 else int(written or 0)
    return year if 1990 <= year <= 2100 else 0
