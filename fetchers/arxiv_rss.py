"""arXiv's daily RSS: the papers of the last announcement.

Format: https://info.arxiv.org/help/rss_specifications.html
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from fetchers.arxiv_ids import parse_id
from fetchers.arxiv_schedule import latest_announcement
from fetchers.arxiv_wanted import in_categories
from fetchers.clean import one_line, running_text, web_address
from fetchers.markup import Element, closed, parse_xml
from fetchers.source import MalformedError
from language.authors import author_names
from net.dates import parse_date

log = logging.getLogger(__name__)

SOURCE = "arxiv"

RSS_ENTRY_LIMIT = 2000
"""Longest list that the RSS gives (https://info.arxiv.org/help/rss.html)."""

_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ABSTRACT = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s+(?:Abstract:\s*)?")
# Names are joined by commas, which also stand inside brackets and before "Jr.".
_BETWEEN_NAMES = re.compile(r",\s+(?![^()]*\))(?!(?:Jr|Sr)\b|I{1,3}\b|IV\b)")
_MOMENT = timedelta(seconds=1)
_NEW = frozenset({"new", "cross"})
_REPLACED = frozenset({"replace", "replace-cross"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What the RSS shows: the papers of one announcement.

    Attributes:
        announced: when its papers were announced (aware UTC).
        items: new papers, and new versions of known ones.
        unchanged: whether ``items`` is empty because they were all stored before.
        cut: whether the list is as long as arXiv lets it be, so that papers may be missing.
        stale: whether some of it is of an earlier announcement, or of other categories: what
            stands there in place of the latest is missing.
        new: number of papers that were announced for the first time.
        whole: whether the list came to its end.
    """

    announced: datetime
    items: tuple[Item, ...]
    unchanged: bool = False
    cut: bool = False
    stale: bool = False
    new: int = 0
    whole: bool = True

    def as_of(self, now: datetime) -> Announcement:
        """Return it as it can be at a time; of a list that is dated ahead of it nothing is sure."""
        if self.announced <= now:
            return self
        items = (replace(item, appeared_at=min(item.appeared_at, now)) for item in self.items)
        return replace(self, announced=latest_announcement(now), items=tuple(items), stale=True)

    def reaches(self, since: datetime, latest: datetime) -> bool:
        """Tell whether it is all that was announced after ``since``, up to an announcement."""
        lacks_some = self.cut or self.stale or not self.whole
        if lacks_some or not (self.items or self.unchanged):
            return False
        return latest <= since or (
            self.announced >= latest and latest_announcement(latest - _MOMENT) <= since
        )


def parse_rss(body: bytes, categories: Collection[str]) -> Announcement:
    """Read the RSS of one or more categories.

    An empty list is no error: there is none on Saturday, Sunday and holidays. The channel may
    bear the date of today with the entries of yesterday, for some of its categories or for all,
    so each entry's own date counts too. Of a list that breaks off, the entries that came whole are
    read.

    Raises:
        MalformedError: if it is not RSS, has no date, or none of its entries can be read or is
            of these categories.
    """
    body, whole = closed(body, "item", "</channel></rss>")
    channel = parse_xml(body, SOURCE, "rss").find("channel")
    if channel is None:
        raise MalformedError(SOURCE, "arxiv: the RSS has no channel")
    published = parse_date(channel.findtext("pubDate")) or parse_date(
        channel.findtext("lastBuildDate")
    )
    if published is None:
        raise MalformedError(SOURCE, "arxiv: the RSS has no date")
    announced = latest_announcement(published)
    entries = channel.findall("item")
    items: dict[ItemKey, Item] = {}
    foreign = 0
    for entry in entries:
        item = _item(entry, announced)
        if item is None:
            log.warning("arxiv: left out an RSS entry that cannot be read: %.100r",
                        entry.findtext("title"))  # fmt: skip
        elif not in_categories(item.tags, categories):
            foreign += 1
        else:  # a paper of two categories may stand in both lists
            items.setdefault(item.key, item)
    if foreign and not items:
        raise MalformedError(SOURCE, "arxiv: the RSS is of other categories than asked for")
    if entries and not items:
        raise MalformedError(SOURCE, f"arxiv: none of {len(entries)} RSS entries can be read")
    return Announcement(
        announced=announced,
        items=tuple(items.values()),
        cut=len(entries) >= RSS_ENTRY_LIMIT,
        stale=bool(foreign) or any(_announced(entry, announced) < announced for entry in entries),
        new=sum(_announce_type(entry) == "new" for entry in entries),
        whole=whole,
    )


def _announced(entry: Element, channel: datetime) -> datetime:
    published = parse_date(entry.findtext("pubDate"))
    return channel if published is None else latest_announcement(published)


def _announce_type(entry: Element) -> str:
    return one_line(entry.findtext(f"{_ARXIV}announce_type"))


def _item(entry: Element, announced: datetime) -> Item | None:
    name = parse_id(entry.findtext("guid") or "") or parse_id(entry.findtext("link") or "")
    kind = _announce_type(entry)
    title = one_line(entry.findtext("title"))
    if name is None or not title or kind not in _NEW | _REPLACED:
        return None
    appeared = _announced(entry, announced)
    return Item(
        key=ItemKey(SOURCE, name.id),
        kind=ItemKind.PAPER,
        title=title,
        url=f"https://arxiv.org/abs/{name.id}",
        # A new version of a paper that the archive does not know must not make it look new.
        appeared_at=appeared if kind in _NEW else min(name.month, appeared),
        summary=running_text(_ABSTRACT.sub("", (entry.findtext("description") or "").lstrip())),
        authors=_names(entry.findtext(f"{_DC}creator")),
        tags=tuple(t for c in entry.findall("category") if (t := one_line(c.text))),
        facts=_facts(entry),
        facets=facets(license=web_address(entry.findtext(f"{_DC}rights"))),
        version=name.version,
    )


def _facts(entry: Element) -> Mapping[str, str]:
    categories = entry.findall("category")
    facts = {
        "doi": one_line(entry.findtext(f"{_ARXIV}DOI")),
        "journal_ref": one_line(entry.findtext(f"{_ARXIV}journal_reference")),
        "primary_category": one_line(categories[0].text) if categories else "",
    }
    return {label: text for label, text in facts.items() if text}


def _names(joined: str | None) -> tuple[str, ...]:
    return author_names(one_line(name) for name in _BETWEEN_NAMES.split(running_text(joined)))
