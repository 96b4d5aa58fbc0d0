"""What an item claims as its own work: identifiers in its links and texts, and its title.

An item *claims* what its source names as the same work (its address, ``Item.related``). Papers,
repositories, models, data sets, spaces and questions also claim what their texts mention, and a
post the paper to which its text has a link, as weakly as a mention; a release claims the repository
that it is of. Whoever names several things of one kind, as a survey does, claims none of that kind,
since it is not known which one is meant; what the source names goes before what a text mentions,
and a link before a project page. Nothing claims its own kind: a paper that cites a paper is another
paper. A paper's DOI is another name of it, which the paper claims as well: who names a paper by
arXiv and another one by DOI names several.

Conferences and offers are news of their own, and an "awesome" list or a list of papers is
nobody's work: neither claims anything, nor can it be claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from core.items import Item, ItemKey, ItemKind
from core.links import (
    article_identifier,
    doi_identifier,
    is_doi,
    kind_of,
    link_identifier,
    mentions,
    named_by_doi,
    own_identifier,
    typed_doi,
)
from core.titles import title_names

_SEPARATE = frozenset({ItemKind.CONFERENCE, ItemKind.OFFER})
_CLAIMED_IN_TEXT = frozenset(
    {
        ItemKind.PAPER,
        ItemKind.REPOSITORY,
        ItemKind.MODEL,
        ItemKind.DATASET,
        ItemKind.SPACE,
    }
)
_READING_TEXT = _CLAIMED_IN_TEXT | {ItemKind.QUESTION}
_LIST_NAME = re.compile(r"(?:^|[\W_])awesome(?:$|[\W_])")
_LIST_TEXT = re.compile(
    r"\b(?:curated|reading|papers?|awesome|resources?)[ -]lists?\b|"
    r"\b(?:curated|comprehensive|continually updated) (?:list|collection)\b|"
    r"\b(?:list|collection) of (?:\w+ ){0,4}(?:papers|resources|readings)\b|"
    r"\bmust[- ]read papers\b"
)


class Strength(IntEnum):
    """How a claim is made; the higher, the surer."""

    TITLE = 0
    PAGE = 1
    TEXT = 2
    NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What linking needs to know of an item.

    Attributes:
        key: of the item.
        kind: of the item.
        identifier: what the item is (``core.links``), or "".
        claims: identifiers that it claims, at most one of each kind, and at most one DOI; and its
            names by title (``core.titles``), which are no claims on others.
        appeared_at: as the item's.
    """

    key: ItemKey
    kind: ItemKind
    identifier: str
    claims: Mapping[str, Strength]
    appeared_at: datetime

    @property
    def thing(self) -> str:
        """Name of the thing that the item is: shared by items with the same identifier."""
        return self.identifier or f"item:{self.key}"


def node_of(item: Item) -> Node:
    """Return what linking needs to know of an item."""
    separate = item.kind in _SEPARATE or is_list(item)
    own = "" if separate else own_identifier(item)
    return Node(
        key=item.key,
        kind=item.kind,
        identifier=own,
        claims={} if separate else _claims(item, own),
        appeared_at=item.appeared_at,
    )


def is_list(item: Item) -> bool:
    """Return whether an item is a repository that lists the works of others."""
    if item.kind is not ItemKind.REPOSITORY:
        return False
    name = item.key.external_id.lower().rpartition("/")[2]
    named = _LIST_NAME.search(name) or "awesome-list" in item.tags or "awesome" in item.tags
    return bool(named or _LIST_TEXT.search(item.summary.lower()))


def _claims(item: Item, own: str) -> Mapping[str, Strength]:
    by_kind: dict[str, dict[str, Strength]] = {}
    for identifier, strength in _candidates(item, own):
        kind = kind_of(identifier)
        if kind != item.kind:
            found = by_kind.setdefault("doi" if is_doi(identifier) else kind, {})
            found[identifier] = max(strength, found.get(identifier, strength))
    claims = dict(claim for found in by_kind.values() for claim in _unambiguous(found))
    claims |= dict.fromkeys(_own_doi(item), Strength.NAMED)
    return claims | dict.fromkeys(title_names(item), Strength.TITLE)


def _own_doi(item: Item) -> list[str]:
    """Return the name that a publisher gave to a paper, if it is known."""
    dois = item.facts.get("doi", "").split()[:1] if item.kind is ItemKind.PAPER else []
    return [name for doi in dois if (name := named_by_doi(typed_doi(doi)))]


def _candidates(item: Item, own: str) -> Iterator[tuple[str, Strength]]:
    """Yield whatever an item names, of its own kind as well."""
    reads_text = item.kind in _READING_TEXT
    related = Strength.TEXT if item.kind is ItemKind.ARTICLE else Strength.NAMED
    for url in (item.url, *item.related):
        if doi := doi_identifier(url):
            yield doi, Strength.NAMED if url == item.url else related
    for url in _addresses(item, own):
        if named := link_identifier(url):
            yield named, Strength.NAMED if url == item.url else related
        elif reads_text:
            yield from ((page, Strength.PAGE) for page, _ in mentions(url))
        else:
            yield article_identifier(url), Strength.NAMED
    if reads_text:
        comment = item.facts.get("comment", "")
        for identifier, outright in mentions(f"{item.title}\n{item.summary}\n{comment}"):
            if kind_of(identifier) in _CLAIMED_IN_TEXT:
                yield identifier, Strength.TEXT if outright else Strength.PAGE


def _addresses(item: Item, own: str) -> tuple[str, ...]:
    """Return the addresses by which a source names the work of an item.

    Its page is one of them unless it is that of the item itself, or of a discussion of something
    else that the source names.
    """
    about_other = item.related and not link_identifier(item.url)
    return item.related if own or about_other else (item.url, *item.related)


def _unambiguous(found: Mapping[str, Strength]) -> list[tuple[str, Strength]]:
    """Return the one identifier of the surest strength, or nothing if there are several."""
    surest = max(found.values())
    best = [(identifier, surest) for identifier, strength in found.items() if strength == surest]
    return best if len(best) == 1 else []
