"""Answers questions: up to three sentences of the archive, or an honest no."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.answers import Answer, Quote
from core.items import ItemKey
from core.ports.storage import SearchIndex, Store
from core.search import Filter, SearchHit
from language.stems import Stems
from search.passages import ITEM_LIMIT, passages_of, stems_of
from search.scoring import best, coverage, rarity, scores

MAX_QUOTES = 3
"""Sentences that an answer quotes at the most."""

MAX_ITEMS_FOUND = 30
"""Items from which the weight of the question's words is learned."""

MAX_ITEMS_QUOTED = 5
"""Best items whose sentences may be quoted."""

LEAST_COVERAGE = 0.5
"""Least coverage of the question at which a sentence counts as an answer.

Measured with ``./run bench ask``: of 505 claims that the archive can answer 75 % are answered, of
782 questions about other subjects 4 %.
"""

QUESTION_LIMIT = 2000
"""Characters of a question that are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAnswerer:
    """Answers in the archive's own sentences, found by BM25; no model, the same every time.

    Attributes:
        index: finds the items.
        store: says how large the archive is and how new.
        enough: least coverage of a question by one of its quotes, 0 to 1.
    """

    index: SearchIndex
    store: Store
    enough: float = LEAST_COVERAGE

    def answer(
        self,
        question: str,
        *,
        now: datetime,
        since: datetime | None = None,
        stored_since: datetime | None = None,
        without: Collection[ItemKey] = (),
        feeds: frozenset[str] | None = None,
    ) -> Answer:
        """Quote what answers a question, or say that nothing does.

        Any string is a question, the same archive gives the same answer, and the time it takes
        does not grow with the length of the question or of the items.

        Args:
            question: what a person typed.
            now: what appeared later is left out (aware UTC).
            since: leave out what appeared earlier (aware UTC).
            stored_since: quote nothing that was stored earlier (aware UTC).
            without: items that are not to be quoted.
            feeds: as in ``Filter``.

        Raises:
            StorageError: if the archive cannot be read.
        """
        where = Filter(since=since, until=now, feeds=feeds)
        asked = question[:QUESTION_LIMIT]
        new = replace(where, stored_since=stored_since)
        found = self.index.search(asked, where=new, limit=MAX_ITEMS_FOUND)
        quotable = [hit for hit in found if hit.item.key not in without]
        # The weight of a word is learned from old items too.
        hits = found if new == where else self._known(asked, where, quotable)
        quotes = _quotes(asked, hits, quotable, self.enough)
        latest = self.store.items(where, limit=1)
        return Answer(
            question=question,
            answered=bool(quotes),
            quotes=quotes,
            archive_size=self.store.count(where),
            newest=latest[0].appeared_at if latest else None,
            found=tuple(hit.item.key for hit in quotable),
        )

    def _known(
        self, asked: str, where: Filter, quotable: Sequence[SearchHit]
    ) -> Sequence[SearchHit]:
        return self.index.search(asked, where=where, limit=MAX_ITEMS_FOUND) if quotable else ()


def _quotes(
    question: str, hits: Sequence[SearchHit], quotable: Sequence[SearchHit], enough: float
) -> tuple[Quote, ...]:
    stems = Stems()
    terms = stems_of(question, stems)
    passages = passages_of(quotable[:MAX_ITEMS_QUOTED], stems)
    picked = best(passages, scores(passages, terms), MAX_QUOTES)
    documents = [stems_of(hit.item.text[:ITEM_LIMIT], stems).keys() for hit in hits]
    weights = rarity(documents, terms)
    covered = max((coverage(passage, terms, weights) for passage in picked), default=0.0)
    if covered < enough:
        return ()
    return tuple(Quote(text=passage.text, item=passage.item) for passage in picked)
