"""People as numbers, one or many at once: scores of everyone as products of matrices."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from core.people import Feedback, Interest, Profile
from ranking.features import Field, Writings
from ranking.interests import Queries, match
from ranking.model import Described, Model
from ranking.preferences import REMEMBERED
from ranking.scoring import Learnt, learn_person
from ranking.sparse import Floats, Ints, Matrix

TOGETHER = 128
"""People that are scored at once: their words as a dense matrix take about 20 MB."""

FEW = 4
"""People that are scored one by one."""

KNOWN = 20_000
"""People whose tastes are kept until they speak again; one with ten likes takes about 8 kB."""


@dataclass(frozen=True)
class Person:
    """One person as numbers.

    Attributes:
        profile: the person.
        feedback: the verdicts that are used, latest last.
        asked: the written interests, weighing what they still count.
        examples: the items with a verdict.
        learnt: what the verdicts teach.
    """

    profile: Profile
    feedback: tuple[Feedback, ...]
    asked: Queries
    examples: Described
    learnt: Learnt

    @property
    def control(self) -> str:
        """Any one thing that the person can turn down, or nothing."""
        interests = (interest.text for interest in self.profile.interests)
        said = (str(one.item.key) for one in self.feedback)
        return next(chain(interests, said, self.profile.followed), "")

    @property
    def heeded(self) -> tuple[Interest, ...]:
        """The interests, weighing what they still count."""
        weights = self.asked.weights.tolist()
        return tuple(
            replace(interest, weight=weight)
            for interest, weight in zip(self.profile.interests, weights, strict=True)
        )


class Memory:
    """What was learnt of people, until they speak again or the archive's model is another one."""

    def __init__(self) -> None:
        self._model: Model | None = None
        self._learnt: OrderedDict[tuple[object, ...], Learnt] = OrderedDict()

    def person(self, profile: Profile, field: Field) -> Person:
        """Read what a person wrote and spoke on, and learn from it what is not known yet."""
        feedback = profile.feedback[-REMEMBERED:]
        writings = field.read(profile.interests, [one.item for one in feedback])
        learnt = self._recalled(profile, field) or self._learn(profile, writings, field)
        asked = replace(writings.asked, weights=writings.asked.weights * learnt.heed)
        return Person(profile, feedback, asked, writings.examples, learnt)

    def scores(self, profiles: Sequence[Profile], field: Field) -> Matrix:
        """Return what interests and verdicts add to each candidate, shape (people, candidates).

        Words of verdicts that the archive never held twice are left out, so a score may differ a
        little from the sum of its reasons, which is what counts in the end.
        """
        learnt = self._learnt_of(profiles, field)
        scores = np.zeros((len(profiles), len(field.items)), dtype=np.float32)
        _add_interests(scores, profiles, learnt, field)
        _add_verdicts(scores, learnt, field)
        return scores

    def _learnt_of(self, profiles: Sequence[Profile], field: Field) -> list[Learnt]:
        """Recall what was learnt of people; what all others wrote and spoke on is read at once."""
        known = [self._recalled(profile, field) for profile in profiles]
        new = [profile for profile, one in zip(profiles, known, strict=True) if one is None]
        learnt = iter(self._learn_all(new, field) if new else ())
        return [one or next(learnt) for one in known]

    def _learn_all(self, profiles: Sequence[Profile], field: Field) -> Iterator[Learnt]:
        said = [profile.feedback[-REMEMBERED:] for profile in profiles]
        together = field.read(
            [interest for profile in profiles for interest in profile.interests],
            [one.item for feedback in said for one in feedback],
        )
        interests, judged = slice(0), slice(0)
        for profile, feedback in zip(profiles, said, strict=True):
            interests = slice(interests.stop, interests.stop + len(profile.interests))
            judged = slice(judged.stop, judged.stop + len(feedback))
            yield self._learn(profile, together.part(interests, judged), field)

    def _recalled(self, profile: Profile, field: Field) -> Learnt | None:
        """Return what was learnt of a person, who is then the last to be forgotten."""
        if self._model is not field.model:
            self._model = field.model
            self._learnt.clear()
        key = _key(profile)
        learnt = self._learnt.get(key)
        if learnt is not None:
            self._learnt.move_to_end(key)
        return learnt

    def _learn(self, profile: Profile, writings: Writings, field: Field) -> Learnt:
        learnt = learn_person(
            writings.asked,
            {one.item.key: one.verdict for one in profile.feedback[-REMEMBERED:]},
            writings.examples,
            writings.relevance,
            field.model,
        )
        self._learnt[_key(profile)] = learnt
        while len(self._learnt) > KNOWN:
            self._learnt.popitem(last=False)
        return learnt


def _key(profile: Profile) -> tuple[object, ...]:
    """Return all that decides what is learnt of a person."""
    said = tuple((f.item.key, f.verdict, f.item.title) for f in profile.feedback[-REMEMBERED:])
    return tuple(interest.text for interest in profile.interests), said


def _add_interests(
    scores: Matrix, profiles: Sequence[Profile], learnt: Sequence[Learnt], field: Field
) -> None:
    interests = [interest for profile in profiles for interest in profile.interests]
    if not interests:
        return
    person = np.repeat(np.arange(len(profiles)), [len(one.interests) for one in profiles])
    asked = field.read(interests, ()).asked
    asked = replace(asked, weights=asked.weights * np.concatenate([one.heed for one in learnt]))
    matches = match(asked, field.relevance, field.described, field.model)
    cell = person[matches.interest] * scores.shape[1] + matches.row
    scores += np.bincount(cell, matches.weight, scores.size).reshape(scores.shape)
    begins = np.flatnonzero(np.diff(person, prepend=-1))
    scores[person[begins]] += np.add.reduceat(matches.near, begins, axis=1).T


def _add_verdicts(scores: Matrix, learnt: Sequence[Learnt], field: Field) -> None:
    person = np.repeat(np.arange(len(learnt)), [len(one.columns) for one in learnt])
    if not len(person):
        return
    words = field.described.words
    if len(learnt) <= FEW:  # a product of matrices costs as much for one person as for many
        for number, one in enumerate(learnt):
            weights = np.zeros(words.width, dtype=np.float32)
            weights[one.columns] = one.words
            scores[number] += words.dot(weights)
    else:
        columns = np.concatenate([one.columns for one in learnt])
        held = np.zeros(words.width, dtype=bool)
        held[columns] = True
        wanted = np.zeros((int(held.sum()), len(learnt)), dtype=np.float32)
        wanted[np.cumsum(held)[columns] - 1, person] = np.concatenate([one.words for one in learnt])
        scores += words.only(np.flatnonzero(held)).times(wanted).T
    scores += np.stack([one.place for one in learnt]) @ field.described.places.T
    scores += np.stack([one.taste.others for one in learnt]) @ field.described.toward.T


def best(scores: Floats, count: int) -> Ints:
    """Return the numbers of the highest scores, highest first; ties by number."""
    chosen = np.arange(len(scores))
    if count < len(scores):
        chosen = np.sort(np.argpartition(-scores, count - 1)[:count])
    order: Ints = chosen[np.argsort(-scores[chosen], kind="stable")]
    return order
