"""Kaggle's rows: competitions, datasets and notebooks, as items."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from core.errors import FetchError
from core.facets import facets
from core.items import Deadline, FacetValue, Item, ItemKey, ItemKind
from fetchers.clean import one_line, running_text, web_address
from fetchers.rows import Row, line, moment, number, read_list
from fetchers.source import MalformedError
from language.authors import author_names

log = logging.getLogger(__name__)

SOURCE = "kaggle"

HOW_TO_GET_ONE = (
    "create one at kaggle.com/settings/api and set KAGGLE_API_TOKEN or sources.kaggle.token"
)

FINAL = "final submission"

_NO_LOGIN = re.compile(
    r"unauth|not (logged|signed) in|(invalid|expired|missing) (\w+ )?(credential|token|key)",
    re.IGNORECASE,
)
"""What Kaggle says if it does not know who asks; a 403 has many other causes."""

_WEB = "https://www.kaggle.com"
_SLUG = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_MONEY = re.compile(
    r"(?P<sign>\$)?\s?(?P<amount>\d[\d,]*(?:\.\d+)?)\s?(?(sign)|(?P<currency>[A-Za-z]{3}))"
)
_DEADLINES = {
    FINAL: ("deadline",),
    "entry": ("newEntrantDeadline", "prohibitNewEntrantsExplicitDeadline"),
    "team merger": ("mergerDeadline", "teamMergerExplicitDeadline"),
}
_DATASET_METRICS = {
    "votes": "voteCount",
    "downloads": "downloadCount",
    "views": "viewCount",
    "notebooks": "kernelCount",
    "usability": "usabilityRating",
    "bytes": "totalBytes",
}

Mapper = Callable[[Row, datetime], Item | None]
"""Maps a row to an item, given the present; None for a row that says too little."""


class Page(NamedTuple):
    """One page of a list.

    Attributes:
        items: what it holds.
        next_token: token of the next page, or an empty string.
        whole: whether it came to its end.
    """

    items: list[Item]
    next_token: str
    whole: bool


def parse_page(body: bytes, name: str, mapper: Mapper, now: datetime) -> Page:
    """Read one page of a list.

    Both shapes are read: the object with ``name`` and ``nextPageToken``, and the bare array of
    the older interface. An error may come with status 200 as ``{"code": 401, "message": …}``. Of
    a page that breaks off, the rows that came whole are read.

    Args:
        body: JSON.
        name: ``competitions``, ``datasets`` or ``kernels``.
        mapper: one of this module's mappers.
        now: the present (aware UTC).

    Raises:
        MalformedError: if it is neither shape, reports an error, or none of its rows can be read.
    """
    data, whole = read_list(body, SOURCE, name)
    if message := refusal(data):
        raise FetchError(SOURCE, message)
    rows = _rows(data, name)
    if rows is None:
        raise MalformedError(SOURCE, f"kaggle: the response has no list of {name}")
    items = [item for row in rows if (item := _mapped(row, mapper, now, name)) is not None]
    if rows and not items:
        raise MalformedError(SOURCE, f"kaggle: none of {len(rows)} {name} can be read")
    token = data.get("nextPageToken") if isinstance(data, Mapping) else ""
    return Page(items, one_line(token), whole)


def refusal(data: object, *, status: int = 0) -> str:
    """Return what an answer says in place of a list, as one line; empty if it refuses nothing.

    Args:
        data: the answer.
        status: that of an answer that is an error; some name a code of their own in it.
    """
    inner = data.get("error") if isinstance(data, Mapping) else None
    told = inner if isinstance(inner, Mapping) else data
    code = _code(told) or _code(data)
    code = code if code >= 400 else status
    if code < 400:
        return ""
    said = told if isinstance(told, Mapping) else {}
    message = line(said, "message", "errorMessage", "error", "detail")[:200]
    if code == 401 or (code == 403 and _NO_LOGIN.search(message)):
        return f"kaggle does not accept the token ({code}): {HOW_TO_GET_ONE}"
    if code == 403 and not message:
        message = "refused; your token or account may lack a permission, see kaggle.com/settings"
    return f"kaggle: {message or 'refused'} ({code})"


def _code(data: object) -> int:
    code = data.get("code") if isinstance(data, Mapping) else None
    if isinstance(code, str) and re.fullmatch("[0-9]{3}", code):
        return int(code)
    return code if isinstance(code, int) else 0


def competition(row: Row, now: datetime) -> Item | None:
    """Map a competition; its version is its final deadline, which hosts like to move."""
    slug = _slug(line(row, "ref")) or _slug(line(row, "competitionName")) or _slug(line(row, "url"))
    title = line(row, "title")
    if not (slug and title):
        return None
    deadlines = _deadlines(row)
    opened = moment(row, "enabledDate", "dateEnabled", "dateCreated")
    teams = number(row, "teamCount", "totalTeams")
    facts = {
        "prize": _prize(row.get("reward")),
        "metric": line(row, "evaluationMetric") or _named(row.get("evaluationAlgorithm")),
        "host": line(row, "organizationName", "hostName") or _named(row.get("organization")),
        "category": line(row, "category"),
    }
    final = next((d.at for d in deadlines if d.label == FINAL), None)
    return Item(
        key=ItemKey(SOURCE, f"competition/{slug}"),
        kind=ItemKind.COMPETITION,
        title=title,
        url=_page(row) or f"{_WEB}/competitions/{slug}",
        appeared_at=min(opened or now, now),
        published_at=opened,
        summary=running_text(row.get("description") or row.get("briefDescription")),
        tags=_tags(row),
        metrics={} if teams is None else {"teams": teams},
        facts={label: text for label, text in facts.items() if text},
        facets=_prize_facets(facts["prize"]),
        deadlines=deadlines,
        version="" if final is None else final.strftime("%Y-%m-%dT%H:%MZ"),
    )


def dataset(row: Row, now: datetime) -> Item | None:
    """Map a data set."""
    ref, title = _owned(line(row, "ref")), line(row, "title")
    if not (ref and title):
        return None
    updated = moment(row, "lastUpdated")
    version = number(row, "currentVersionNumber")
    summary = (running_text(row.get(field)) for field in ("subtitle", "description"))
    author, license_ = line(row, "creatorName", "ownerName"), line(row, "licenseName")
    return Item(
        key=ItemKey(SOURCE, f"dataset/{ref}"),
        kind=ItemKind.DATASET,
        title=title,
        url=_page(row) or f"{_WEB}/datasets/{ref}",
        appeared_at=min(updated or now, now),
        updated_at=updated,
        summary="\n".join(text for text in summary if text),
        authors=author_names([author]),
        tags=_tags(row),
        metrics=_counts(row, _DATASET_METRICS),
        facts={"license": license_} if license_ else {},
        facets=facets(license=license_, last_activity=updated),
        version="" if version is None else f"{version:.0f}",
    )


def notebook(row: Row, now: datetime) -> Item | None:
    """Map a notebook, which Kaggle's interface calls a kernel."""
    ref, title = _owned(line(row, "ref")), line(row, "title")
    if not (ref and title):
        return None
    run = moment(row, "lastRunTime")
    author = line(row, "author") or ref.partition("/")[0]
    language = line(row, "language")
    return Item(
        key=ItemKey(SOURCE, f"notebook/{ref}"),
        kind=ItemKind.NOTEBOOK,
        title=title,
        url=f"{_WEB}/code/{ref}",
        appeared_at=min(run or now, now),
        updated_at=run,
        authors=author_names([author]),
        tags=(language,) if language else (),
        metrics=_counts(row, {"votes": "totalVotes"}),
        facts={"language": language} if language else {},
        facets=facets(last_activity=run),
        related=_sources(row),
    )


def _rows(data: object, name: str) -> list[object] | None:
    """Return the rows of either shape, or None; an empty list may be left out of an object."""
    if isinstance(data, Mapping):
        data = data.get(name, [] if not data or "nextPageToken" in data else None)
    return data if isinstance(data, list) else None


def _mapped(row: object, mapper: Mapper, now: datetime, name: str) -> Item | None:
    item = mapper(row, now) if isinstance(row, Mapping) else None
    if item is None:
        log.warning("kaggle: left out a row of %s without name or title: %.100r", name, row)
    return item


def _slug(text: str) -> str:
    """Return the last part of an address, or the slug itself; empty if it is neither."""
    last = text.rstrip("/").rpartition("/")[2]
    return last if _SLUG.fullmatch(last) else ""


def _owned(text: str) -> str:
    """Return ``owner/slug`` from the end of an address or path; empty if it has no such end."""
    parts = text.strip("/").split("/")[-2:]
    return "/".join(parts) if len(parts) == 2 and all(map(_SLUG.fullmatch, parts)) else ""


def _page(row: Row) -> str:
    return web_address(row.get("url"), f"{_WEB}/") if line(row, "url") else ""


def _deadlines(row: Row) -> tuple[Deadline, ...]:
    found = ((label, moment(row, *fields)) for label, fields in _DEADLINES.items())
    return tuple(Deadline(label=label, at=at) for label, at in found if at is not None)


def _prize(reward: object) -> str:
    if not isinstance(reward, Mapping):
        return one_line(reward)
    quantity, unit = number(reward, "quantity"), line(reward, "id")
    return unit if quantity is None else f"{quantity:,.0f} {unit}".strip()


def _prize_facets(prize: str) -> Mapping[str, FacetValue]:
    """Return a prize in money as a number: "$25,000" and "65,000 USD"; not "Knowledge"."""
    found = _MONEY.fullmatch(prize)
    if found is None:
        return {}
    currency = "USD" if found["sign"] else found["currency"].upper()
    return facets(prize=float(found["amount"].replace(",", "")), currency=currency)


def _named(thing: object) -> str:
    return line(thing, "name") if isinstance(thing, Mapping) else ""


def _tags(row: Row) -> tuple[str, ...]:
    tags = row.get("tags") or row.get("categories")
    names = (_named(tag) or one_line(tag) for tag in tags) if isinstance(tags, list) else ()
    return tuple(dict.fromkeys(name for name in names if name))


def _counts(row: Row, fields: Mapping[str, str]) -> dict[str, float]:
    counts = ((name, number(row, field)) for name, field in fields.items())
    return {name: count for name, count in counts if count is not None}


def _sources(row: Row) -> tuple[str, ...]:
    """Return the pages of the data that a notebook says it uses."""
    pages = []
    for field, folder in (
        ("datasetDataSources", "datasets"),
        ("competitionDataSources", "competitions"),
    ):
        refs = row.get(field)
        for ref in refs if isinstance(refs, list) else ():
            name = _owned(one_line(ref)) if folder == "datasets" else _slug(one_line(ref))
            pages += [f"{_WEB}/{folder}/{name}"] if name else []
    return tuple(pages)
