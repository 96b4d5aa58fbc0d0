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


def test_what_stands_out_with_enough_data_is_named_in_one_line(storage: Storage) -> None:
    logged(storage, 40, "arxiv/a", "github/p", candidates={"arxiv": [50], "github": [0, 10, 10, 10,
           20]})  # fmt: skip
    line = audit(storage.impressions, NOON - DAY).findings
    assert "most popular of github x2.50" in line
    assert "least popular of github" not in line  # 8 picks would be even-handed: too few to say
    assert "arxiv x" not in line


def test_little_data_is_no_finding(storage: Storage) -> None:
    logged(storage, 2, "github/p", candidates={"arxiv": [50], "github": [50]})
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
