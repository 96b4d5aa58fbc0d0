"""The tables of what members keep: watched questions and feeds of their own."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class QuestionRow(SQLModel, table=True):
    """One ``core.answers.WatchedQuestion``."""

    __tablename__ = "question"
    __table_args__ = (Index("question_wording", "owner", "wording", unique=True),)

    id: str = Field(primary_key=True)
    owner: str
    text: str
    wording: str
    asked_at: int = Field(sa_type=BigInteger)


class QuestionSeenRow(SQLModel, table=True):
    """That somebody was notified of an item that answers their question."""

    __tablename__ = "question_seen"

    question: str = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    source: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)


class FeedRow(SQLModel, table=True):
    """One ``core.feeds.Feed``."""

    __tablename__ = "feed"
    __table_args__ = (Index("feed_url", "url", unique=True),)

    name: str = Field(primary_key=True)
    url: str
    title: str


class FeedAddedRow(SQLModel, table=True):
    """That somebody added a feed, for a guild or (guild "") for themselves."""

    __tablename__ = "feed_added"
    __table_args__ = (Index("feed_added_guild", "guild"),)

    owner: str = Field(primary_key=True)
    guild: str = Field(primary_key=True)
    feed: str = Field(primary_key=True, foreign_key="feed.name", ondelete="CASCADE", index=True)
    added_at: int = Field(sa_type=BigInteger)


class FeedTroubleRow(SQLModel, table=True):
    """One ``core.feeds.FeedTrouble``."""

    __tablename__ = "feed_trouble"

    feed: str = Field(primary_key=True, foreign_key="feed.name", ondelete="CASCADE")
    failures: int
    since: int = Field(sa_type=BigInteger)
    error: str
    stopped_at: int | None = Field(default=None, sa_type=BigInteger)
    told: bool


class ErasureRow(SQLModel, table=True):
    """That rows about a person were deleted whose traces may still stand in the file."""

    __tablename__ = "erasure"

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger)


QUESTION, QUESTION_SEEN, FEED, FEED_ADDED, FEED_TROUBLE, ERASURE = (
    SQLModel.metadata.tables[str(row.__tablename__)]
    for row in (QuestionRow, QuestionSeenRow, FeedRow, FeedAddedRow, FeedTroubleRow, ErasureRow)
)
