"""Stack Exchange's answers: questions, what is left of the quota, pauses and refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

from core.errors import FetchError
from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from core.sources import Quota
from fetchers.clean import one_line, web_address
from fetchers.markup import html_text
from fetchers.rows import (
    NUMBER,
    Row,
    counts,
    epoch,
    inner,
    line,
    lines,
    number,
    read_json,
    read_rows,
)
from fetchers.source import MalformedError
from net.retry_after import MAX_RETRY_AFTER

SOURCE = "stackexchange"

BOUNTY_LASTS = timedelta(days=7)
"""How long a bounty stands (https://stackoverflow.com/help/bounty)."""

_WAIT = re.compile(r"available in (\d{1,9}) seconds")
_THROTTLED = 502
_PAUSE = timedelta(hours=1)


_ALWAYS = {
    "tags": list,
    "owner.display_name": str,
    "score": NUMBER,
    "answer_count": NUMBER,
    "view_count": NUMBER,
    "content_license": str,
    "last_activity_date": NUMBER,
}


class ThrottledError(FetchError):
    """The API allows no further request for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the API.

    Attributes:
        items: questions.
        quota: what is left of the day's requests, if it says so.
        backoff: how long to wait before the next request.
    """

    items: list[Item]
    quota: Quota | None
    backoff: timedelta


def parse_questions(body: bytes, site: str, now: datetime) -> Answer:
    """Read a list of questions.

    Args:
        body: JSON.
        site: of which site, as the API calls it: "stackoverflow".
        now: the present (aware UTC).

    Raises:
        ThrottledError: if it asks for a pause in place of an answer.
        FetchError: if it refuses to answer.
        MalformedError: if it is no answer, or none of its questions can be read.
    """
    data = read_json(body, SOURCE)
    if not isinstance(data, Mapping):
        raise MalformedError(SOURCE, "stackexchange: the response is no list of questions")
    if refused := refusal(data, now):
        raise refused
    rows = data.get("items")
    items = read_rows(
        rows, lambda row: question(row, site, now), source=SOURCE, what="questions", always=_ALWAYS
    )
    left, most = number(data, "quota_remaining"), number(data, "quota_max")
    known = left is not None and most is not None
    return Answer(
        items=items,
        quota=Quota(left=int(left or 0), most=int(most or 0)) if known else None,
        backoff=min(timedelta(seconds=max(number(data, "backoff") or 0, 0)), MAX_RETRY_AFTER),
    )


def refusal(data: Row, now: datetime) -> FetchError | None:
    """Return the error that an answer reports; all of them come with status 400.

    Reference: https://api.stackexchange.com/docs/error-handling
    """
    code = number(data, "error_id")
    if code is None:
        return None
    said = line(data, "error_message", "error_name")[:200] or "refused"
    if code != _THROTTLED:
        return FetchError(SOURCE, f"stackexchange: {said} ({code:.0f})")
    found = _WAIT.search(said)
    pause = timedelta(seconds=int(found[1])) if found else _PAUSE
    line_ = f"stackexchange: the quota is used up, set sources.stackexchange.key: {said}"
    return ThrottledError(SOURCE, line_, retry_at=now + min(pause, MAX_RETRY_AFTER))


def question(row: Row, site: str, now: datetime) -> Item | None:
    """Map a question; its texts come with entities for HTML, which are read once.

    The licence asks for its name, the author and a link, which the item keeps.
    """
    name, title = number(row, "question_id"), one_line(unescape(line(row, "title")))
    made, url = epoch(row, "creation_date"), web_address(row.get("link"))
    if not (name and title and made and url):
        return None
    ends = epoch(row, "bounty_closes_date")
    appeared = made if ends is None else max(made, ends - BOUNTY_LASTS)
    owner, license_, body = inner(row, "owner"), line(row, "content_license"), row.get("body")
    author = one_line(unescape(line(owner, "display_name")))
    answered = number(row, "accepted_answer_id") is not None
    facts = {
        "license": license_,
        "author_page": web_address(owner.get("link")),
        "closed": line(row, "closed_reason"),
    }
    return Item(
        key=ItemKey(SOURCE, f"{site}/{name:.0f}"),
        kind=ItemKind.QUESTION,
        title=title,
        url=url,
        appeared_at=min(appeared, now),
        published_at=made,
        updated_at=epoch(row, "last_edit_date"),
        summary=html_text(body) if isinstance(body, str) else "",
        authors=(author,) if author else (),
        tags=lines(row, "tags"),
        metrics=counts(row, {"score": "score", "answers": "answer_count", "views": "view_count"}),
        facts={label: text for label, text in facts.items() if text},
        facets=facets(
            license=license_,
            accepted=answered,
            last_activity=epoch(row, "last_activity_date"),
            bounty=None if ends is None else int(number(row, "bounty_amount") or 0),
            bounty_ends=ends,
        ),
    )
