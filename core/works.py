"""Works: the same thing seen by several sources, linked by the identifiers in its texts.

How items become a work:

1. Items with the same own identifier are one *thing*: a paper from arXiv and from a daily list.
   What more than ``MAX_SHARING`` items are is a page that many stand on, and no thing.
2. An item *claims* what its source names as the same work (its address, ``Item.related``). Papers,
   repositories, models and data sets also claim what their texts mention, and a post the paper to
   which its text has a link, as weakly as a mention. Whoever names several things of one kind, as a
   survey or an "awesome list" does, claims none of that kind, since it is not known which one is
   meant; what the source names goes before what a text mentions, and a link before a project page.
   Nothing claims its own kind: a paper that cites a paper is another paper. Releases, questions
   and conferences are news of their own and are part of no work. A paper's DOI is another name
   of it, which the paper claims as well: who names a paper by arXiv and another one by DOI names
   several.
3. A thing that more than ``MAX_CLAIMANTS`` items of one kind claim is what many build on, not the
   work of one of them: such claims count only if it claims the claimant back.
4. The claims are taken one after the other: mutual ones first, then by ``Strength``, then the one
   of the earliest claimant, then by name. Each joins two works into one, unless the result would
   hold two things of one kind.

So a repository that several papers claim goes to the one that it links back to, else to the
earliest; a work holds at most one item of each kind and source; and the outcome depends on the
items alone, not on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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

MAX_CLAIMANTS = 5
"""Claims of more items of one kind on one thing are void. Among 26,809 papers of 2026 no
repository was named by more than 4, while names such as a well-known framework's recur for ever."""

MAX_SHARING = 50
"""More items with one identifier are not linked by it: the page of a changelog, or an address made
up for thousands of entries. It also bounds what storing an entry of such a page costs."""

_SEPARATE = frozenset({ItemKind.RELEASE, ItemKind.QUESTION, ItemKind.CONFERENCE})
_TEXT_CLAIMS = frozenset({ItemKind.PAPER, ItemKind.REPOSITORY, ItemKind.MODEL, ItemKind.DATASET})
_BADGES = (
    ItemKind.PAPER,
    ItemKind.REPOSITORY,
    ItemKind.NOTEBOOK,
    ItemKind.MODEL,
    ItemKind.DATASET,
    ItemKind.SPACE,
)
_LATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Items of several sources that are one work, such as a paper and its code.

    Attributes:
        id: stable name of the work: the text of its first member's key.
        members: keys in a fixed order: paper, code, model, data, then the rest.
    """

    id: str
    members: tuple[ItemKey, ...]


class Strength(IntEnum):
    """How a claim is made; the higher, the surer."""

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
        claims: identifiers that it claims, at most one of each kind, and at most one DOI.
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


def work_of(key: ItemKey, works: Mapping[ItemKey, Work]) -> str:
    """Return the name of an item's work; an item that is alone is a work of its own."""
    return works[key].id if key in works else str(key)


def node_of(item: Item) -> Node:
    """Return what linking needs to know of an item."""
    separate = item.kind in _SEPARATE
    own = "" if separate else own_identifier(item)
    return Node(
        key=item.key,
        kind=item.kind,
        identifier=own,
        claims={} if separate else _claims(item, own),
        appeared_at=item.appeared_at,
    )


def _claims(item: Item, own: str) -> Mapping[str, Strength]:
    by_kind: dict[str, dict[str, Strength]] = {}
    for identifier, strength in _candidates(item, own):
        kind = kind_of(identifier)
        if kind != item.kind:
            found = by_kind.setdefault("doi" if is_doi(identifier) else kind, {})
            found[identifier] = max(strength, found.get(identifier, strength))
    claims = dict(claim for found in by_kind.values() for claim in _unambiguous(found))
    return claims | dict.fromkeys(_own_doi(item), Strength.NAMED)


def _own_doi(item: Item) -> list[str]:
    """Return the name that a publisher gave to a paper, if it is known."""
    dois = item.facts.get("doi", "").split()[:1] if item.kind is ItemKind.PAPER else []
    return [name for doi in dois if (name := named_by_doi(typed_doi(doi)))]


def group_into_works(
    nodes: Iterable[Node], *, crowded: Collection[tuple[str, str]] = ()
) -> tuple[Work, ...]:
    """Group items into works by the rules above; an item on its own is in none.

    The cost is that of sorting the claims.

    Args:
        nodes: the items, in any order.
        crowded: pairs of identifier and kind of claimant, known to the caller to be claimed by
            more than ``MAX_CLAIMANTS`` items, should ``nodes`` not hold them all.

    Returns:
        The works, by id.
    """
    things: dict[str, list[Node]] = defaultdict(list)
    for node in sorted(_linkable(nodes), key=lambda node: node.key):
        if all(other.key.source != node.key.source for other in things[node.thing]):
            things[node.thing].append(node)
    full = {*crowded, *crowded_claims(node for members in things.values() for node in members)}
    groups = {name: {name} for name in things}
    for one, other in _ordered_claims(things, full):
        joined = groups[one] | groups[other]
        if len({things[name][0].kind for name in joined}) == len(joined):
            groups.update(dict.fromkeys(joined, joined))
    distinct = {id(group): group for group in groups.values()}.values()
    works = (_work([node for name in group for node in things[name]]) for group in distinct)
    return tuple(sorted((w for w in works if len(w.members) > 1), key=lambda work: work.id))


def _linkable(nodes: Iterable[Node]) -> Iterable[Node]:
    """Return the items without those that stand on a page of too many."""
    given = list(nodes)
    counts = Counter(node.identifier for node in given if node.identifier)
    return [node for node in given if counts[node.identifier] <= MAX_SHARING]


def crowded_claims(nodes: Iterable[Node]) -> set[tuple[str, str]]:
    """Return the pairs of identifier and kind of claimant with too many claimants."""
    counts = Counter((target, str(node.kind)) for node in nodes for target in node.claims)
    return {pair for pair, count in counts.items() if count > MAX_CLAIMANTS}


def badge_order(kind: ItemKind) -> int:
    """Return the place of a kind among the members of a work: paper, code, model, data, rest."""
    return _BADGES.index(kind) if kind in _BADGES else len(_BADGES)


def _candidates(item: Item, own: str) -> Iterator[tuple[str, Strength]]:
    """Yield whatever an item names, of its own kind as well."""
    reads_text = item.kind in _TEXT_CLAIMS
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
            if kind_of(identifier) in _TEXT_CLAIMS:
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


def _ordered_claims(
    things: Mapping[str, Sequence[Node]], crowded: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return the pairs of things that should be one work, the surest first."""
    claims: dict[tuple[str, str], tuple[int, datetime]] = {}
    void: set[tuple[str, str]] = set()
    papers = _papers_by_doi(things)
    for name, members in things.items():
        for node in members:
            for target, thing, strength in _resolved(node, papers):
                if thing in things and things[thing][0].kind is not node.kind:
                    # A repository's time moves whenever it trends again: too fickle to decide.
                    late = node.kind is ItemKind.REPOSITORY
                    rank = (-strength, _LATE if late else node.appeared_at)
                    claims[name, thing] = min(claims.get((name, thing), rank), rank)
                    if (target, str(node.kind)) in crowded:
                        void.add((name, thing))
    ranked: dict[tuple[str, str], tuple[int, datetime]] = {}
    for (name, target), rank in claims.items():
        back = claims.get((target, name))
        pair = (min(name, target), max(name, target))
        if back is not None:
            ranked[pair] = (-Strength.NAMED - 1, min(rank[1], back[1]))
        elif (name, target) not in void:
            ranked[pair] = rank
    return sorted(ranked, key=lambda pair: (ranked[pair], pair))


def _papers_by_doi(things: Mapping[str, Sequence[Node]]) -> Mapping[str, str]:
    """Return which paper each DOI names; of several that claim one, the first by name."""
    return {
        target: name
        for name in sorted(things, reverse=True)
        for node in things[name]
        if node.kind is ItemKind.PAPER
        for target in node.claims
        if is_doi(target)
    }


def _resolved(node: Node, papers: Mapping[str, str]) -> list[tuple[str, str, Strength]]:
    """Return the claims of an item: what it wrote, the thing that this is, and how sure it is.

    Two names of one paper are one claim, those of two papers are none.
    """
    found = [(target, papers.get(target, target), how) for target, how in node.claims.items()]
    named = {thing for target, thing, _ in found if target in papers}
    others = {thing for _, thing, _ in found if kind_of(thing) == ItemKind.PAPER} - named
    several = bool(named) and any(not is_doi(thing) for thing in others)
    return [one for one in found if not (several and kind_of(one[1]) == ItemKind.PAPER)]


def _work(nodes: Sequence[Node]) -> Work:
    ordered = sorted(nodes, key=lambda node: (badge_order(node.kind), node.kind, node.key))
    return Work(id=str(ordered[0].key), members=tuple(node.key for node in ordered))
