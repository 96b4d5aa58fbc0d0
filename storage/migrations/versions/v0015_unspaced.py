"""Words of scripts that are written without spaces, in the full text index."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0012"


def upgrade() -> None:
    """Make the index anew, over texts with a gap between the signs of such scripts.

    ``spaced`` is a function of ours that every connection has (``storage.engine``).
    """
    op.execute(
        "CREATE VIEW item_words AS SELECT id, spaced(title) AS title, spaced(summary) AS summary, "
        "spaced(authors) AS authors, spaced(tags) AS tags FROM item"
    )
    op.execute("DROP TABLE item_text")
    op.execute(
        "CREATE VIRTUAL TABLE item_text USING fts5("
        "title, summary, authors, tags, content='item_words', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    op.execute("INSERT INTO item_text(item_text, rank) VALUES ('hashsize', 8388608)")
    op.execute("INSERT INTO item_text(item_text, rank) VALUES ('automerge', 8)")
    op.execute("INSERT INTO item_text(item_text, rank) VALUES ('rank', 'bm25(3.0, 1.0, 1.0, 1.0)')")
    op.execute("INSERT INTO item_text(item_text) VALUES ('rebuild')")
