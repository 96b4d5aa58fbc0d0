"""Digests over a real archive with rankers that are easy to foresee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.digests import Budget, Digest, RankedItem, Reason
from core.items import Item
from core.people import LIKES, Interest, Profile
from core.ports.ranking import Ranker
from services.digests.candidates import DigestRequest
from services.digests.experiments import Experiments
from services.digests.make import Digests
from storage.opening import Storage
from tests.fakes import FakeClock

ANN = Profile(name="ann", interests=(Interest(text="graphs"),))


@dataclass
class WordRanker:
    """Scores an item by the person's words that it holds, and by tags of what they judged."""

    asked: int = 0

    def rank(
        self,
        profile: Profile,
        candidates: Sequence[Item],
        now: datetime,  # noqa: ARG002 -- the port hands it over
        *,
        archive: Sequence[Item] = (),  # noqa: ARG002 -- the same
    ) -> Sequence[RankedItem]:
        self.asked = len(candidates)
        words = [interest.text for interest in profile.interests]
        tags = {
            tag: (str(said.item.key), 0.5 if said.verdict in LIKES else -0.5)
            for said in profile.feedback
            for tag in said.item.tags
        }
        ranked = [
            RankedItem.of(
                item,
                [
                    *(Reason(text=f"matches {w}", weight=1.0, control=w) for w in words
                      if w in item.text),
                    *(Reason(text=f"like {key}", weight=weight, control=key)
                      for key, weight in (tags[tag] for tag in item.tags if tag in tags)),
                ],
            )
            for item in candidates
        ]  # fmt: skip
        return sorted(ranked, key=lambda entry: (-entry.score, str(entry.item.key)))

    def similar(
        self, item: Item, candidates: Sequence[Item], *, limit: int
    ) -> Sequence[RankedItem]:
        others = [other for other in candidates if other.key != item.key]
        return [RankedItem.of(other, []) for other in others[:limit]]


@dataclass
class DigestEnvironment:
    """Digests over a real archive with a ranker that is easy to foresee."""

    storage: Storage
    clock: FakeClock
    ranker: Ranker
    surprise: bool = False
    experimenting: bool = False

    def store(self, *items: Item) -> None:
        self.storage.store.upsert(items, now=self.clock())

    def request(self, profile: Profile = ANN, **changes: object) -> DigestRequest:
        values: dict[str, object] = {
            "profile": profile,
            "subscription": "profile:ann",
            "since": self.clock() - timedelta(days=7),
            "budget": Budget(items=5),
        }
        return DigestRequest(**values | changes)  # type: ignore[arg-type]

    @property
    def digests(self) -> Digests:
        return Digests(
            store=self.storage.store,
            index=self.storage.index,
            ranker=self.ranker,
            clock=self.clock,
            surprise=self.surprise,
            experiments=self.experiments if self.experimenting else None,
        )

    @property
    def experiments(self) -> Experiments:
        return Experiments(log=self.storage.impressions)

    def make(self, profile: Profile = ANN, **changes: object) -> Digest:
        return self.digests.make(self.request(profile, **changes))


def keys(digest: Digest) -> list[str]:
    return [str(pick.item.key) for pick in digest.picks]
