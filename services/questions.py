"""Asking the archive, and watching for new answers to a question."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.answers import Answer, QuestionMatch, WatchedQuestion, wording
from core.errors import UsageError
from core.feeds import ANYBODY, Viewer
from core.items import ItemKey
from core.ports.clock import Clock
from core.ports.storage import QuestionStore, SearchIndex, Store
from language.plain import plain_line
from search.answer import ArchiveAnswerer
from services.feeds.visibility import VisibleFeeds, every_feed

MAX_WATCHED = 25
"""Questions that one person may watch: each is asked again after every fetch."""

QUESTION_LIMIT = 500
"""Characters of a question that is watched; longer ones are pasted texts."""

LOOK_BACK = timedelta(days=30)
"""How old an item may be of which an owner is notified.

A source may be read long after its items appeared, so what is new is what was stored since the
question is watched, and its owner was not notified of before. This only keeps a feed's whole past,
read at its first look, from being told as news.
"""

STORING = timedelta(hours=1)
"""How long before its transaction the time may be taken that an item is stored with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Answers questions, and watches those that people leave.

    Every method raises ``StorageError`` if the archive cannot be read or written.
    """

    store: Store
    index: SearchIndex
    questions: QuestionStore
    clock: Clock
    visible: VisibleFeeds = every_feed

    def ask(self, question: str, *, by: Viewer = ANYBODY) -> Answer:
        """Quote what answers a question, or say that nothing does.

        Raises:
            UsageError: if there is no word in it.
        """
        if not re.search(r"\w", question):
            raise UsageError("write a question in a few words")
        answerer = ArchiveAnswerer(index=self.index, store=self.store)
        return answerer.answer(question, now=self.clock(), feeds=self.visible(by))

    def watch(self, owner: str, question: str) -> WatchedQuestion:
        """Watch a question; its owner is not notified of what answers it now.

        Watching the same words again changes nothing and gives the question that is there, also
        if both happen at once.

        Raises:
            UsageError: for an empty or overlong question, or if the person watches too many.
        """
        text = plain_line(question)
        if not re.search(r"\w", text):
            raise UsageError("write the question that is to be watched in a few words")
        if len(text) > QUESTION_LIMIT:
            raise UsageError(f"a watched question may have {QUESTION_LIMIT} characters at most")
        mine = self.questions.questions(owner=owner)
        for known in mine:
            if wording(known.text) == wording(text):
                return known
        if len(mine) >= MAX_WATCHED:
            raise UsageError(
                f"you watch {MAX_WATCHED} questions already; stop watching one of them first"
            )
        now = self.clock()
        wanted = WatchedQuestion(id=secrets.token_hex(8), owner=owner, text=text, asked_at=now)
        there = self._latest(wanted, now).found
        kept = self.questions.watch(wanted)
        self.questions.mark_seen(kept.id, there)
        return kept

    def watched(self, owner: str) -> Sequence[WatchedQuestion]:
        """Return the questions that a person watches, oldest first."""
        return self.questions.questions(owner=owner)

    def unwatch(self, owner: str, id_: str) -> None:
        """Stop watching a question.

        Raises:
            UsageError: if this person watches no such question.
        """
        if not self.questions.unwatch(id_, owner=owner):
            raise UsageError("you do not watch this question any more")

    def matches(self, now: datetime) -> Iterator[QuestionMatch]:
        """Yield, for each watched question, what answers it and its owner was not notified of.

        The same match comes again until ``mark_notified`` confirms that its owner got it.

        Args:
            now: what appeared later is left out (aware UTC).
        """
        for question in self.questions.questions():
            new = self._latest(question, now, self.questions.seen(question.id))
            if new.answered:
                yield QuestionMatch(question=question, quotes=new.quotes, found=new.found)

    def _latest(
        self, question: WatchedQuestion, now: datetime, seen: Collection[ItemKey] = ()
    ) -> Answer:
        """Answer it from what its owner may see and was stored since it is watched."""
        answerer = ArchiveAnswerer(index=self.index, store=self.store)
        return answerer.answer(
            question.text,
            now=now,
            since=now - LOOK_BACK,
            stored_since=question.asked_at - STORING,
            without=seen,
            feeds=self.visible(Viewer(person=question.owner)),
        )

    def mark_notified(self, match: QuestionMatch) -> None:
        """Record that the owner of a question was notified of a match."""
        self.questions.mark_seen(match.question.id, match.found)
