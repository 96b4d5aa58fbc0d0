"""The tables of deadlines: what moved, and who was reminded of what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class MoveRow(SQLModel, table=True):
    """One ``core.moves.Move``, by key: it stays though the item be deleted."""

    __tablename__ = "move"
    __table_args__ = (
        Index("move_seen", "seen_at"),
        Index("move_item", "source", "external_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    external_id: str
    kind: str
    what: str
    subject: str
    old: str
    new: str
    seen_at: int = Field(sa_type=BigInteger)


class ReminderRow(SQLModel, table=True):
    """That a person was reminded of a deadline, or wants no more of it."""

    __tablename__ = "reminder"

    owner: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    due: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)


MOVE, REMINDER = (SQLModel.metadata.tables[name] for name in ("move", "reminder"))
