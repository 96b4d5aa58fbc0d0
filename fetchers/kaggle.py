"""Kaggle: competitions with their deadlines, data sets and notebooks.

The three calls are those of Kaggle's own client (kagglesdk 0.1.38), which itself is left out: it
has no timeout, and importing it makes a request and a folder.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.errors import ConfigError, FetchError
from core.items import Item, ItemKey
from core.sources import Batch
from fetchers.kaggle_rows import (
    HOW_TO_GET_ONE,
    SOURCE,
    Mapper,
    competition,
    dataset,
    notebook,
    parse_page,
    refusal,
)
from fetchers.rows import line, read_json
from fetchers.source import HttpFetcher, MalformedError, Source, option
from net.client import SourceSession
from net.response import Response, StatusError

_PAGE_SIZE = 20
_TOKEN = re.compile(r"[!-~]*")
"""What a header field can hold: one word in ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """One of Kaggle's lists.

    Attributes:
        name: field of the answer that holds the rows.
        call: path of the call.
        body: what the call takes besides the page.
        mapper: maps a row to an item.
    """

    name: str
    call: str
    body: Mapping[str, object]
    mapper: Mapper


@dataclass(frozen=True, slots=True, kw_only=True)
class KaggleOptions:
    """Competitions, data sets and notebooks; needs a token."""

    api_url: str = option("https://api.kaggle.com", "URL of the API")
    token: str = option(
        "", "access token from kaggle.com/settings/api, or the path of its file or of kaggle.json",
        secret=True, env=("KAGGLE_API_TOKEN",),
    )  # fmt: skip
    username: str = option(
        "", "your user name, with a legacy key instead of a token", env=("KAGGLE_USERNAME",)
    )
    key: str = option("", "the legacy key", secret=True, env=("KAGGLE_KEY",))
    search: str = option("", "words that data sets and notebooks must match; empty for all")
    pages: int = option(2, "pages of 20 to fetch from each list")
    competitions: bool = option(default=True, help="whether to fetch competitions")
    datasets: bool = option(default=True, help="whether to fetch data sets")
    notebooks: bool = option(default=True, help="whether to fetch notebooks")

    def __post_init__(self) -> None:
        """Check that there is something to read.

        Raises:
            ConfigError: if there is not; an empty answer would look like a success.
        """
        if self.pages < 1:
            raise ConfigError("sources.kaggle.pages: must be at least 1")
        if not (self.competitions or self.datasets or self.notebooks):
            raise ConfigError("sources.kaggle: turn on at least one list, or set enabled = false")


class KaggleFetcher(HttpFetcher[KaggleOptions]):
    """Reads Kaggle."""

    source = SOURCE
    windowed = False

    def read(
        self,
        session: SourceSession,
        since: datetime,  # noqa: ARG002  the lists know no since
        batch: Batch,  # noqa: ARG002  there is nothing else to say
    ) -> Iterator[Item]:
        """Yield what stands on top of each list now, whatever its age.

        Raises:
            FetchError: without a token, or if a list cannot be read; one that makes no sense or
                breaks off keeps none of the others from being read.
        """
        authorization = _authorization(self.options)
        malformed: list[MalformedError] = []
        for which in _lists(self.options):
            try:
                yield from self._list(session, which, authorization)
            except MalformedError as failure:
                malformed.append(failure)
        if malformed:
            raise malformed[0]

    def _list(self, session: SourceSession, which: _List, authorization: str) -> Iterator[Item]:
        seen: set[ItemKey] = set()
        token = ""
        for number in range(1, self.options.pages + 1):
            body = dict(which.body) | {"page": number, "pageToken": token, "pageSize": _PAGE_SIZE}
            response = self._ask(session, which.call, body, authorization)
            page = parse_page(response.body, which.name, which.mapper, self.clock())
            fresh = [item for item in page.items if item.key not in seen]
            yield from fresh
            seen.update(item.key for item in fresh)
            if not page.whole:
                raise MalformedError(SOURCE, f"kaggle: the list of {which.name} breaks off")
            token = page.next_token
            if not (token and fresh):
                return

    def _ask(self, session: SourceSession, call: str, body: object, authorization: str) -> Response:
        url = f"{self.options.api_url.rstrip('/')}/v1/{call}"
        try:
            return session.post_json(url, body, headers={"Authorization": authorization})
        except StatusError as error:
            raise _explained(error) from error


def _lists(options: KaggleOptions) -> Iterator[_List]:
    if options.competitions:
        everything = {
            "group": "COMPETITION_LIST_TAB_EVERYTHING",
            "category": "HOST_SEGMENT_UNSPECIFIED",
            "sortBy": "COMPETITION_SORT_BY_BEST",
            "search": "",
        }
        call = "competitions.CompetitionApiService/ListCompetitions"
        yield _List(name="competitions", call=call, body=everything, mapper=competition)
    if options.datasets:
        body = {"tagIds": "", "search": options.search, "user": ""}
        call = "datasets.DatasetApiService/ListDatasets"
        yield _List(name="datasets", call=call, body=body, mapper=dataset)
    if options.notebooks:
        call = "kernels.KernelsApiService/ListKernels"
        yield _List(name="kernels", call=call, body={"search": options.search}, mapper=notebook)


def _authorization(options: KaggleOptions) -> str:
    """Return the Authorization field: a token, else a legacy name and key.

    Raises:
        FetchError: if neither is set, or the token's file cannot be read.
    """
    if token := _read_token(options.token):
        if token.startswith(("{", "[")):
            return _legacy(token)
        name, is_legacy, key = token.partition(":")
        return _basic(name, key) if is_legacy else f"Bearer {token}"
    if options.username and options.key:
        return _basic(options.username, options.key)
    told = f"no token: {HOW_TO_GET_ONE}"
    raise FetchError(SOURCE, f"kaggle has {told}", missing=told)


def _basic(username: str, key: str) -> str:
    return f"Basic {base64.b64encode(f'{username}:{key}'.encode()).decode()}"


def _legacy(text: str) -> str:
    """Return the Authorization field for what stands in a ``kaggle.json``.

    Raises:
        FetchError: if no name and key do.
    """
    try:
        found = read_json(text.encode(), SOURCE)
    except MalformedError:
        found = None
    if isinstance(found, Mapping):
        if token := line(found, "token", "access_token"):
            return f"Bearer {token}"
        if (username := line(found, "username")) and (key := line(found, "key")):
            return _basic(username, key)
    told = "what sources.kaggle.token names has no user name and key; download kaggle.json anew"
    raise FetchError(SOURCE, told, missing=told)


def _read_token(typed: str) -> str:
    """Return the token itself, from its file if it is the path of one; empty for none.

    Raises:
        FetchError: if the file cannot be read, or what was found is no token.
    """
    text = _bare(typed)
    if text.startswith("{"):
        return text
    try:
        if _names_file(text):
            text = _bare(Path(text).expanduser().read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RuntimeError) as error:
        told = "the file that sources.kaggle.token names cannot be read"
        raise FetchError(SOURCE, told, missing=told) from error
    if not _TOKEN.fullmatch(text) and not text.startswith(("{", "[")):
        told = f"what sources.kaggle.token holds or names is no token: {HOW_TO_GET_ONE}"
        raise FetchError(SOURCE, told, missing=told)
    return text


def _names_file(text: str) -> bool:
    if re.search(r"[/\\]|\.json$", text, re.IGNORECASE):
        return True
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # tokens may be longer than the name of a file can be
        return False


def _bare(text: str) -> str:
    """Return a token without what editors, shells and copying leave around it."""
    bare = text.strip("\ufeff\u200b \t\r\n\xa0")
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    return bare.removeprefix("Bearer ").strip()


def _explained(error: StatusError) -> FetchError:
    """Return what Kaggle says in its own words about a refusal, if it does."""
    status = error.response.status
    try:
        told = read_json(error.response.body, SOURCE)
    except MalformedError:
        told = {}
    if status not in {401, 403} and not told:
        return error
    message = refusal(told, status=status)
    return FetchError(SOURCE, message, retry_at=error.retry_at) if message else error


DECLARATION = Source(
    name=SOURCE,
    options=KaggleOptions,
    make=KaggleFetcher,
    every=timedelta(hours=6),
    pace=timedelta(seconds=1),
    gives="competitions, data sets, notebooks",
    second_way="none",
    access="needed",
)
