"""The installation's own secrets: made once, used by itself, never shown and never handed out."""

from __future__ import annotations

import secrets

from sqlalchemy import LargeBinary, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import Field, SQLModel

from core.damage import decodes
from storage.repository import SqlRepository

SECRET_BYTES = 32
"""As many as HMAC-SHA-256 can use (RFC 2104, section 3)."""


class SecretRow(SQLModel, table=True):
    """A random value that this installation made for itself."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True)
    value: bytes = Field(sa_type=LargeBinary)


SECRET = SQLModel.metadata.tables["secret"]


class SqlSecrets(SqlRepository):
    """Random values in the same database as the archive, so that a backup keeps links working."""

    def secret(self, name: str) -> bytes:
        """Return the secret of this name, the same each time; made when first asked for."""
        query = select(SECRET.c.value).where(SECRET.c.name == name)
        known = self._scalar(query)
        if known is not None:
            return _secret(known)
        made = insert(SECRET).values(name=name, value=secrets.token_bytes(SECRET_BYTES))
        with self._database.writing() as connection:
            connection.execute(made.on_conflict_do_nothing())  # another process may be first
            first: bytes = connection.execute(query).scalar_one()
        return first


@decodes("a secret")
def _secret(stored: object) -> bytes:
    if not isinstance(stored, bytes):
        raise TypeError("no bytes")
    return stored
