"""Answers from the archive, and questions that wait for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from core.items import Item, ItemKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence of an item, word for word."""

    text: str
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the archive says to a question, in its own sentences.

    Attributes:
        question: as it was asked.
        answered: whether the quotes are close enough to the question to be called an answer.
        quotes: sentences, best first; empty if ``answered`` is false.
        archive_size: number of items that were searched.
        newest: when the latest of them appeared (aware UTC), None for an empty archive.
        found: the items from which the quotes were chosen, best first.
    """

    question: str
    answered: bool
    quotes: tuple[Quote, ...]
    archive_size: int
    newest: datetime | None
    found: tuple[ItemKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedQuestion:
    """A question that a person wants to hear of when something answers it.

    Attributes:
        id: random, never reused.
        owner: who watches it, such as ``discord:123``.
        text: the question as it was asked.
        asked_at: since when it is watched (aware UTC).
    """

    id: str
    owner: str
    text: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionMatch:
    """What is new that answers a watched question; never empty.

    Attributes:
        question: that is watched.
        quotes: sentences, best first.
        found: all new items from which they were chosen; none of them is new any more once the
            owner was notified.
    """

    question: WatchedQuestion
    quotes: tuple[Quote, ...]
    found: tuple[ItemKey, ...] = ()


def wording(question: str) -> str:
    """Return what makes two questions of one person the same: the words, however they are typed."""
    return " ".join(normalize("NFKC", question).casefold().split()).rstrip("?!. ")
