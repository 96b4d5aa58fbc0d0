"""Explains the scores of candidates for one person: every term of the score is a reason."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.digests import RankedItem, Reason
from core.embeddings import NO_VECTORS, TextVectors
from core.people import Verdict
from language.claims import TextWords
from ranking.diversity import WINDOW, diversify
from ranking.embedding_reasons import embedding_reasons, scaled
from ranking.embeddings import EmbeddingScores, embedding_scores
from ranking.features import CandidateFeatures
from ranking.field_texts import FieldTexts
from ranking.interests import Matches, match
from ranking.literal import Literal
from ranking.metadata import MetadataFeatures
from ranking.model import TextFeatures
from ranking.reasons import (
    Words,
    example_reasons,
    folded,
    lsa_reasons,
    match_reasons,
    reason,
    word_reasons,
)
from ranking.sparse import Floats, Ints
from ranking.users import UserVectors, best
from ranking.wording import label

EXPLAINED = 200
"""Candidates from the top that are explained at once: twice of what changes places for diversity,
and far more than a usual digest is picked from."""

OVERLAPS = "smaller overlaps"

_EXAMPLE_TEXTS = {
    Verdict.SAVE: "like {}, which you saved",
    Verdict.MORE: "like {}, of which you wanted more",
    Verdict.KNOWN: "like {}, which you know",
    Verdict.LESS: "like {}, of which you wanted less",
}


def explain_all(
    user: UserVectors, features: CandidateFeatures, metadata: MetadataFeatures, vectors: TextVectors
) -> list[RankedItem]:
    """Return all candidates with their scores and reasons, in reading order.

    Below the first ``EXPLAINED`` places reasons are summed up until they are asked for: to explain
    each of 2,500 candidates takes ten times as long as to score them. Those above have their terms,
    which say what words stand in a text only when they are asked for as well.

    Args:
        user: for whom.
        features: the candidates.
        metadata: their age, popularity and what can be followed of them.
        vectors: embeddings, as far as there are any.
    """
    scorer = _Scorer.of(user, features, vectors)
    own, others = metadata.weights(user.profile)
    own += scorer.scores()
    rows = np.sort(best(own + others, EXPLAINED))
    rest = np.setdiff1d(np.arange(len(own)), rows)
    summaries = _summarize(scorer, metadata, rest, own[rest], others[rest])
    terms = [
        replace(one, in_full=partial(_explain_one, scorer, metadata, row))
        for row, one in zip(
            rows.tolist(), _explain(scorer, metadata, rows, named=False), strict=True
        )
    ]
    ranked = [*terms, *summaries]
    return _in_order(scorer, np.concatenate((rows, rest)), ranked)


def explain_best(
    user: UserVectors,
    features: CandidateFeatures,
    metadata: MetadataFeatures,
    rows: Ints,
    limit: int,
) -> list[RankedItem]:
    """Return the best of some candidates, scored by words, each with all its reasons.

    Args:
        user: for whom.
        features: all candidates.
        metadata: their age, popularity and what can be followed of them.
        rows: those to choose from.
        limit: how many are returned at the most.
    """
    scorer = _Scorer.of(user, features, NO_VECTORS)
    own, others = metadata.weights(user.profile)
    rows = np.sort(rows)
    rows = rows[best(scorer.take(rows).scores() + (own + others)[rows], limit)]
    return _in_order(scorer, rows, _explain(scorer, metadata, rows))


def explain_similar(features: CandidateFeatures) -> list[list[Reason]]:
    """Explain what each candidate shares with the first."""
    texts = features.texts
    first = texts.tfidf.take(np.zeros(1, dtype=np.int64)).total()
    words = word_reasons(texts.tfidf, first, features.spellings, "both mention {}", OVERLAPS)
    lsa = texts.lsa @ texts.lsa[0] * features.model.lsa_weight
    return [
        folded([*shared, reason("about the same subject", near)], OVERLAPS)
        for shared, near in zip(words, lsa.tolist(), strict=True)
    ]


def _in_order(scorer: _Scorer, rows: Ints, ranked: Sequence[RankedItem]) -> list[RankedItem]:
    """Return ranked candidates in reading order; equal scores stand by their rows."""
    numbers = rows.tolist()
    order = sorted(range(len(ranked)), key=lambda n: (-ranked[n].score, numbers[n]))
    top = rows[np.array(order[:WINDOW], dtype=np.int64)]
    vectors = scorer.features.texts.tfidf.take(top).unit()
    beside = scorer.take(top).beside()
    return diversify([ranked[place] for place in order], vectors, scorer.user.profile, beside)


def _explain(
    scorer: _Scorer, metadata: MetadataFeatures, rows: Ints, *, named: bool = True
) -> list[RankedItem]:
    """Return the candidates of these rows with all their reasons.

    Unless ``named``, they stand for what the texts hold without saying which words, which takes
    longer than to score them.
    """
    others = metadata.reasons(scorer.user.profile, rows.tolist())
    items = [scorer.features.items[row] for row in rows.tolist()]
    words = [TextWords(one.title, one.summary, one.tags) if named else None for one in items]
    texts = scorer.take(rows).reasons(words)
    return [
        RankedItem.of(item, [*other, *text])
        for item, other, text in zip(items, others, texts, strict=True)
    ]


def _explain_one(scorer: _Scorer, metadata: MetadataFeatures, row: int) -> RankedItem:
    return _explain(scorer, metadata, np.array([row], dtype=np.int64))[0]


def _summarize(
    scorer: _Scorer, metadata: MetadataFeatures, rows: Ints, own: Floats, others: Floats
) -> Iterator[RankedItem]:
    """Sum up reasons: what the person can turn down, with a control for any of it, and the rest."""
    control = scorer.user.control
    for row, mine, other in zip(rows.tolist(), own.tolist(), others.tolist(), strict=True):
        parts = (
            reason("all that the profile says", mine, control),
            reason("its age and popularity", other),
        )
        yield RankedItem(
            item=scorer.features.items[row],
            score=math.fsum(part.weight for part in parts),
            reasons=tuple(part for part in parts if part.weight),
            in_full=partial(_explain_one, scorer, metadata, row),
        )


@dataclass(frozen=True)
class _Scorer:
    """Scores the texts of candidates for one person.

    Attributes:
        user: for whom.
        features: all candidates.
        texts: TF-IDF and LSA vectors of those that are scored.
        fields: their words in order.
        itself: shape (candidates,): number of the verdict on the candidate itself, or -1.
        literal: which of them name an interest as it is written, if any interest is looked for so.
        embeddings: their scores by embeddings, if there are any.
    """

    user: UserVectors
    features: CandidateFeatures
    texts: TextFeatures
    fields: FieldTexts
    itself: Ints
    literal: Literal | None
    embeddings: EmbeddingScores | None

    @classmethod
    def of(cls, user: UserVectors, features: CandidateFeatures, vectors: TextVectors) -> _Scorer:
        embeddings = None
        if vectors.items:
            embeddings = embedding_scores(
                vectors,
                [item.key for item in features.items],
                user.profile.interests,
                {one.item.key: one.verdict for one in user.feedback},
                confidence=user.model.confidence,
            )
        literal = features.named.find(user.profile.interests)
        itself = np.full(len(features.items), -1, dtype=np.int64)
        for number, one in enumerate(user.feedback):
            row = features.row_of.get(one.item.key)
            if row is not None:
                itself[row] = number
        return cls(user, features, features.texts, features.fields, itself, literal, embeddings)

    def take(self, rows: Ints) -> _Scorer:
        """Return the same for some of the candidates."""
        return replace(
            self,
            texts=self.texts.take(rows),
            fields=self.fields.take(rows),
            itself=self.itself[rows],
            literal=self.literal.take(rows) if self.literal is not None else None,
            embeddings=self.embeddings.take(rows) if self.embeddings is not None else None,
        )

    def scores(self) -> Floats:
        """Return what the texts add, shape (candidates,)."""
        user, model = self.user, self.features.model
        by_interests = self._matches().scores()
        by_verdicts = user.model.scores(self.texts, user.examples, self.itself, model.lsa_weight)
        if self.embeddings is None:
            return by_interests + by_verdicts
        return self.embeddings.combine(by_interests, by_verdicts)

    def reasons(self, words: Words) -> list[list[Reason]]:
        """Return what each text adds: by interests, by verdicts, by embeddings."""
        user, embeddings = self.user, self.embeddings
        written = self._by_interests(words) if user.profile.interests else []
        judged = [self._by_verdicts()] if user.feedback else []
        parts = [*written, *judged]
        if embeddings is not None:
            parts = [
                *(scaled(part, embeddings.interests.words_share) for part in written),
                *(scaled(part, embeddings.verdicts.words_share) for part in judged),
                embedding_reasons(embeddings, user.profile.interests, user.feedback),
            ]
        return [[one for part in parts for one in part[row]] for row in range(len(self.texts))]

    def beside(self) -> list[float]:
        """Return what words of interests add to each text beside the interest served best."""
        if len(self.user.profile.interests) < 2:
            return [0.0] * len(self.texts)
        beside = self._matches().beside()
        if self.embeddings is not None:
            beside = beside * self.embeddings.interests.words_share
        return [float(one) for one in beside]

    def _matches(self) -> Matches:
        queries, model = self.user.queries, self.features.model
        return match(queries, self.fields, self.texts, model, self.literal)

    def _by_interests(self, words: Words) -> list[list[list[Reason]]]:
        queries, interests = self.user.queries, self.user.profile.interests
        model, spellings = self.features.model, self.features.spellings
        matches = self._matches()
        return [
            match_reasons(matches, interests, words),
            lsa_reasons(
                matches,
                queries,
                interests,
                texts=self.texts,
                word_vectors=model.word_vectors,
                spellings=spellings,
                words=words,
            ),
        ]

    def _by_verdicts(self) -> list[list[Reason]]:
        user = self.user
        texts = [_EXAMPLE_TEXTS[one.verdict].format(label(one.item.title)) for one in user.feedback]
        controls = [str(one.item.key) for one in user.feedback]
        given = self.texts, user.examples, self.itself, self.features.model.lsa_weight
        parts, scores = user.model.by_example(*given), user.model.scores(*given)
        return example_reasons(parts, texts, controls, scores)
