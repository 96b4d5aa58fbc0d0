"""The ranker: caches what it read and learned, and ranks for one person or for many."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.digests import RankedItem
from core.embeddings import NO_VECTORS, TextVectors
from core.items import Item
from core.people import Profile
from ranking.acronyms import Acronyms
from ranking.explain import explain_all, explain_best, explain_similar
from ranking.features import CandidateFeatures, content
from ranking.lexicon import Tokenizer
from ranking.metadata import MetadataFeatures
from ranking.model import Model
from ranking.users import BATCH_SIZE, ModelCache, best

MAX_FITTED = 1_500
"""Items that are fitted on at the most, chosen evenly, where no archive was fitted on before."""

SHORTLIST = 200
"""Candidates that are scored in full for each of many people, at the least; the best of them by the
part of the score that is a product of matrices."""

MAX_CACHED = 6_000
"""Candidates whose features are kept for the next person, about 3 kB each; more only if one person
has more."""


@dataclass(slots=True, kw_only=True, eq=False)
class ContentRanker:
    """The ``Ranker`` of the product: content-based, by interests, verdicts, age and popularity.

    Keep one instance. It caches tokenized texts, what the archive teaches and what the verdicts of
    each person teach, which is most of the work. It may be used from any thread; one ranking is
    made at a time, since several would take each other's processor and each its own memory.

    Attributes:
        vectors: looks up the embeddings that a ranking needs; without it words alone count.
        training: gives the archive's items when it is time to fit on them, else nothing; without
            it the ranker fits on the items of each call.
    """

    vectors: Callable[[Profile, Sequence[Item]], TextVectors] = lambda *_: NO_VECTORS
    training: Callable[[], Sequence[Item]] = lambda: ()
    _tokenizer: Tokenizer = field(default_factory=Tokenizer, init=False)
    _trained: Model | None = field(default=None, init=False)
    _last_fit: tuple[list[tuple[object, ...]], Model] | None = field(default=None, init=False)
    _cached: CandidateFeatures | None = field(default=None, init=False)
    _users: ModelCache = field(default_factory=ModelCache, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def fit(self, archive: Sequence[Item]) -> None:
        """Fit on an archive once, for all rankings that follow.

        20,000 abstracts take about 3 s. Without it, every ranking fits on the items that it is
        given, which is good enough from 2,000 items on. Texts tokenized so far are forgotten, so
        that a process that stays does not remember every item that ever came.
        """
        with self._lock:
            self._fit(archive)

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,
        *,
        archive: Sequence[Item] = (),
    ) -> Sequence[RankedItem]:
        """Return every candidate with its score and reasons, in reading order (``Ranker.rank``).

        The order in which items are given changes nothing; equal scores stand by key. Items
        without a vector are ranked by their words alone.
        """
        if not candidates:
            return []
        with self._lock:
            self._refit()
            vectors = self.vectors(profile, candidates)
            features = self._features(candidates, archive)
            user = self._users.user(profile, features)
            return explain_all(user, features, MetadataFeatures(features.items, now), vectors)

    def rank_many(
        self,
        profiles: Sequence[Profile],
        candidates: Sequence[Item],
        now: datetime,
        *,
        limit: int,
    ) -> Iterator[Sequence[RankedItem]]:
        """Yield for each profile its best candidates, as ``rank`` would begin without embeddings.

        People are scored in batches, so that the memory it takes does not grow with their number.
        What likes add to the items nearest to them is worked out for a shortlist, and reasons for
        the best candidates alone.
        """
        with self._lock:
            self._refit()
            features = self._features(candidates, ())
        metadata = MetadataFeatures(features.items, now)
        for begin in range(0, len(profiles), BATCH_SIZE):
            together = profiles[begin : begin + BATCH_SIZE]
            with self._lock:
                scores = self._users.scores(together, features)
            for profile, mine in zip(together, scores, strict=True):
                own, others = metadata.weights(profile)
                with self._lock:
                    user = self._users.user(profile, features)
                rows = best(mine + own + others, max(limit, SHORTLIST))
                yield explain_best(user, features, metadata, rows, limit)

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        """Return the candidates most like ``item``, best first, without it."""
        others = sorted((one for one in candidates if one.key != item.key), key=lambda one: one.key)
        if not others:
            return []
        with self._lock:
            self._refit()
            self._make_room(len(others) + 1)
            items = [item, *others]
            model = self._trained or self._model_of(items)
            reasons = explain_similar(CandidateFeatures.of(items, model, self._tokenizer))
        ranked = [RankedItem.of(one, why) for one, why in zip(others, reasons[1:], strict=True)]
        ranked.sort(key=lambda one: -one.score)
        return [one for one in ranked if one.score > 0][:limit]

    def _refit(self) -> None:
        items = self.training()
        if items:
            self._fit(items)

    def _fit(self, archive: Sequence[Item]) -> None:
        self._trained = fit_model(archive, Tokenizer())
        self._tokenizer, self._cached = Tokenizer(), None

    def _features(self, candidates: Sequence[Item], archive: Sequence[Item]) -> CandidateFeatures:
        """Return the features of candidates, from the cache if all of them are there.

        The candidates of two people differ by what text search found for either; those of a few
        people together are nearly all that a period holds.
        """
        items = sorted(candidates, key=lambda item: item.key)
        self._make_room(len(items) + len(archive))
        model = self._trained or self._model_of([*items, *archive])
        cached = self._cached if self._cached is not None and self._cached.model is model else None
        features = cached.take(items) if cached is not None else None
        if features is not None:
            return features
        together = {content(item): item for item in (*(cached.items if cached else ()), *items)}
        kept = list(together.values()) if len(together) <= MAX_CACHED else items
        kept.sort(key=lambda item: item.key)
        self._cached = CandidateFeatures.of(kept, model, self._tokenizer)
        if len(kept) == len(items):
            return self._cached
        return self._cached.take(items) or self._cached

    def _make_room(self, items: int) -> None:
        """Drop all cached texts if so many more items would be too many."""
        if not self._tokenizer.has_room(items):
            self._tokenizer = Tokenizer()
            self._cached = None

    def _model_of(self, items: Sequence[Item]) -> Model:
        """Fit on the items at hand, unless they are those that were fitted on last."""
        chosen = _evenly(items, MAX_FITTED)
        contents = [content(item) for item in chosen]
        if self._last_fit is None or self._last_fit[0] != contents:
            self._last_fit = (contents, fit_model(chosen, self._tokenizer))
        return self._last_fit[1]


def fit_model(items: Sequence[Item], tokenizer: Tokenizer) -> Model:
    """Fit the model of an archive, in an order of items that has nothing to do with subjects."""
    chosen = _evenly(items, len(items))
    keys = [item.key for item in chosen]
    model = Model.fit(keys, tokenizer.items(chosen), tokenizer.lexicon.stems)
    return replace(model, acronyms=Acronyms.of((item.text for item in chosen), tokenizer.term))


def _evenly(items: Sequence[Item], count: int) -> list[Item]:
    """Choose items by a hash of their key: evenly, and the same ones in every run."""
    by_key = {item.key: item for item in items}
    order = sorted(by_key, key=lambda key: (zlib.crc32(str(key).encode()), key))
    return [by_key[key] for key in order[:count]]
