"""Works: the same thing seen by several sources, linked by the identifiers in its texts.

How items become a work, by what they claim (``core.work_claims``):

1. Items with the same own identifier are one *thing*: a paper from arXiv and from a daily list.
   What more than ``MAX_SHARING`` items are is a page that many stand on, and no thing. Things of
   one kind that share a name by title (``core.titles``) are one as well: a paper that was posted
   twice, the same news from several feeds. For news they must have come within ``STORY_GAP`` of
   each other, each from a feed of its own: a title that one feed repeats is a heading.
2. A thing that more than ``most_claimants`` items of one kind claim is what many build on, not the
   work of one of them: such claims count only if it claims the claimant back.
3. The claims are taken one after the other: mutual ones first, then by ``Strength``, then the one
   of the earliest claimant, then by name. Each joins two works into one, unless the result would
   hold two things of one kind.
4. Releases, notebooks, articles, discussions and questions are about something: any number may
   belong to a work, but each attaches to one thing only and joins no others by it.
5. What a paper claims and another paper's work holds, is *shared*: one repository may be the code
   of several papers, which stay works of their own.

So a repository that several papers claim goes to the one that it links back to, else to the
earliest, and the others share it; and the outcome depends on the items alone, not on their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.items import ItemKey, ItemKind
from core.links import is_doi, kind_of
from core.titles import is_title_name
from core.work_claims import Node, Strength

MAX_CLAIMANTS = 5
"""Claims of more items of one kind on one thing are void. Among 26,809 papers of 2026 no
repository was named by more than 4, while names such as a well-known framework's recur for ever."""

MAX_SHARING = 50
"""More items with one identifier are not linked by it: the page of a changelog, or an address made
up for thousands of entries. It also bounds what storing an entry of such a page costs."""

STORY_GAP = timedelta(days=3)
"""Articles with one title are one story if no more time lies between one and the next."""

_ABOUT = (
    ItemKind.RELEASE,
    ItemKind.NOTEBOOK,
    ItemKind.ARTICLE,
    ItemKind.DISCUSSION,
    ItemKind.QUESTION,
)
"""Kinds that are about something, of which a work may hold several; the last attach first."""

_MANY_CLAIM = frozenset({ItemKind.RELEASE, ItemKind.DISCUSSION})
"""Kinds of which one thing may have many: they name nothing but what they are about."""

_BADGES = (
    ItemKind.PAPER,
    ItemKind.REPOSITORY,
    ItemKind.NOTEBOOK,
    ItemKind.MODEL,
    ItemKind.DATASET,
    ItemKind.SPACE,
)
_LATE = datetime.max.replace(tzinfo=UTC)

_Rank = tuple[int, datetime]
_Pair = tuple[str, str]
_Things = Mapping[str, Sequence[Node]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Items of several sources that are one work, such as a paper and its code.

    Attributes:
        id: stable name of the work: the text of its first member's key.
        members: keys in a fixed order: paper, code, model, data, then the rest.
        shared: keys in the same order of what belongs to this work too, though another one holds
            it: the repository of several papers.
    """

    id: str
    members: tuple[ItemKey, ...]
    shared: tuple[ItemKey, ...] = ()


def work_of(key: ItemKey, works: Mapping[ItemKey, Work]) -> str:
    """Return the name of an item's work; an item that is alone is a work of its own."""
    return works[key].id if key in works else str(key)


def group_into_works(
    nodes: Iterable[Node], *, crowded: Collection[tuple[str, str]] = ()
) -> tuple[Work, ...]:
    """Group items into works by the rules above; an item on its own is in none.

    The cost is that of sorting the claims.

    Args:
        nodes: the items, in any order.
        crowded: pairs of identifier and kind of claimant, known to the caller to be claimed by
            more than ``most_claimants`` items, should ``nodes`` not hold them all.

    Returns:
        The works, by id.
    """
    things: dict[str, list[Node]] = defaultdict(list)
    for node in sorted(_linkable(nodes), key=lambda node: node.key):
        if all(other.key.source != node.key.source for other in things[node.thing]):
            things[node.thing].append(node)
    full = {*crowded, *crowded_claims(node for members in things.values() for node in members)}
    same = _same_by_title(things)
    merged: dict[str, list[Node]] = defaultdict(list)
    for name, members in things.items():
        merged[same.get(name, name)] += members
    groups, shared = _joined(merged, _ordered_claims(merged, same, full))
    distinct = {id(group): group for group in groups.values()}.values()
    works = (_work(group, shared, merged) for group in distinct)
    found = (work for work in works if len(work.members) > 1 or work.shared)
    return tuple(sorted(found, key=lambda work: work.id))


def most_claimants(kind: str) -> int:
    """Return how many items of a kind may claim one thing before their claims are void."""
    return MAX_SHARING if kind in _MANY_CLAIM else MAX_CLAIMANTS


def crowded_claims(nodes: Iterable[Node]) -> set[tuple[str, str]]:
    """Return the pairs of identifier and kind of claimant with too many claimants."""
    counts = Counter(
        (target, str(node.kind))
        for node in nodes
        for target in node.claims
        if not is_title_name(target)
    )
    return {pair for pair, count in counts.items() if count > most_claimants(pair[1])}


def badge_order(kind: ItemKind) -> int:
    """Return the place of a kind among the members of a work: paper, code, model, data, rest."""
    return _BADGES.index(kind) if kind in _BADGES else len(_BADGES)


def _linkable(nodes: Iterable[Node]) -> Iterable[Node]:
    """Return the items without those that stand on a page of too many."""
    given = list(nodes)
    counts = Counter(node.identifier for node in given if node.identifier)
    return [node for node in given if counts[node.identifier] <= MAX_SHARING]


def _same_by_title(things: _Things) -> Mapping[str, str]:
    """Return, of the things that are one by a name of their titles, the first by name."""
    named: dict[str, set[str]] = defaultdict(set)
    for name, members in things.items():
        for node in members:
            for title in filter(is_title_name, node.claims):
                named[title].add(name)
    groups: dict[str, set[str]] = {}
    for title in sorted(named):
        for story in _stories(named[title], things):
            joined = set().union(*(groups.get(name, {name}) for name in story))
            groups.update(dict.fromkeys(joined, joined))
    return {name: min(group) for name, group in groups.items()}


def _stories(names: Collection[str], things: _Things) -> Iterator[Sequence[str]]:
    """Yield the things with one title that are the same: all papers, and articles of one time."""
    if not 1 < sum(len(things[name]) for name in names) <= MAX_SHARING:
        return
    first = {name: min(node.appeared_at for node in things[name]) for name in names}
    ordered = sorted(names, key=lambda name: (first[name], name))
    if things[ordered[0]][0].kind is ItemKind.PAPER:
        yield ordered
        return
    start = 0
    for end in range(1, len(ordered) + 1):
        if end == len(ordered) or first[ordered[end]] - first[ordered[end - 1]] > STORY_GAP:
            story = ordered[start:end]
            sources = [node.key.source for name in story for node in things[name]]
            if len(set(sources)) == len(sources):
                yield story
            start = end


def _ordered_claims(
    things: _Things, same: Mapping[str, str], crowded: Collection[tuple[str, str]]
) -> list[tuple[_Pair, bool]]:
    """Return pairs of claimant and claimed thing, the surest first, and whether it is mutual."""
    claims: dict[_Pair, _Rank] = {}
    void: set[_Pair] = set()
    papers = _papers_by_doi(things)
    for name, members in things.items():
        for node in members:
            for target, written, strength in _resolved(node, papers):
                thing = same.get(written, written)
                if thing in things and things[thing][0].kind is not node.kind:
                    # A repository's time moves whenever it trends again: too fickle to decide.
                    late = node.kind is ItemKind.REPOSITORY
                    rank = (-strength, _LATE if late else node.appeared_at)
                    claims[name, thing] = min(claims.get((name, thing), rank), rank)
                    if (target, str(node.kind)) in crowded:
                        void.add((name, thing))
    ranked: dict[_Pair, _Rank] = {}
    for (name, target), rank in claims.items():
        back = claims.get((target, name))
        if back is not None:
            pair = (min(name, target), max(name, target))
            ranked[pair] = (-Strength.NAMED - 1, min(rank[1], back[1]))
        elif (name, target) not in void:
            ranked[name, target] = rank
    order = sorted(ranked, key=lambda pair: (ranked[pair], min(pair), max(pair)))
    return [(pair, ranked[pair][0] < -Strength.NAMED) for pair in order]


def _papers_by_doi(things: _Things) -> Mapping[str, str]:
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


def _joined(
    things: _Things, claims: Iterable[tuple[_Pair, bool]]
) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
    """Return the group of each thing, and what each paper shares with others."""
    groups = {name: {name} for name in things}
    kinds = {name: members[0].kind for name, members in things.items()}
    attached: set[str] = set()
    refused: list[_Pair] = []
    for (one, other), mutual in claims:
        about = [name for name in (one, other) if kinds[name] in _ABOUT]
        if about:
            leaf = max(about, key=lambda name: _ABOUT.index(kinds[name]))
            if leaf in attached:
                continue
            attached.add(leaf)
        joined = groups[one] | groups[other]
        single = [kinds[name] for name in joined if kinds[name] not in _ABOUT]
        if len(set(single)) == len(single):
            groups.update(dict.fromkeys(joined, joined))
        else:
            refused += [(one, other), (other, one)] if mutual else [(one, other)]
    shared: dict[str, set[str]] = defaultdict(set)
    for paper, thing in refused:
        if kinds[paper] is ItemKind.PAPER:
            held = {kinds[name] for name in (*groups[paper], *shared[paper])}
            if kinds[thing] not in held:
                shared[paper].add(thing)
    return groups, shared


def _work(group: Collection[str], shared: Mapping[str, Collection[str]], things: _Things) -> Work:
    members = _ordered(group, things)
    others = {thing for name in group for thing in shared.get(name, ())}
    return Work(id=str(members[0]), members=members, shared=_ordered(others, things))


def _ordered(names: Iterable[str], things: _Things) -> tuple[ItemKey, ...]:
    nodes = [node for name in names for node in things[name]]
    nodes.sort(key=lambda node: (badge_order(node.kind), node.kind, node.key))
    return tuple(node.key for node in nodes)
