"""arXiv's API, through the query and the parser of the ``arxiv`` package.

The package as it comes has no timeout, tries 400 and 429 again at once, and takes an HTML page, an
empty body or an error feed for "no papers". So its client gets a session of ours, which asks
through ``net`` and checks an answer before the package parses it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.errors import FetchError
from core.items import Item, ItemKey, ItemKind
from fetchers.arxiv_ids import parse_id
from fetchers.arxiv_schedule import announced
from fetchers.arxiv_wanted import Wanted
from fetchers.clean import one_line, running_text
from fetchers.markup import Element, closed, parse_xml
from fetchers.rows import parse_moment
from fetchers.source import MalformedError
from language.authors import author_names
from net.client import SourceSession
from net.response import StatusError

if TYPE_CHECKING:
    import arxiv  # type: ignore[import-untyped]

log = logging.getLogger(__name__)

SOURCE = "arxiv"

PAGE = 500
"""Entries asked for at once; 2,000 are allowed, but would be over our limit of 5 MB."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_OPEN_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def search(session: SourceSession, api_url: str, wanted: Wanted, *, most: int) -> Iterator[Item]:
    """Yield the papers that are wanted, the latest submission first.

    Args:
        session: asks arXiv.
        api_url: address of the API's host.
        wanted: which papers, until now.
        most: number of papers after which to stop.

    Raises:
        FetchError: if a page cannot be had or is not what the API promises, or, after the papers
            that are wanted, if there were others.
    """
    import arxiv

    # One more try for a page that is empty in the middle of the results, a known weakness of the
    # API; every other failure leaves our session as a FetchError, which the client lets through.
    client = arxiv.Client(page_size=min(PAGE, most), delay_seconds=0, num_retries=1)
    client.query_url_format = f"{api_url.rstrip('/')}/api/query?{{}}"
    shim = client._session = _RequestsShim(session)  # noqa: SLF001  its only seam; a test pins it
    request = arxiv.Search(
        query=wanted.query(),
        max_results=most,
        sort_by=arxiv.SortCriterion.SubmittedDate,
        sort_order=arxiv.SortOrder.Descending,
    )
    seen: set[str] = set()
    others = 0
    try:
        for result in client.results(request):
            if result.entry_id in seen:  # lists shift while they are read
                continue
            seen.add(result.entry_id)
            if wanted.includes(result.published, result.categories):
                yield to_item(result, wanted.until)
            elif (others := others + 1) >= PAGE:
                break
    except (_NothingNewError, arxiv.UnexpectedEmptyPageError) as error:
        if not shim.left_out:  # else the rest of the results are those that we left out
            raise FetchError(SOURCE, "arxiv: the API stopped in the middle of its list") from error
    if others:
        line = f"arxiv: the API gave {others} papers outside the time or categories asked for"
        raise MalformedError(SOURCE, line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A checked answer; the package looks at the first two attributes.

    Attributes:
        content: the feed, without the entries that cannot be read.
        status_code: 200.
        ids: identifiers of its entries.
        left_out: number of entries that cannot be read.
        total: how many papers there are, as it says.
    """

    content: bytes
    status_code: int = 200
    ids: frozenset[str] = frozenset()
    left_out: int = 0
    total: int = 0


class _NothingNewError(Exception):
    """A further page held only what earlier pages held."""


class _RequestsShim:
    """Stands in for the package's requests session.

    Attributes:
        left_out: number of entries so far that could not be read.
    """

    def __init__(self, session: SourceSession) -> None:
        self._session = session
        self._seen: set[str] = set()
        self.left_out = 0

    def get(self, url: str, headers: Mapping[str, str]) -> Page:  # noqa: ARG002  ours are sent
        """Ask for a page and check it.

        The package takes an empty first page for an empty list, whatever number it states.
        """
        page = self._page(url)
        if not page.ids and page.total and not self._seen:
            page = self._page(url)
            if not page.ids:
                line = f"arxiv: the API says that there are {page.total} papers, and sends none"
                raise MalformedError(SOURCE, line)
        if page.ids and page.ids <= self._seen:
            # A mirror that ignores "start" would be asked for the same page until the end.
            raise _NothingNewError
        self._seen |= page.ids
        self.left_out += page.left_out
        return page

    def _page(self, url: str) -> Page:
        try:
            return check_feed(self._session.get(url).body)
        except StatusError as error:
            raise _explained(error) from error


def check_feed(body: bytes) -> Page:
    """Make sure that an answer is a feed of papers, and leave out entries that are none.

    One that breaks off is ended after its last whole entry: the rest is on the next page then.

    Args:
        body: the answer.

    Raises:
        MalformedError: if it is not a feed, reports an error, or none of its entries can be read.
    """
    from lxml import etree  # type: ignore[import-untyped]

    body, _ = closed(body, "entry", "</feed>")
    feed = parse_xml(body, SOURCE, f"{_ATOM}feed")
    entries = feed.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in (entry.findtext(f"{_ATOM}id") or ""):
            message = one_line(entry.findtext(f"{_ATOM}summary"))[:200]
            raise MalformedError(SOURCE, f"arxiv: the API says: {message or 'error'}")
    bad = [entry for entry in entries if not _is_paper(entry)]
    if bad and len(bad) == len(entries):
        raise MalformedError(SOURCE, f"arxiv: none of {len(bad)} entries can be read")
    for entry in bad:
        name = entry.findtext(f"{_ATOM}id")
        log.warning("arxiv: left out an entry that cannot be read: %.100r", name)
        feed.remove(entry)
    ids = frozenset(entry.findtext(f"{_ATOM}id") for entry in entries if entry not in bad)
    total = (feed.findtext(f"{_OPEN_SEARCH}totalResults") or "").strip()
    counted = re.fullmatch("[0-9]{1,9}", total)
    if not (entries or counted):
        raise MalformedError(SOURCE, "arxiv: the API sends neither papers nor their number")
    return Page(
        content=etree.tostring(feed) if bad else body,
        ids=ids,
        left_out=len(bad),
        total=int(total) if counted else 0,
    )


def _is_paper(entry: Element) -> bool:
    name, title, published, updated = (
        entry.findtext(f"{_ATOM}{field}") or "" for field in ("id", "title", "published", "updated")
    )
    dates = parse_moment(published), parse_moment(updated)
    return bool(parse_id(name) and one_line(title) and all(dates))


def to_item(result: arxiv.Result, now: datetime) -> Item:
    """Map a result of the package to an item.

    Args:
        result: an ``arxiv.Result`` of a checked feed.
        now: the present (aware UTC); nothing was announced after it.
    """
    name = parse_id(result.entry_id)
    if name is None:
        raise MalformedError(SOURCE, f"arxiv: {result.entry_id!r} is not an identifier")
    facts = {
        "comment": one_line(result.comment),
        "journal_ref": one_line(result.journal_ref),
        "doi": one_line(result.doi),
        "primary_category": one_line(result.primary_category),
    }
    return Item(
        key=ItemKey(SOURCE, name.id),
        kind=ItemKind.PAPER,
        title=one_line(result.title),
        url=f"https://arxiv.org/abs/{name.id}",
        appeared_at=min(announced(result.published), now),
        published_at=result.published,
        updated_at=result.updated,
        summary=running_text(result.summary),
        authors=author_names(one_line(author.name) for author in result.authors),
        tags=tuple(dict.fromkeys(t for c in result.categories if (t := one_line(c)))),
        facts={label: text for label, text in facts.items() if text},
        version=name.version,
    )


def _explained(error: StatusError) -> FetchError:
    """Return what the API says in the error feed that it sends with a status, if it does."""
    try:
        check_feed(error.response.body)
    except MalformedError as explained:
        if "the API says" in str(explained):
            return explained
    return error
