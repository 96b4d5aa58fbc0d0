"""Linking items that are the same work, within the transaction that changes the items.

Works are a function of all items (``core.works.group_into_works``). A batch can only change the
works of its own connected component, the items reached from it through claims in either direction,
so that component is collected and grouped anew. Claims on what more than ``most_claimants`` items
claim are not followed: a well-known framework would draw in half of the archive each time. Nor are
identifiers and titles of more than ``MAX_SHARING`` items, which link nothing, so that what an item
costs does not grow with the number of those on its page. Should such a page lose some again, they
stay apart until one of them changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, TextClause, text

from core.items import ItemKey, ItemKind
from core.titles import is_title_name
from core.work_claims import Node, Strength
from core.works import MAX_SHARING, group_into_works, most_claimants
from storage.rows import dump, moment

_ADD_CLAIM = (
    "INSERT INTO claim(item_id, target, kind, strength) "
    "SELECT id, ?, ?, ? FROM item WHERE source = ? AND external_id = ?"
)
_DROP_CLAIMS = text("DELETE FROM claim WHERE item_id IN (SELECT value FROM json_each(:given))")
_BY_DOI = "{name} BETWEEN 'paper:doi/' AND 'paper:doi/~'"
_NEW_CLAIMANTS = text(
    "SELECT DISTINCT item_id FROM claim WHERE item_id > :newest AND (EXISTS "
    "(SELECT 1 FROM item WHERE item.identifier = claim.target AND item.identifier <> '') "
    f"OR ({_BY_DOI.format(name='claim.target')} AND EXISTS (SELECT 1 FROM claim AS other "
    "WHERE other.target = claim.target AND other.item_id <> claim.item_id "
    "AND 'paper' IN (claim.kind, other.kind))))"
)
"""New items that claim something known. A DOI is, if one of those that claim it is a paper."""
_BY_TITLE = "claim.target BETWEEN 'title:' AND 'title:~'"
_IS_CROWDED_TITLE = (
    "EXISTS (SELECT 1 FROM claim AS one WHERE one.target = claim.target "
    f"LIMIT 1 OFFSET {MAX_SHARING})"
)
_IS_CROWDED = (
    "EXISTS (SELECT 1 FROM item AS other WHERE other.identifier = {name} "
    f"AND other.identifier <> '' LIMIT 1 OFFSET {MAX_SHARING})"
)
_OF_OPEN_NAMES = (
    ", open AS MATERIALIZED (SELECT name FROM wanted WHERE name <> '' "
    f"AND NOT {_IS_CROWDED.format(name='wanted.name')}) "
    "SELECT item.id FROM open JOIN item ON item.identifier = open.name AND item.identifier <> ''"
)
"""Items with an identifier among ``wanted``, without those that too many have."""
_GIVEN_NAMES = "WITH wanted AS MATERIALIZED (SELECT DISTINCT value AS name FROM json_each(:given))"
_CLAIMED_OR_SHARED = text(
    _GIVEN_NAMES + _OF_OPEN_NAMES + " WHERE EXISTS (SELECT 1 FROM claim WHERE target = open.name) "
    "OR EXISTS (SELECT 1 FROM item AS other WHERE other.identifier = open.name "
    "AND other.identifier <> '' AND other.id <> item.id)"
)
_CROWDED_NOW = text(
    f"{_GIVEN_NAMES} SELECT item.id FROM wanted JOIN item ON item.identifier = wanted.name "
    f"AND item.identifier <> '' WHERE wanted.name <> '' "
    f"AND {_IS_CROWDED.format(name='wanted.name')} "
    "AND NOT EXISTS (SELECT 1 FROM item AS old WHERE old.identifier = wanted.name "
    "AND old.identifier <> '' AND old.id <= :newest "
    f"AND old.id NOT IN (SELECT value FROM json_each(:relinked)) LIMIT 1 OFFSET {MAX_SHARING})"
)
_SAME_WORK = text(
    "SELECT other.item_id FROM member JOIN member AS other ON other.work = member.work "
    "WHERE member.item_id IN (SELECT value FROM json_each(:given))"
)
_SHARING = text(
    "SELECT member.item_id FROM shared_member AS held JOIN member ON member.work = held.work "
    "WHERE held.item_id IN (SELECT value FROM json_each(:given)) "
    "UNION SELECT held.item_id FROM member JOIN shared_member AS held ON held.work = member.work "
    "WHERE member.item_id IN (SELECT value FROM json_each(:given))"
)
"""Items of the works that share an item, and what the works of items share."""

_CLAIMED = text(
    "WITH wanted AS MATERIALIZED (SELECT DISTINCT target AS name FROM claim "
    "WHERE item_id IN (SELECT value FROM json_each(:given)))" + _OF_OPEN_NAMES
)
_SAME_THING = text(
    "WITH wanted AS MATERIALIZED (SELECT DISTINCT identifier AS name FROM item "
    "WHERE id IN (SELECT value FROM json_each(:given)))" + _OF_OPEN_NAMES
)
_PAPERS_BY_DOI = text(
    "SELECT paper.item_id FROM claim JOIN claim AS paper ON paper.target = claim.target "
    "AND paper.kind = 'paper' WHERE claim.item_id IN (SELECT value FROM json_each(:given)) "
    f"AND {_BY_DOI.format(name='claim.target')}"
)
_SAME_TITLE = text(
    "SELECT other.item_id FROM claim JOIN claim AS other ON other.target = claim.target "
    f"WHERE claim.item_id IN (SELECT value FROM json_each(:given)) AND {_BY_TITLE} "
    f"AND NOT {_IS_CROWDED_TITLE}"
)
_CLAIM_COUNTS = text(
    "SELECT claim.target, claim.kind, count(*) FROM claim WHERE claim.target IN "
    "(SELECT identifier FROM item WHERE id IN (SELECT value FROM json_each(:given)) "
    "UNION SELECT target FROM claim WHERE item_id IN (SELECT value FROM json_each(:given)) "
    f"AND kind = 'paper' AND {_BY_DOI.format(name='target')}) "
    "GROUP BY claim.target, claim.kind"
)
_CLAIMANTS = text(
    "SELECT claim.item_id FROM json_each(:given) AS pair JOIN claim "
    "ON claim.target = json_extract(pair.value, '$[0]') "
    "AND claim.kind = json_extract(pair.value, '$[1]')"
)
_ITEMS = text(
    "SELECT id, source, external_id, kind, identifier, appeared_at FROM item "
    "WHERE id IN (SELECT value FROM json_each(:given)) AND (identifier = '' "
    f"OR NOT {_IS_CROWDED.format(name='item.identifier')})"
)
_CLAIMS = text(
    "SELECT item_id, target, strength FROM claim "
    "WHERE item_id IN (SELECT value FROM json_each(:given)) "
    f"AND NOT ({_BY_TITLE} AND {_IS_CROWDED_TITLE})"
)
_TITLE_CLAIMANTS = text(
    "SELECT target, item_id FROM claim WHERE target IN (SELECT value FROM json_each(:given))"
)
_DROP_MEMBERS = text("DELETE FROM member WHERE item_id IN (SELECT value FROM json_each(:given))")
_ADD_MEMBER = (
    "INSERT INTO member(item_id, work) SELECT id, ? FROM item WHERE source = ? AND external_id = ?"
)
_DROP_SHARED = text(
    "DELETE FROM shared_member WHERE item_id IN (SELECT value FROM json_each(:given))"
)
_ADD_SHARED = (
    "INSERT INTO shared_member(item_id, work) "
    "SELECT id, ? FROM item WHERE source = ? AND external_id = ?"
)


def link_items(
    connection: Connection, nodes: Sequence[Node], relinked: Sequence[int], *, newer_than: int
) -> None:
    """Link stored items with the rest of the archive.

    Args:
        connection: in the transaction that stored them.
        nodes: the new items, and those of ``relinked``.
        relinked: ids of known items whose node has changed.
        newer_than: the highest id before the new items were stored.
    """
    affected = set(relinked) | neighbours(connection, relinked)
    if relinked:
        connection.execute(_DROP_CLAIMS, {"given": dump(relinked)})
    claims = [
        (target, node.kind.value, int(strength), node.key.source, node.key.external_id)
        for node in nodes
        for target, strength in node.claims.items()
    ]
    if claims:
        connection.exec_driver_sql(_ADD_CLAIM, claims)
        affected.update(connection.scalars(_NEW_CLAIMANTS, {"newest": newer_than}))
    affected |= _of_titles(connection, nodes)
    names = [node.identifier for node in nodes if node.identifier]
    affected |= _ids(connection, _CLAIMED_OR_SHARED, names)
    given = {"given": dump(names), "newest": newer_than, "relinked": dump(relinked)}
    affected.update(connection.scalars(_CROWDED_NOW, given))
    relink(connection, affected)


def neighbours(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Return the items whose work may change when ``ids`` change or go."""
    ways = (_SAME_WORK, _SHARING, _CLAIMED, _PAPERS_BY_DOI, _SAME_TITLE)
    return set().union(*(_ids(connection, way, ids) for way in ways))


def relink(connection: Connection, affected: Iterable[int]) -> None:
    """Compute anew the works of these items and of all that are linked with them."""
    reached, crowded = _reached(connection, affected)
    if not reached:
        return
    ids = dump(sorted(reached))
    connection.execute(_DROP_MEMBERS, {"given": ids})
    connection.execute(_DROP_SHARED, {"given": ids})
    works = group_into_works(_nodes(connection, ids), crowded=crowded)
    members = [(w.id, key.source, key.external_id) for w in works for key in w.members]
    if members:
        connection.exec_driver_sql(_ADD_MEMBER, members)
    shared = [(w.id, key.source, key.external_id) for w in works for key in w.shared]
    if shared:
        connection.exec_driver_sql(_ADD_SHARED, shared)


def _of_titles(connection: Connection, nodes: Sequence[Node]) -> set[int]:
    """Return the items with the titles of new ones, but those of what was crowded before."""
    added = Counter(target for node in nodes for target in node.claims if is_title_name(target))
    having: dict[str, set[int]] = defaultdict(set)
    given = {"given": dump(sorted(added))}
    for title, item_id in connection.execute(_TITLE_CLAIMANTS, given) if added else ():
        having[title].add(item_id)
    affected = (ids for title, ids in having.items() if 1 < len(ids) <= MAX_SHARING + added[title])
    return set().union(*affected)


def _reached(connection: Connection, start: Iterable[int]) -> tuple[set[int], set[tuple[str, str]]]:
    """Return all items linked with ``start``, and the crowded pairs of identifier and kind."""
    reached: set[int] = set()
    crowded: set[tuple[str, str]] = set()
    frontier = set(start)
    while frontier:
        reached |= frontier
        given = {"given": dump(sorted(frontier))}
        live = []
        for target, kind, count in connection.execute(_CLAIM_COUNTS, given):
            if count > most_claimants(kind):
                crowded.add((target, kind))
            else:
                live.append((target, kind))
        near = neighbours(connection, sorted(frontier))
        near |= _ids(connection, _SAME_THING, sorted(frontier)) | _ids(connection, _CLAIMANTS, live)
        frontier = near - reached
    return reached, crowded


def _nodes(connection: Connection, ids: str) -> list[Node]:
    claims: dict[int, dict[str, Strength]] = defaultdict(dict)
    for item_id, target, strength in connection.execute(_CLAIMS, {"given": ids}):
        claims[item_id][target] = Strength(strength)
    return [
        Node(
            key=ItemKey(source, external_id),
            kind=ItemKind(kind),
            identifier=identifier,
            claims=claims.get(item_id, {}),
            appeared_at=moment(appeared),
        )
        for item_id, source, external_id, kind, identifier, appeared in connection.execute(
            _ITEMS, {"given": ids}
        )
    ]


def _ids(connection: Connection, statement: TextClause, given: Sequence[object]) -> set[int]:
    return set(connection.scalars(statement, {"given": dump(given)})) if given else set()
