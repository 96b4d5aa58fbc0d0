"""Linking items that are the same work, within the transaction that changes the items.

Works are a function of all items (``core.works.group_into_works``). A batch can only change the
works of its own connected component, the items reached from it through claims in either direction,
so that component is collected and grouped anew. Claims on what more than ``MAX_CLAIMANTS`` items
claim are not followed: a well-known framework would draw in half of the archive each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, TextClause, text

from core.items import ItemKey, ItemKind
from core.works import MAX_CLAIMANTS, Node, Strength, group_into_works
from storage.rows import dump, moment

_ADD_CLAIM = (
    "INSERT INTO claim(item_id, target, kind, strength) "
    "SELECT id, ?, ?, ? FROM item WHERE source = ? AND external_id = ?"
)
_DROP_CLAIMS = text("DELETE FROM claim WHERE item_id IN (SELECT value FROM json_each(:given))")
_NEW_CLAIMANTS = text(
    "SELECT DISTINCT claim.item_id FROM claim JOIN item ON item.identifier = claim.target "
    "AND item.identifier <> '' WHERE claim.item_id > :newest"
)
_CLAIMED_OR_SHARED = text(
    "SELECT id FROM item WHERE identifier IN (SELECT value FROM json_each(:given)) "
    "AND identifier <> '' AND (EXISTS (SELECT 1 FROM claim WHERE target = identifier) "
    "OR EXISTS (SELECT 1 FROM item AS other WHERE other.identifier = item.identifier "
    "AND other.identifier <> '' AND other.id <> item.id))"
)
_SAME_WORK = text(
    "SELECT other.item_id FROM member JOIN member AS other ON other.work = member.work "
    "WHERE member.item_id IN (SELECT value FROM json_each(:given))"
)
_CLAIMED = text(
    "SELECT item.id FROM claim JOIN item ON item.identifier = claim.target "
    "AND item.identifier <> '' WHERE claim.item_id IN (SELECT value FROM json_each(:given))"
)
_SAME_THING = text(
    "SELECT other.id FROM item JOIN item AS other ON other.identifier = item.identifier "
    "AND other.identifier <> '' WHERE item.identifier <> '' "
    "AND item.id IN (SELECT value FROM json_each(:given))"
)
_CLAIM_COUNTS = text(
    "SELECT claim.target, claim.kind, count(*) FROM claim WHERE claim.target IN "
    "(SELECT identifier FROM item WHERE id IN (SELECT value FROM json_each(:given))) "
    "GROUP BY claim.target, claim.kind"
)
_CLAIMANTS = text(
    "SELECT claim.item_id FROM json_each(:given) AS pair JOIN claim "
    "ON claim.target = json_extract(pair.value, '$[0]') "
    "AND claim.kind = json_extract(pair.value, '$[1]')"
)
_ITEMS = text(
    "SELECT id, source, external_id, kind, identifier, appeared_at FROM item "
    "WHERE id IN (SELECT value FROM json_each(:given))"
)
_CLAIMS = text(
    "SELECT item_id, target, strength FROM claim "
    "WHERE item_id IN (SELECT value FROM json_each(:given))"
)
_DROP_MEMBERS = text("DELETE FROM member WHERE item_id IN (SELECT value FROM json_each(:given))")
_ADD_MEMBER = (
    "INSERT INTO member(item_id, work) SELECT id, ? FROM item WHERE source = ? AND external_id = ?"
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
    affected |= _ids(connection, _CLAIMED_OR_SHARED, [n.identifier for n in nodes if n.identifier])
    relink(connection, affected)


def neighbours(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Return the items whose work may change when ``ids`` change or go."""
    return _ids(connection, _SAME_WORK, ids) | _ids(connection, _CLAIMED, ids)


def relink(connection: Connection, affected: Iterable[int]) -> None:
    """Compute anew the works of these items and of all that are linked with them."""
    reached, crowded = _reached(connection, affected)
    if not reached:
        return
    ids = dump(sorted(reached))
    connection.execute(_DROP_MEMBERS, {"given": ids})
    works = group_into_works(_nodes(connection, ids), crowded=crowded)
    members = [(w.id, key.source, key.external_id) for w in works for key in w.members]
    if members:
        connection.exec_driver_sql(_ADD_MEMBER, members)


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
            if count > MAX_CLAIMANTS:
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
