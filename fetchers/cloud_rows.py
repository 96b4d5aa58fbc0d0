"""What the news of all cloud platforms have in common: an entry, and the item that it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.items import Item, ItemKey, ItemKind
from fetchers.cloud_topics import about_ai
from fetchers.source import MalformedError

MANY = 50
"""Of so many pieces of news some are about AI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A piece of news.

    Attributes:
        id: the same whichever way it was read.
        title: one line.
        url: its page.
        at: when it was published, or got its present state (aware UTC).
        summary: plain text.
        tags: products and topics.
        made: when it was first published, if that is another time (aware UTC).
        state: how far it is, such as "In preview"; a new one is an update.
        facts: short texts worth showing, empty ones too.
    """

    id: str
    title: str
    url: str
    at: datetime
    summary: str = ""
    tags: Sequence[str] = ()
    made: datetime | None = None
    state: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def items_about_ai(
    news: Iterable[News], source: str, *, since: datetime, now: datetime
) -> list[Item]:
    """Return what is about AI and appeared since then.

    Raises:
        MalformedError: if many pieces are none about AI, or none of them has a tag: then the
            format has changed, and silence would pass for a quiet day.
    """
    given = list(news)
    if len(given) >= MANY and not any(one.tags for one in given):
        raise MalformedError(source, f"{source}: none of {len(given)} entries has a tag")
    chosen = [one for one in given if about_ai(one.title, one.summary, one.tags)]
    if len(given) >= MANY and not chosen:
        raise MalformedError(source, f"{source}: none of {len(given)} entries is about AI")
    return [_item(one, source, now) for one in chosen if one.at >= since]


def _item(news: News, source: str, now: datetime) -> Item:
    return Item(
        key=ItemKey(source, news.id),
        kind=ItemKind.ARTICLE,
        title=news.title,
        url=news.url,
        appeared_at=min(news.at, now),
        published_at=news.made or news.at,
        summary=news.summary,
        tags=tuple(dict.fromkeys(news.tags)),
        version=news.state,
        facts={name: text for name, text in news.facts.items() if text},
    )
