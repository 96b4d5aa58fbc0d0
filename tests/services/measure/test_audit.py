from __future__ import annotations

from datetime import timedelta

from services.measure.audit import audit
from storage.opening import Storage
from tests.fakes import NOON
from tests.impressions import a_digest, placement

DAY = timedelta(days=1)


def logged(storage: Storage, days: int, *keys: str, candidates: dict[str, list[int]]) -> None:
    """Log a digest a day with the same shape."""
    for day in range(days):
        placements = [placement(f"{key}{day}", n + 1, band=int(key[-1] == "p") * 4)
                    for n, key in enumerate(keys)]  # fmt: skip
        storage.store.save_digest(
            a_digest(*placements, made_at=NOON + day * DAY, candidates=candidates)
        )


def test_shares_and_ratios_are_those_of_all_digests(storage: Storage) -> None:
    logged(storage, 10, "arxiv/a", "arxiv/b", "github/p", candidates={"arxiv": [60],
           "github": [0, 10, 10, 10, 10]})  # fmt: skip
    found = audit(storage.impressions, NOON - DAY)
    assert (found.candidates, found.picks) == (1000, 30)
    arxiv, github = found.sources["arxiv"], found.sources["github"]
    assert (arxiv.candidate_share, github.candidate_share) == (0.6, 0.4)
    assert arxiv.ratio is not None
    assert github.ratio is not None
    assert abs(arxiv.ratio - 10 / 9) < 1e-9
    assert abs(github.ratio - 5 / 6) < 1e-9
    assert found.within["github", 4].ratio == 4.0
    assert found.within["github", 1].ratio == 0.0


def test_what_stands_out_and_is_hardly_chance_is_named_in_one_line(storage: Storage) -> None:
    logged(storage, 40, "arxiv/a", "github/p", candidates={"arxiv": [50], "github": [0, 10, 10, 10,
           20]})  # fmt: skip
    line = audit(storage.impressions, NOON - DAY).findings
    assert "most popular of github picked too often, 40 of 40 where 16 would be even" in line
    assert "least popular of github picked too seldom, 0 of 40 where 8 would be even" in line
    assert "arxiv picked" not in line


def test_a_source_that_is_never_picked_is_named_although_few_picks_were_to_be_expected(
    storage: Storage,
) -> None:
    logged(storage, 31, "arxiv/a", candidates={"arxiv": [60], "github": [25], "kaggle": [15]})
    line = audit(storage.impressions, NOON - DAY).findings
    assert "kaggle picked too seldom, 0 of 31 where 5 would be even" in line


def test_what_may_be_chance_is_not_named_however_far_from_even(storage: Storage) -> None:
    # One of eight sources without a pick where 3 would be even: each has a chance of .07 or so.
    names = ["arxiv", "github", "kaggle", "lobsters", "devto", "hackernews", "reddit", "openreview"]
    for day, name in enumerate(names[:7] * 3):
        storage.store.save_digest(
            a_digest(
                placement(f"{name}/{day}", 1),
                made_at=NOON + day * DAY,
                candidates={one: [10] for one in names},
            )
        )
    found = audit(storage.impressions, NOON - DAY)
    assert found.sources["openreview"].ratio == 0.0
    assert found.findings == ""


def test_little_data_is_no_finding(storage: Storage) -> None:
    logged(storage, 2, "github/p", candidates={"arxiv": [50], "github": [0, 10, 10, 10, 20]})
    found = audit(storage.impressions, NOON - DAY)
    assert found.sources["github"].ratio == 2.0
    assert found.sources["arxiv"].ratio == 0.0
    assert found.findings == ""


def test_a_pick_of_what_was_no_candidate_has_no_ratio(storage: Storage) -> None:
    storage.store.save_digest(a_digest(placement("arxiv/1")))
    assert audit(storage.impressions, NOON - DAY).sources["arxiv"].ratio is None


def test_older_digests_are_left_out(storage: Storage) -> None:
    logged(storage, 3, "arxiv/a", candidates={"arxiv": [5]})
    assert audit(storage.impressions, NOON + DAY).picks == 2
    assert audit(storage.impressions, NOON + 9 * DAY).sources == {}
