"""Feeds that members add, beside those of the settings."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from core.canonical import canonical_url
from core.items import Item

PREFIX = "feed:"
"""What the source name of every feed begins with."""

_ALIKE = {
    **dict.fromkeys((0x2018, 0x2019, 0x201B, 0x02BC), "'"),
    **dict.fromkeys((0x201C, 0x201D, 0x201E), '"'),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
}
"""Quotes and dashes by code point, with what a keyboard has in their place."""


def page_of(item: Item) -> tuple[str, str]:
    """Return the page of an item and its title: within one feed, the same of both is one item.

    An anchor is part of the page, since each comment has one, unless it only tells a reader's way.
    Of the title only what a reader would call another one counts: programs exchange quotes, dashes
    and invisible signs, and makers capitals.
    """
    anchor = item.url.partition("#")[2]
    is_place = anchor and "=" not in anchor and anchor.lower() not in {"rss", "atom", "feed"}
    return canonical_url(item.url) + (f"#{anchor}" if is_place else ""), _as_heard(item.title)


def _as_heard(title: str) -> str:
    """Return a title in one spelling of its signs, in lower case."""
    if not title.isascii():
        plain = unicodedata.normalize("NFKC", title).translate(_ALIKE)
        title = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return " ".join(title.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One feed, shared by all who added it.

    Attributes:
        name: unique among all feeds; its items' keys begin with ``feed:<name>/``.
        url: where it is read.
        title: what it calls itself, one line.
    """

    name: str
    url: str
    title: str

    @property
    def source(self) -> str:
        """The name under which it is a source like any other."""
        return PREFIX + self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed as a list of feeds holds it, which need not be one.

    Attributes:
        title: what the list calls it, one line, may be empty.
        url: as the list has it; may be anything.
        topics: under which headings it stands, outermost first.
    """

    title: str
    url: str
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFeed:
    """That somebody added a feed.

    Attributes:
        feed: which.
        owner: who, such as ``discord:123``.
        guild: for which community, such as ``discord:guild:9``; empty for oneself.
        added_at: when (aware UTC).
    """

    feed: Feed
    owner: str
    guild: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTrouble:
    """That a feed fails, and whether it is still tried.

    Attributes:
        feed: which.
        failures: how often it failed in a row.
        since: when that began (aware UTC).
        error: what went wrong last, one line.
        stopped_at: since when it is read no more, if so (aware UTC).
        notified: whether those who added it know that it was stopped.
    """

    feed: Feed
    failures: int
    since: datetime
    error: str
    stopped_at: datetime | None = None
    notified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at the archive, and where: that decides which members' feeds they see.

    Attributes:
        person: such as ``discord:123``; empty for nobody in particular.
        guild: the community in which they look, such as ``discord:guild:9``; empty for none.
    """

    person: str = ""
    guild: str = ""


ANYBODY = Viewer()
"""Who sees no member's feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPreview:
    """What an address gives when it is read for the first time.

    Attributes:
        url: the address that was asked for, or that of the feed which the page there names.
        title: what the feed calls itself, one line, may be empty.
        items: what it holds now, latest first.
    """

    url: str
    title: str
    items: tuple[Item, ...]
