from __future__ import annotations

import math
from datetime import timedelta

from core.impressions import RankerName
from core.people import Verdict
from services.measure.stats import measure
from storage.opening import Storage
from tests.fakes import NOON
from tests.impressions import a_digest, placement, says

DAY = timedelta(days=1)


def shown(storage: Storage, day: int, *keys: str, **changes: object) -> None:
    placements = [placement(key, n) for n, key in enumerate(keys, 1)]
    storage.store.save_digest(
        a_digest(*placements, made_at=NOON + day * DAY, **changes)  # type: ignore[arg-type]
    )


def test_precision_counts_likes_and_dislikes_and_leaves_the_rest_out(storage: Storage) -> None:
    shown(storage, 0, "arxiv/1", "arxiv/2", "github/a/b", "github/a/c", "github/a/d")
    says(storage, Verdict.SAVE, "arxiv/1")
    says(storage, Verdict.MORE, "github/a/b")
    says(storage, Verdict.LESS, "arxiv/2")
    says(storage, Verdict.KNOWN, "github/a/c")
    found = measure(storage.impressions)["ann"]
    first = found.first
    assert (first.shown, first.liked, first.disliked, first.known, first.judged) == (5, 2, 1, 1, 4)
    assert first.precision is not None
    assert first.at_least is not None
    assert (first.precision.value, first.precision.n) == (2 / 3, 3)
    assert (first.at_least.value, first.at_least.n) == (2 / 4, 4)
    assert {name: (c.shown, c.liked) for name, c in found.sources.items()} == {
        "arxiv": (2, 1),
        "github": (3, 1),
    }


def test_only_the_first_places_in_the_rankers_order_count_at_k(storage: Storage) -> None:
    shown(storage, 0, *(f"arxiv/{n}" for n in range(1, 6)))
    says(storage, Verdict.SAVE, "arxiv/4", "arxiv/5")
    says(storage, Verdict.LESS, "arxiv/1")
    assert measure(storage.impressions, at=3)["ann"].first.liked == 0
    assert measure(storage.impressions, at=4)["ann"].first.liked == 1


def test_ndcg_is_a_mean_over_digests_in_which_anything_was_liked(storage: Storage) -> None:
    shown(storage, 0, "arxiv/1", "arxiv/2")
    shown(storage, 1, "arxiv/3", "arxiv/4")
    shown(storage, 2, "arxiv/5")
    says(storage, Verdict.SAVE, "arxiv/1", "arxiv/4", at=NOON + 3 * DAY)
    says(storage, Verdict.LESS, "arxiv/5", at=NOON + 3 * DAY)
    found = measure(storage.impressions)["ann"].ndcg
    assert found is not None
    assert found.n == 2
    assert math.isclose(found.value, (1 + 1 / math.log2(3)) / 2)


def test_silence_is_not_judged(storage: Storage) -> None:
    shown(storage, 0, "arxiv/1")
    found = measure(storage.impressions)["ann"]
    assert (found.first.judged, found.first.precision, found.ndcg) == (0, None, None)
    assert found.first.at_least is not None
    assert found.first.at_least.value == 0.0


def test_what_was_drawn_at_random_is_no_pick_of_the_ranker(storage: Storage) -> None:
    drawn = placement("arxiv/9", 2, section="outside", propensity=1 / 30)
    storage.store.save_digest(a_digest(placement("arxiv/1"), drawn))
    says(storage, Verdict.SAVE, "arxiv/9")
    found = measure(storage.impressions)["ann"]
    assert (found.first.shown, found.first.liked) == (1, 0)
    assert (found.outside.shown, found.outside.liked) == (1, 1)
    assert found.sources["arxiv"].shown == 1


def test_a_pick_with_several_facts_counts_once_by_what_says_most(storage: Storage) -> None:
    shown(storage, 0, "arxiv/1", "arxiv/2", "arxiv/3")
    says(storage, Verdict.SAVE, "arxiv/1", "arxiv/2")
    says(storage, Verdict.KNOWN, "arxiv/1", "arxiv/3")
    says(storage, Verdict.LESS, "arxiv/2")
    found = measure(storage.impressions)["ann"].first
    assert (found.shown, found.liked, found.disliked, found.known) == (3, 1, 1, 1)


def test_people_are_measured_apart(storage: Storage) -> None:
    shown(storage, 0, "arxiv/1")
    shown(storage, 0, "arxiv/1", subscription="profile:ben")
    says(storage, Verdict.SAVE, "arxiv/1", profile="ben")
    found = measure(storage.impressions)
    assert {name: one.first.liked for name, one in found.items()} == {"ann": 0, "ben": 1}
    assert set(measure(storage.impressions, profile="ben")) == {"ben"}


def test_comparing_digests_are_counted(storage: Storage) -> None:
    pair = (
        placement("arxiv/1", 1, ranker=RankerName.FULL),
        placement("arxiv/2", 2, ranker=RankerName.SIMPLE),
    )
    storage.store.save_digest(a_digest(*pair, ranker=RankerName.BOTH))
    says(storage, Verdict.SAVE, "arxiv/1")
    shown(storage, 1, "arxiv/3")
    rankers = measure(storage.impressions)["ann"].rankers
    assert (rankers.wins, rankers.losses, rankers.even, rankers.decided) == (1, 0, 0, False)
