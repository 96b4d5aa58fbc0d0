"""Releases of a repository, from the Atom feed that GitHub makes for each."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import quote, unquote

from core.items import Item, ItemKey, ItemKind
from fetchers.clean import one_line
from fetchers.github_trending import SOURCE
from fetchers.markup import Element, closed, html_text, parse_xml
from fetchers.rows import parse_moment
from fetchers.source import MalformedError
from language.authors import author_names

log = logging.getLogger(__name__)

_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The releases that a feed lists, and whether it came to its end."""

    items: list[Item]
    whole: bool


def parse_releases(body: bytes, slug: str) -> Releases:
    """Read ``releases.atom``; a repository without releases has a feed without entries.

    Of a feed that breaks off, the entries that came whole are read.

    Args:
        body: the feed.
        slug: ``owner/repo`` as it was asked for.

    Raises:
        MalformedError: if it is not Atom, or none of its entries can be read.
    """
    body, whole = closed(body, "entry", "</feed>")
    entries = parse_xml(body, SOURCE, f"{_ATOM}feed").findall(f"{_ATOM}entry")
    items = [item for entry in entries if (item := _item(entry, slug)) is not None]
    if entries and not items:
        raise MalformedError(SOURCE, f"github: none of the releases of {slug} can be read")
    return Releases(items=items, whole=whole)


def _item(entry: Element, slug: str) -> Item | None:
    tag, updated = _tag(entry), parse_moment(entry.findtext(f"{_ATOM}updated"))
    named = entry.findtext(f"{_ATOM}title")  # RFC 4287 asks for it, though it may be empty
    if not tag or updated is None or named is None:
        log.warning("github: left out a release of %s without tag, date or title", slug)
        return None
    title = one_line(named) or tag
    name = slug.rpartition("/")[2]
    author = one_line(entry.findtext(f"{_ATOM}author/{_ATOM}name"))
    return Item(
        key=ItemKey(SOURCE, f"{slug.lower()}/releases/tag/{tag}"),
        kind=ItemKind.RELEASE,
        title=title if name.lower() in title.lower() else f"{name} {title}",
        url=f"https://github.com/{slug}/releases/tag/{quote(tag)}",
        appeared_at=updated,
        published_at=updated,
        summary=html_text(entry.findtext(f"{_ATOM}content") or ""),
        authors=author_names([author]),
        facts={"repository": slug, "tag": tag},
        related=(f"https://github.com/{slug}",),
    )


def _tag(entry: Element) -> str:
    # tag:github.com,2008:Repository/976731654/v1.0; a tag may hold slashes itself.
    parts = (entry.findtext(f"{_ATOM}id") or "").split("/", 2)
    if len(parts) == 3 and parts[0].endswith(":Repository"):
        return one_line(parts[2])
    link = entry.find(f"{_ATOM}link[@rel='alternate']")
    address = "" if link is None else link.get("href", "")
    return one_line(unquote(address.partition("/releases/tag/")[2]))
