"""The recorded answers: which file answers which request, and what its dates become."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

_NEW_YORK = "America/New_York"
_FRIDAY, _SATURDAY, _SUNDAY, _MONDAY = 4, 5, 6, 0
_DAY = timedelta(days=1)

_ATOM, _JSON = "application/atom+xml", "application/json"

_DATE = re.compile(
    r"\{\{ (?P<base>now|tonight|intake|listing)(?: (?P<shift>[+-]\d+)(?P<unit>[dh]))? \}\}"
)

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedResponse:
    """The body of an answer with status 200, and its media type."""

    text: str
    media_type: str


class Recording:
    """The sample day as the sources would show it at one moment.

    Dates in the files are written ``{{ BASE SHIFT }}``, the shift in hours or days (``-36h``):

    - ``now``: the moment itself;
    - ``tonight``: 23:59 UTC of that day, the hour at which competitions end;
    - ``intake``: when arXiv began to accept the papers of its latest list; later hours are papers
      of that list, earlier ones of the list before;
    - ``listing``: when that list came out, written as in mail.
    """

    def __init__(self, now: datetime) -> None:
        opened, listed = _latest_list(now)
        tonight = datetime.combine(now.astimezone(UTC), time(23, 59), tzinfo=UTC)
        self._bases = {"now": now, "tonight": tonight, "intake": opened, "listing": listed}

    def answer(self, path: str, query: Query) -> RecordedResponse | None:
        """Return what a source answers, or None for an address that the recording lacks.

        Args:
            path: of the request, decoded.
            query: its parameters, decoded.
        """
        answer = None
        match path.strip("/").split("/"):
            case ["api", "query"]:
                answer = self._papers(query)
            case ["rss", categories]:
                answer = self._list(set(categories.split("+")))
            case ["trending"]:
                answer = self._trending(query)
            case ["trending", language]:
                answer = self._trending(query, language)
            case ["search", "repositories"]:
                answer = self._file("github/search.json", _JSON)
            case [owner, name, "releases.atom"]:
                answer = self._file(f"github/releases/{owner}/{name}.atom", _ATOM)
            case ["v1", _, call]:
                answer = self._file(f"kaggle/{call}.json", _JSON)
        return answer

    def _papers(self, query: Query) -> RecordedResponse:
        """Answer arXiv's API: ``cat:`` terms, submission dates, ids and paging count."""
        feed = self._text("arxiv/query.xml")
        categories = set(re.findall(r"cat:([\w.-]+)", query.get("search_query", "")))
        dates = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query.get("search_query", ""))
        ids = {name.partition("v")[0] for name in query.get("id_list", "").split(",") if name}
        found = [
            entry
            for entry in _elements("entry").findall(feed)
            if not categories or categories & set(re.findall(r'<category term="([^"]+)"', entry))
            if dates is None or dates[1] <= _submitted(entry) <= dates[2]
            if not ids or ids & set(re.findall(r"/abs/([^v<]+)v", entry))
        ]
        start, size = int(query.get("start", "0")), int(query.get("max_results", "10"))
        page = _only(feed, "entry", frozenset(found[start : start + size]).__contains__)
        for name, number in {"start": start, "size": size, "total": len(found)}.items():
            page = page.replace(f"{{{{ {name} }}}}", str(number))
        return RecordedResponse(text=page, media_type=_ATOM)

    def _list(self, categories: set[str]) -> RecordedResponse:
        """Answer arXiv's RSS of some categories."""

        def listed(item: str) -> bool:
            return not categories.isdisjoint(re.findall(r"<category>([^<]+)<", item))

        text = _only(self._text("arxiv/rss.xml"), "item", listed)
        return RecordedResponse(text=text, media_type="application/rss+xml")

    def _trending(self, query: Query, language: str | None = None) -> RecordedResponse:
        """Answer GitHub's trending page, of all languages or of one."""
        period = "weekly" if query.get("since") == "weekly" else "daily"
        page = self._text(f"github/trending-{period}.html")
        if language is not None:
            page = _only(page, "article", lambda row: _language(row) == language.lower())
        if "<article" not in page:
            page = self._text("github/trending-empty.html")
        return RecordedResponse(text=page, media_type="text/html")

    def _file(self, name: str, media_type: str) -> RecordedResponse | None:
        """Answer with a whole file, if there is one of this name."""
        try:
            return RecordedResponse(text=self._text(name), media_type=media_type)
        except FileNotFoundError:
            return None

    def _text(self, name: str) -> str:
        text = files("sample").joinpath("day", *name.split("/")).read_text(encoding="utf-8")
        return _DATE.sub(self._written, text)

    def _written(self, date: re.Match[str]) -> str:
        moment = self._bases[date["base"]]
        if date["shift"]:
            count = int(date["shift"])
            moment += timedelta(days=count) if date["unit"] == "d" else timedelta(hours=count)
        if date["base"] == "listing":
            return format_datetime(moment)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _latest_list(now: datetime) -> tuple[datetime, datetime]:
    """Return when arXiv opened the intake of its latest list, and when the list came out.

    Papers are announced at 20:00 in New York from Sunday to Thursday, the list with them comes
    out at midnight. The intake closes at 14:00 of the same day, Sunday's on Friday, and opened
    when the one before closed (https://info.arxiv.org/help/availability.html).
    """
    zone = ZoneInfo(_NEW_YORK)
    announced = now.astimezone(zone).date() - _DAY
    while announced.weekday() in {_FRIDAY, _SATURDAY}:
        announced -= _DAY
    days = 3 if announced.weekday() in {_SUNDAY, _MONDAY} else 1
    opened = datetime.combine(announced - days * _DAY, time(14), tzinfo=zone)
    return opened.astimezone(UTC), datetime.combine(announced + _DAY, time(), tzinfo=zone)


def _submitted(entry: str) -> str:
    """Return when a paper was submitted, as the API's queries write it."""
    found = re.search(r"<published>([^<]+)<", entry)
    return re.sub(r"\D", "", found[1])[:12] if found else ""


def _only(text: str, tag: str, keep: Callable[[str], bool]) -> str:
    """Leave out the elements that are not wanted."""
    return _elements(tag).sub(lambda found: found[0] if keep(found[0]) else "", text)


def _elements(tag: str) -> re.Pattern[str]:
    return re.compile(rf"[ \t]*<{tag}[ >].*?</{tag}>\n", re.DOTALL)


def _language(row: str) -> str:
    """Return a row's programming language as the address of its own list spells it."""
    found = re.search(r'itemprop="programmingLanguage">([^<]+)<', row)
    return found[1].lower().replace(" ", "-") if found else ""
