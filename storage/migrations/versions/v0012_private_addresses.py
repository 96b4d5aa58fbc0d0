"""Takes out of the archive what feeds at private addresses left there: logins and tokens.

Earlier versions joined relative links with the whole address of a feed. The secrets are found in
the links of stored entries, in the addresses that validators were kept for, and in members' feeds;
every text that repeats one is cleaned, and the old bytes are overwritten.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa
from alembic import op

from core.private_addresses import Secrets

revision = "0012"
down_revision = "0011"

_OF_FEEDS = "source >= 'feed:' AND source < 'feed;'"
_SURELY_TELLING = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "auth",
        "auth_token",
        "jwt",
        "password",
        "secret",
        "token",
    }
)
_ITEM_COLUMNS = ("external_id", "title", "url", "summary", "authors", "tags", "related")
_OTHER_COLUMNS = (
    ("item", "identifier"),
    ("claim", "target"),
    ("member", "work"),
    ("source", "error"),
    ("source", "note"),
    ("feed_trouble", "error"),
    ("pick", "external_id"),
    ("placing", "external_id"),
    ("question_seen", "external_id"),
    ("making", "candidates"),
    ("outbox", "payload"),
    ("outbox", "error"),
    ("edition", "text"),
)
_PACKED_COLUMNS = (("issue", "content"), ("edition", "content"))
_TEXT_COLUMNS = "title, summary, authors, tags"


def upgrade() -> None:
    """Clean every text that repeats the secret of a feed's address."""
    connection = op.get_bind()
    before = connection.exec_driver_sql("PRAGMA secure_delete").scalar()
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    secrets = Secrets.of(_addresses(connection))
    # Their next answer is asked for in full, and kept under a hash of the address.
    connection.exec_driver_sql(
        "DELETE FROM validators WHERE url LIKE 'http%' AND url GLOB '*[@?]*'"
    )
    if secrets:
        _clean_all(connection, secrets)
    connection.exec_driver_sql(f"PRAGMA secure_delete = {before}")


def _clean_all(connection: sa.Connection, secrets: Secrets) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  it is connected
    driver.create_function("cleaned", 1, lambda text: text and secrets.out_of_text(text))
    driver.create_function("cleaned_pack", 1, lambda pack: pack and _cleaned_pack(secrets, pack))
    _clean_items(connection)
    for table, column in _OTHER_COLUMNS:
        _clean(connection, table, column, "cleaned")
    for table, column in _PACKED_COLUMNS:
        _clean(connection, table, column, "cleaned_pack")
    # Words taken out of the index stay in its older segments until they are merged.
    connection.exec_driver_sql("INSERT INTO item_text(item_text) VALUES ('optimize')")


def _addresses(connection: sa.Connection) -> Iterator[str]:
    """Yield the addresses whose secrets are to go."""
    yield from connection.scalars(sa.text("SELECT url FROM feed"))
    yield from connection.scalars(sa.text("SELECT url FROM validators WHERE url LIKE 'http%'"))
    links = sa.text(
        f"SELECT url FROM item WHERE {_OF_FEEDS} AND url GLOB '*[@?]*' "  # noqa: S608  constants alone
        f"UNION SELECT external_id FROM item WHERE {_OF_FEEDS} AND external_id GLOB '*[@?]*'"
    )
    for link in connection.scalars(links):
        yield from _only_secrets(link)


def _only_secrets(link: str) -> Iterator[str]:
    """Yield the part of an entry's link that can only be of its feed's address."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0].lower() in _SURELY_TELLING]
    if parts.scheme in {"http", "https"} and ("@" in parts.netloc or pairs):
        yield f"{parts.scheme}://{parts.netloc}/?{urlencode(pairs)}"


def _cleaned_pack(secrets: Secrets, pack: bytes) -> bytes:
    text = zlib.decompress(pack).decode()
    cleaned = secrets.out_of_text(text)
    json.loads(cleaned)  # rather fail than keep what cannot be read
    return pack if cleaned == text else zlib.compress(cleaned.encode())


def _clean_items(connection: sa.Connection) -> None:
    """Clean entries of feeds, and the index of their words."""
    differs = " OR ".join(f"{name} <> cleaned({name})" for name in _ITEM_COLUMNS)
    chosen = f"SELECT id FROM item WHERE {_OF_FEEDS} AND ({differs})"  # noqa: S608  constants alone
    for item in connection.exec_driver_sql(chosen).scalars().all():
        connection.exec_driver_sql(
            f"INSERT INTO item_text(item_text, rowid, {_TEXT_COLUMNS}) "  # noqa: S608
            f"SELECT 'delete', id, {_TEXT_COLUMNS} FROM item WHERE id = ?",
            (item,),
        )
        changes = ", ".join(f"{name} = cleaned({name})" for name in _ITEM_COLUMNS)
        changed = connection.exec_driver_sql(
            f"UPDATE OR IGNORE item SET {changes} WHERE id = ?",  # noqa: S608
            (item,),
        ).rowcount
        if not changed:  # the same entry is there without the secret
            connection.exec_driver_sql("DELETE FROM item WHERE id = ?", (item,))
            continue
        connection.exec_driver_sql(
            f"INSERT INTO item_text(rowid, {_TEXT_COLUMNS}) "  # noqa: S608
            f"SELECT id, {_TEXT_COLUMNS} FROM item WHERE id = ?",
            (item,),
        )


def _clean(connection: sa.Connection, table: str, column: str, function: str) -> None:
    dirty = f"{column} IS NOT NULL AND {column} <> {function}({column})"
    connection.exec_driver_sql(
        f"UPDATE OR IGNORE {table} SET {column} = {function}({column}) WHERE {dirty}"  # noqa: S608
    )
    # Only where the clean row is there already.
    connection.exec_driver_sql(f"DELETE FROM {table} WHERE {dirty}")  # noqa: S608
