"""The tables of addresses, and of whole digests that are kept."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel


class AddressRow(SQLModel, table=True):
    """One ``core.mail.Address``."""

    __tablename__ = "address"
    __table_args__ = (Index("address_owner", "owner", "address", unique=True),)

    id: str = Field(primary_key=True)
    owner: str
    address: str = Field(index=True)
    subscription: str = Field(foreign_key="subscription.id", ondelete="CASCADE", index=True)
    state: str
    created_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    version: int
    bounces: int
    code: str
    tries: int


class AttemptRow(SQLModel, table=True):
    """That somebody asked for a confirmation email; who or for what is hashed with a secret key."""

    __tablename__ = "mail_attempt"
    __table_args__ = (Index("mail_attempt_subject", "subject", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    subject: str
    at: int = Field(sa_type=BigInteger)


class IssueRow(SQLModel, table=True):
    """A whole digest of a subscription, compressed."""

    __tablename__ = "issue"
    __table_args__ = (Index("issue_made", "made_at"),)

    subscription: str = Field(primary_key=True, foreign_key="subscription.id", ondelete="CASCADE")
    period: str = Field(primary_key=True)
    made_at: int = Field(sa_type=BigInteger)
    content: bytes = Field(sa_type=LargeBinary)


class EditionRow(SQLModel, table=True):
    """An edition for everybody, compressed, and the text that it is found by."""

    __tablename__ = "edition"

    week: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    text: str


ADDRESS, ATTEMPT, ISSUE, EDITION = (
    SQLModel.metadata.tables[str(row.__tablename__)]
    for row in (AddressRow, AttemptRow, IssueRow, EditionRow)
)
