"""The tables of embeddings; a vector has one byte for each dimension."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class ItemVectorRow(SQLModel, table=True):
    """The vector of an item as its ``fingerprint`` describes it."""

    __tablename__ = "item_vector"

    item_id: int = Field(primary_key=True, foreign_key="item.id", ondelete="CASCADE")
    model: str
    fingerprint: str
    vector: bytes


class InterestVectorRow(SQLModel, table=True):
    """The vector of a written interest of a stored profile."""

    __tablename__ = "interest_vector"

    profile: str = Field(primary_key=True, foreign_key="profile.name", ondelete="CASCADE")
    text: str = Field(primary_key=True)
    model: str
    vector: bytes


ITEM_VECTOR, INTEREST_VECTOR = (
    SQLModel.metadata.tables[str(row.__tablename__)] for row in (ItemVectorRow, InterestVectorRow)
)
