"""Users as numbers, and the scores of many at once as products of matrices."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from core.people import Feedback, Profile
from ranking.features import CandidateFeatures, UserInput
from ranking.interests import Queries, match
from ranking.model import Model, TextFeatures
from ranking.preferences import MAX_VERDICTS
from ranking.sparse import Floats, Ints, Matrix
from ranking.user_model import UserModel, fit_user_model

BATCH_SIZE = 128
"""People that are scored at once: their words as a dense matrix take about 20 MB."""

SPARSE_BATCH = 4
"""People up to which each is scored by a sparse product of their own."""

CACHED_USERS = 20_000
"""People whose models are kept until their next verdict; one with ten likes takes about 8 kB."""


@dataclass(frozen=True)
class UserVectors:
    """One person as numbers.

    Attributes:
        profile: the person.
        feedback: the verdicts that are used, latest last.
        queries: the written interests.
        examples: the items with a verdict.
        model: what the verdicts teach.
    """

    profile: Profile
    feedback: tuple[Feedback, ...]
    queries: Queries
    examples: TextFeatures
    model: UserModel

    @property
    def control(self) -> str:
        """Any one thing that the person can turn down, or nothing."""
        interests = (interest.text for interest in self.profile.interests)
        judged = (str(one.item.key) for one in self.feedback)
        return next(chain(interests, judged, self.profile.followed), "")


@dataclass(slots=True, eq=False)
class ModelCache:
    """Users' models, until they give another verdict or the archive's model is another one."""

    _model: Model | None = None
    _users: OrderedDict[tuple[object, ...], UserModel] = field(default_factory=OrderedDict)

    def user(self, profile: Profile, features: CandidateFeatures) -> UserVectors:
        """Encode what a person wrote and judged, and fit a model to it unless it is cached."""
        feedback = profile.opinions[-MAX_VERDICTS:]
        given = features.encode(profile.interests, [one.item for one in feedback])
        model = self._cached(profile, features) or self._fit(profile, given, features)
        queries = given.queries.in_context()
        return UserVectors(profile, feedback, queries, given.examples, model)

    def scores(self, profiles: Sequence[Profile], features: CandidateFeatures) -> Matrix:
        """Return what interests and verdicts add to each candidate, shape (people, candidates).

        It is the part that many people's scores are products of matrices for: what is nearest to
        each verdict is left out, and so are words of verdicts that the archive never held twice.
        So it chooses what is worth scoring in full.
        """
        models = self._models_of(profiles, features)
        scores = np.zeros((len(profiles), len(features.items)), dtype=np.float32)
        _add_interests(scores, profiles, features)
        _add_verdicts(scores, models, features)
        return scores

    def _models_of(
        self, profiles: Sequence[Profile], features: CandidateFeatures
    ) -> list[UserModel]:
        """Return everyone's model; what those without one wrote and judged is read at once."""
        known = [self._cached(profile, features) for profile in profiles]
        new = [profile for profile, one in zip(profiles, known, strict=True) if one is None]
        fitted = iter(self._fit_all(new, features) if new else ())
        return [one or next(fitted) for one in known]

    def _fit_all(
        self, profiles: Sequence[Profile], features: CandidateFeatures
    ) -> Iterator[UserModel]:
        judged_by = [profile.opinions[-MAX_VERDICTS:] for profile in profiles]
        together = features.encode(
            [interest for profile in profiles for interest in profile.interests],
            [one.item for feedback in judged_by for one in feedback],
        )
        interests, judged = slice(0), slice(0)
        for profile, feedback in zip(profiles, judged_by, strict=True):
            interests = slice(interests.stop, interests.stop + len(profile.interests))
            judged = slice(judged.stop, judged.stop + len(feedback))
            yield self._fit(profile, together.part(interests, judged), features)

    def _cached(self, profile: Profile, features: CandidateFeatures) -> UserModel | None:
        """Return a person's model, which is then the last to be dropped."""
        if self._model is not features.model:
            self._model = features.model
            self._users.clear()
        key = _key(profile)
        model = self._users.get(key)
        if model is not None:
            self._users.move_to_end(key)
        return model

    def _fit(self, profile: Profile, given: UserInput, features: CandidateFeatures) -> UserModel:
        model = fit_user_model(
            {one.item.key: one.verdict for one in profile.opinions[-MAX_VERDICTS:]},
            given.examples,
            features.model,
            has_interests=bool(profile.interests),
        )
        self._users[_key(profile)] = model
        while len(self._users) > CACHED_USERS:
            self._users.popitem(last=False)
        return model


def _key(profile: Profile) -> tuple[object, ...]:
    """Return all that a person's model depends on."""
    judged = tuple((f.item.key, f.verdict, f.item.title) for f in profile.opinions[-MAX_VERDICTS:])
    return tuple(interest.text for interest in profile.interests), judged


def _add_interests(
    scores: Matrix,
    profiles: Sequence[Profile],
    features: CandidateFeatures,
) -> None:
    interests = [interest for profile in profiles for interest in profile.interests]
    if not interests:
        return
    person = np.repeat(np.arange(len(profiles)), [len(one.interests) for one in profiles])
    queries = features.encode(interests, ()).queries
    literal = features.named.find(interests)
    matches = match(queries, features.fields, features.texts, features.model, literal)
    cell = person[matches.interest] * scores.shape[1] + matches.row
    scores += np.bincount(cell, matches.weight, scores.size).reshape(scores.shape)
    begins = np.flatnonzero(np.diff(person, prepend=-1))
    scores[person[begins]] += np.add.reduceat(matches.lsa, begins, axis=1).T


def _add_verdicts(scores: Matrix, models: Sequence[UserModel], features: CandidateFeatures) -> None:
    person = np.repeat(np.arange(len(models)), [len(one.columns) for one in models])
    if not len(person):
        return
    words = features.texts.tfidf
    # A product of matrices costs as much for one person as for many.
    if len(models) <= SPARSE_BATCH:
        for number, one in enumerate(models):
            weights = np.zeros(words.width, dtype=np.float32)
            weights[one.columns] = one.words
            scores[number] += words.dot(weights)
    else:
        columns = np.concatenate([one.columns for one in models])
        held = np.zeros(words.width, dtype=bool)
        held[columns] = True
        wanted = np.zeros((int(held.sum()), len(models)), dtype=np.float32)
        wanted[np.cumsum(held)[columns] - 1, person] = np.concatenate([one.words for one in models])
        scores += words.only(np.flatnonzero(held)).times(wanted).T
    scores += np.stack([one.lsa for one in models]) @ features.texts.lsa.T
    background = np.stack([one.preferences.background_weights for one in models])
    scores += background @ features.texts.background.T


def best(scores: Floats, count: int) -> Ints:
    """Return the numbers of the highest scores, highest first; ties by number."""
    chosen = np.arange(len(scores))
    if count < len(scores):
        chosen = np.sort(np.argpartition(-scores, count - 1)[:count])
    order: Ints = chosen[np.argsort(-scores[chosen], kind="stable")]
    return order
