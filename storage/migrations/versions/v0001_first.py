"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    _items()
    _works()
    _text_index()
    _sources()
    _people()
    _digests()


def _items() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in _TEXTS),
        sa.Column("appeared_at", sa.BigInteger, nullable=False),
        sa.Column("published_at", sa.BigInteger),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("last_deadline", sa.BigInteger),
        sa.Column("identifier", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("stored_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("item_key", "item", ["source", "external_id"], unique=True)
    op.create_index("item_appeared", "item", ["appeared_at"])
    op.create_index("item_kind_appeared", "item", ["kind", "appeared_at"])
    op.create_index("item_source_appeared", "item", ["source", "appeared_at"])
    op.create_index(
        "item_identifier", "item", ["identifier"], sqlite_where=sa.text("identifier <> ''")
    )
    op.create_index(
        "item_last_deadline",
        "item",
        ["last_deadline"],
        sqlite_where=sa.text("last_deadline IS NOT NULL"),
    )
    op.create_index("item_sample", "item", ["sample"], sqlite_where=sa.text("sample = 1"))


_TEXTS = (
    "source",
    "external_id",
    "kind",
    "title",
    "url",
    "summary",
    "authors",
    "tags",
    "metrics",
    "facts",
    "deadlines",
    "related",
    "version",
)


def _works() -> None:
    op.create_table(
        "claim",
        _item_id(primary_key=True),
        sa.Column("target", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("strength", sa.Integer, nullable=False),
    )
    op.create_index("claim_target", "claim", ["target", "kind"])
    op.create_table(
        "member",
        _item_id(primary_key=True),
        sa.Column("work", sa.String, nullable=False),
    )
    op.create_index("ix_member_work", "member", ["work"])


def _text_index() -> None:
    # The index keeps no copy of the texts: it reads them from "item". There are no triggers that
    # keep it in step, since a trigger makes FTS5 write its pending words for every row, which
    # halves the speed of storing (measured: 6,900 against 13,700 papers/s); "ingest" does it.
    op.execute(
        "CREATE VIRTUAL TABLE item_text USING fts5("
        "title, summary, authors, tags, content='item', content_rowid='id', "
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    # Room for the words of a whole batch before they are written as a segment, and twice the
    # usual number of segments before they are merged: 13,100 -> 16,300 papers/s, same file size.
    op.execute("INSERT INTO item_text(item_text, rank) VALUES ('hashsize', 8388608)")
    op.execute("INSERT INTO item_text(item_text, rank) VALUES ('automerge', 8)")
    op.execute("INSERT INTO item_text(item_text, rank) VALUES ('rank', 'bm25(3.0, 1.0, 1.0, 1.0)')")


def _sources() -> None:
    op.create_table(
        "source",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("fetched", sa.Integer, nullable=False),
        sa.Column("error", sa.String),
        sa.Column("note", sa.String),
        sa.Column("last_attempt", sa.BigInteger, nullable=False),
        sa.Column("last_success", sa.BigInteger),
        sa.Column("next_attempt", sa.BigInteger),
    )
    op.create_table(
        "answer_count",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("fetched", sa.Integer, nullable=False),
    )
    op.create_index("ix_answer_count_source", "answer_count", ["source"])
    op.create_table(
        "validators",
        sa.Column("url", sa.String, primary_key=True),
        sa.Column("etag", sa.String, nullable=False),
        sa.Column("last_modified", sa.String, nullable=False),
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "profile",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("interests", sa.String, nullable=False),
        sa.Column("muted", sa.String, nullable=False),
        sa.Column("followed", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("popularity", sa.Boolean, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column(
            "profile",
            sa.String,
            sa.ForeignKey("profile.name", ondelete="CASCADE"),
            primary_key=True,
        ),
        _item_id(primary_key=True),
        sa.Column("verdict", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_feedback_item_id", "feedback", ["item_id"])


def _digests() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("subscription", sa.String, nullable=False),
        sa.Column("period_start", sa.BigInteger, nullable=False),
        sa.Column("period_end", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
    )
    op.create_index("digest_subscription", "digest", ["subscription", "made_at"])
    op.create_table(
        "pick",
        sa.Column(
            "digest_id",
            sa.String,
            sa.ForeignKey("digest.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("external_id", sa.String, primary_key=True),
        sa.Column("version", sa.String, nullable=False),
    )


def _item_id(*, primary_key: bool) -> sa.Column[int]:
    return sa.Column(
        "item_id",
        sa.Integer,
        sa.ForeignKey("item.id", ondelete="CASCADE"),
        primary_key=primary_key,
    )
