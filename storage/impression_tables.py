"""The tables of how digests were made; they go with their digest."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class LogEntryRow(SQLModel, table=True):
    """One ``core.impressions.LogEntry`` without its placements; deleted by ``made_at``."""

    __tablename__ = "making"

    digest_id: str = Field(primary_key=True, foreign_key="digest.id", ondelete="CASCADE")
    made_at: int = Field(sa_type=BigInteger, index=True)
    ranker: str
    candidates: str


class PlacementRow(SQLModel, table=True):
    """One ``core.impressions.Placement``."""

    __tablename__ = "placing"

    digest_id: str = Field(primary_key=True, foreign_key="making.digest_id", ondelete="CASCADE")
    source: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    position: int
    rank: int
    score: float
    section: str
    band: int
    ranker: str
    propensity: float | None = None


LOG_ENTRY, PLACEMENT = (
    SQLModel.metadata.tables[str(row.__tablename__)] for row in (LogEntryRow, PlacementRow)
)
