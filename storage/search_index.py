"""``SearchIndex`` with SQLite's FTS5: BM25 over titles, summaries, authors and tags."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnClause, Connection, Label, literal_column, select, table, text

from core.items import Item
from core.links import typed_identifiers
from core.search import EVERYTHING, Filter, SearchHit
from language.unspaced import GAP
from storage.archive import ITEM_COLUMNS, conditions, hidden_feeds, named_ids
from storage.repository import SqlRepository
from storage.rows import dump, encodable_text, item_of
from storage.search_query import match_expression, title_expression
from storage.tables import ITEM

TITLE_WEIGHT = 3.0
"""Weight of a word in the title against one elsewhere: best nDCG@10 on SciFact and Cranfield."""

MAX_TITLE_MATCHES = 3
"""How many items whose title holds the whole query come first."""

SNIPPET_WORDS = 32
"""Words in a snippet; FTS5 allows at most 64."""

_MARK = "\x02"  # a control character that no readable text holds
_RELEVANCE: Label[float] = literal_column(f"-bm25(item_text, {TITLE_WEIGHT}, 1.0, 1.0, 1.0)").label(
    "relevance"
)
_ROW: ColumnClause[int] = literal_column("item_text.rowid")
# With the plus FTS5 runs the match once and the filter sifts; without it SQLite hands FTS5 each id
# of the filter, and the match is run anew for every one: 22 s instead of 30 ms on 31,000 items.
_SIFTED_ROW: ColumnClause[int] = literal_column("+item_text.rowid")
_MATCHES = (
    select(_ROW, _RELEVANCE)
    .select_from(table("item_text"))
    .where(text("item_text MATCH :expression"))
)
_SNIPPETS = text(
    "SELECT rowid, snippet(item_text, 1, :mark, '', '…', :words), "
    "snippet(item_text, 0, '', '', '…', :words) FROM item_text "
    "WHERE item_text MATCH :expression AND +rowid IN (SELECT value FROM json_each(:ids))"
)


class FtsIndex(SqlRepository):
    """Finds items by their text, in the same database as the store."""

    def search(
        self, query: str, *, where: Filter = EVERYTHING, limit: int = 20, offset: int = 0
    ) -> Sequence[SearchHit]:
        """Return the best hits, best first.

        An identifier finds the item that it names first, a whole title the item that bears it.
        """
        query = encodable_text(query)
        expression = match_expression(query)
        if not expression:
            return []
        with self._database.reading() as connection:
            scores = _scores(connection, query, expression, where, offset + limit)
            page = list(scores.items())[offset : offset + limit]
            return _hits(connection, expression, page)

    def find(self, query: str, *, where: Filter = EVERYTHING, limit: int = 20) -> Sequence[Item]:
        """Return the best hits' items, best first."""
        query = encodable_text(query)
        expression = match_expression(query)
        if not expression:
            return []
        with self._database.reading() as connection:
            ids = list(_scores(connection, query, expression, where, limit))[:limit]
            items = _items(connection, ids)
            return [items[found] for found in ids]


def _scores(
    connection: Connection, query: str, expression: str, where: Filter, limit: int
) -> dict[int, float]:
    """Return the ids of the best hits with their scores, best first."""
    required, hidden = conditions(where), hidden_feeds(where)
    matches = _MATCHES
    if required:
        matches = matches.where(_SIFTED_ROW.in_(select(ITEM.c.id).where(*required)))
    if hidden is not None:  # few rows; to list all the others would cost more than the search
        matches = matches.where(_SIFTED_ROW.not_in(select(ITEM.c.id).where(hidden)))
    ranked = matches.order_by(_RELEVANCE.desc(), _ROW.desc())

    def best(expression: str, limit: int) -> dict[int, float]:
        rows = connection.execute(ranked.limit(limit), {"expression": expression})
        return {row[0]: row[1] for row in rows}

    found = best(expression, limit)
    top = max(found.values(), default=0.0)
    phrase = title_expression(query)
    titled = best(phrase, MAX_TITLE_MATCHES) if phrase else {}
    named = named_ids(connection, typed_identifiers(query), where)
    # A mapping keeps the place of a key that comes again: named first, then titled, then the rest.
    scores = dict.fromkeys(named, top + 2.0)
    for row in titled:
        scores.setdefault(row, top + 1.0)
    for row, score in found.items():
        scores.setdefault(row, score)
    return scores


def _hits(
    connection: Connection, expression: str, page: Sequence[tuple[int, float]]
) -> list[SearchHit]:
    ids = [found for found, _ in page]
    items = _items(connection, ids)
    snippets = _snippets(connection, expression, ids)
    return [
        SearchHit(item=items[i], score=score, snippet=snippets.get(i) or items[i].title)
        for i, score in page
    ]


def _items(connection: Connection, ids: Sequence[int]) -> dict[int, Item]:
    rows = connection.execute(select(*ITEM_COLUMNS, ITEM.c.id).where(ITEM.c.id.in_(ids))).all()
    return {row.id: item_of(row) for row in rows}


def _snippets(connection: Connection, expression: str, ids: Sequence[int]) -> dict[int, str]:
    """Return the best passage of each summary, or of the title where only that matches.

    An item that was named by its identifier, without a word of the query in its text, has none.
    """
    given = {
        "mark": _MARK,
        "words": SNIPPET_WORDS,
        "expression": expression,
        "ids": dump(ids),
    }
    found = {}
    for row_id, summary, title in connection.execute(_SNIPPETS, given).all():
        best = summary if _MARK in summary else title
        found[row_id] = " ".join(best.replace(_MARK, "").replace(GAP, "").split())
    return found
