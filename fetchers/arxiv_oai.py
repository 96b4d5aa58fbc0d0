"""arXiv through OAI-PMH, the way in which libraries copy its metadata: the third way to papers.

Reference: https://info.arxiv.org/help/oa/index.html. It knows days, not hours; answers may take a
minute and a half; and it lists an old paper again whenever anything is noted of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import FetchError
from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from fetchers.arxiv_ids import parse_id
from fetchers.arxiv_rss import SOURCE
from fetchers.arxiv_schedule import latest_announcement
from fetchers.arxiv_wanted import Wanted
from fetchers.clean import one_line, running_text, web_address
from fetchers.markup import Element, parse_xml
from fetchers.rows import parse_moment
from fetchers.source import MalformedError
from language.authors import author_names
from net.client import SourceSession

log = logging.getLogger(__name__)

REQUEST_SECONDS = 90.0
"""Answers of 29 to 90 seconds were seen (zotero/translators, pull request 3618)."""

MOST_PAGES = 10
"""Pages of one set that are read at most; one has about 1,000 records."""

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_NOTHING = "noRecordsMatch"
_NOON = timedelta(hours=12)
# Archives that are sets of their own; all others belong to the set "physics".
_OWN_SETS = frozenset(["cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer.

    Attributes:
        items: papers, old ones among them.
        token: asks for the next page, or "" on the last.
    """

    items: list[Item]
    token: str


def harvest(session: SourceSession, oai_url: str, wanted: Wanted) -> Iterator[Item]:
    """Yield the papers that are wanted, each once.

    Args:
        session: asks arXiv; it has to be patient (``REQUEST_SECONDS``).
        oai_url: address of the host.
        wanted: which papers, until now.

    Raises:
        FetchError: if a page cannot be had or read, or there are more than ``MOST_PAGES``.
    """
    url = f"{oai_url.rstrip('/')}/oai"
    seen: set[ItemKey] = set()
    for name in dict.fromkeys(map(set_of, wanted.categories)):
        parameters = {
            "verb": "ListRecords",
            "metadataPrefix": "arXiv",
            "set": name,
            "from": f"{wanted.since:%Y-%m-%d}",
        }
        for _ in range(MOST_PAGES):
            page = parse_records(session.get(url, params=parameters).body, wanted.until)
            for item in page.items:
                made = item.published_at or wanted.until
                if item.key not in seen and wanted.includes(made, item.tags):
                    seen.add(item.key)
                    yield item
            if not page.token:
                break
            parameters = {"verb": "ListRecords", "resumptionToken": page.token}
        else:
            raise FetchError(SOURCE, f"arxiv: OAI-PMH has more than {MOST_PAGES} pages of {name}")


def set_of(category: str) -> str:
    """Return the set of OAI-PMH that holds a category."""
    archive = category.partition(".")[0]
    return archive if archive in _OWN_SETS else f"physics:{archive}"


def parse_records(body: bytes, now: datetime) -> Page:
    """Read an answer to ListRecords or GetRecord in the format "arXiv".

    Raises:
        MalformedError: if it is none, reports an error, or none of its records can be read.
    """
    root = parse_xml(body, SOURCE, f"{_OAI}OAI-PMH")
    error = root.find(f"{_OAI}error")
    if error is not None and error.get("code") != _NOTHING:
        told = one_line(error.text) or one_line(error.get("code"))
        raise MalformedError(SOURCE, f"arxiv: OAI-PMH says: {told[:200] or 'error'}")
    records = root.findall(f"*/{_OAI}record")
    if error is None and not records:
        raise MalformedError(SOURCE, "arxiv: OAI-PMH sends neither records nor a reason")
    kept = [one for one in records if one.find(f"{_OAI}header[@status='deleted']") is None]
    items: list[Item] = []
    for record in kept:
        item = _item(record, now)
        if item is None:
            name = record.findtext(f"{_OAI}header/{_OAI}identifier")
            log.warning("arxiv: left out a record that cannot be read: %.100r", name)
        else:
            items.append(item)
    if kept and not items:
        raise MalformedError(SOURCE, f"arxiv: none of {len(kept)} records can be read")
    token = one_line(root.findtext(f"*/{_OAI}resumptionToken"))
    return Page(items=items, token=token)


def _item(record: Element, now: datetime) -> Item | None:
    # Some copies of the answers have lost the namespace of the inner format.
    paper = record.find(f"{_OAI}metadata/{{*}}arXiv")
    if paper is None:
        return None

    def told(name: str) -> str:
        return one_line(paper.findtext(f"{{*}}{name}"))

    name, title, made = parse_id(told("id")), told("title"), parse_moment(told("created"))
    stamp = parse_moment(one_line(record.findtext(f"{_OAI}header/{_OAI}datestamp")))
    if name is None or not title or made is None:
        return None
    tags = tuple(told("categories").split())
    facts = {
        "comment": told("comments"),
        "journal_ref": told("journal-ref"),
        "doi": told("doi"),
        "primary_category": tags[0] if tags else "",
    }
    return Item(
        key=ItemKey(SOURCE, name.id),
        kind=ItemKind.PAPER,
        title=title,
        url=f"https://arxiv.org/abs/{name.id}",
        appeared_at=min(latest_announcement((stamp or made) + _NOON), now),
        published_at=made.astimezone(UTC),
        updated_at=parse_moment(told("updated")),
        summary=running_text(paper.findtext("{*}abstract")),
        authors=author_names(map(_name, paper.findall("{*}authors/{*}author"))),
        tags=tags,
        facts={label: text for label, text in facts.items() if text},
        facets=facets(license=web_address(told("license"))),
    )


def _name(author: Element) -> str:
    parts = (author.findtext(f"{{*}}{part}") for part in ("forenames", "keyname", "suffix"))
    return one_line(" ".join(part for part in parts if part))
