from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.items import ItemKind
from core.metrics import BANDS, METRICS, Standings, count_of
from tests.fakes import an_item


def counted(**metrics: float) -> tuple[str, float] | None:
    found = count_of(an_item(metrics=metrics))
    return found and (found[0].key, found[1])


def test_the_most_telling_metric_counts() -> None:
    assert counted(stars=900.0, stars_today=3.0) == ("stars_today", 3.0)
    assert counted(stars=900.0, stars_today=0.0) == ("stars", 900.0)
    assert counted(forks=3.0) is None


def test_no_metric_is_in_the_table_twice() -> None:
    assert len({metric.key for metric in METRICS}) == len(METRICS)


@pytest.mark.parametrize(
    ("value", "words"), [(1, "1 star"), (2, "2 stars"), (4.5, "4.5 stars"), (12345, "12,345 stars")]
)
def test_a_metric_says_its_value_in_words(value: float, words: str) -> None:
    (stars,) = (metric for metric in METRICS if metric.key == "stars")
    assert stars.words(value) == words


def test_a_repository_of_the_weekly_list_alone_counts_by_the_stars_of_the_week() -> None:
    old = an_item("github/old/giant", metrics={"stars": 90_000.0, "stars_this_week": 40.0})
    new = an_item("github/new/one", metrics={"stars": 900.0, "stars_this_week": 800.0})
    standings = Standings([old, new])
    assert counted(**new.metrics) == ("stars_this_week", 800.0)
    assert (standings.share(new), standings.share(old)) == (0.75, 0.25)


def test_a_source_with_large_numbers_gains_nothing() -> None:
    starred = [an_item(f"github/a/{n}", metrics={"stars": 10.0**n}) for n in range(1, 9)]
    voted = [an_item(f"kaggle/x/{n}", metrics={"votes": float(n)}) for n in range(1, 9)]
    standings = Standings([*starred, *voted])
    assert [standings.band(i) for i in starred] == [standings.band(i) for i in voted]
    assert [standings.band(item) for item in voted] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_kinds_of_one_source_are_not_compared() -> None:
    data = [an_item(f"kaggle/dataset/{n}", metrics={"votes": 500.0 + n}) for n in range(4)]
    notebook = an_item("kaggle/notebook/1", kind=ItemKind.NOTEBOOK, metrics={"votes": 2.0})
    assert Standings([*data, notebook]).share(notebook) == 0.5


@given(st.lists(st.integers(0, 50), min_size=1, max_size=80))
def test_bands_rise_with_the_count_and_hold_a_quarter_each_where_none_tie(
    counts: list[int],
) -> None:
    items = [an_item(f"github/a/{n}", metrics={"stars": float(c)}) for n, c in enumerate(counts)]
    standings = Standings(items)
    bands = [standings.band(item) for item in items]
    assert [b == 0 for b in bands] == [c == 0 for c in counts]
    ordered = sorted(zip(counts, bands, strict=True))
    assert [b for _, b in ordered] == sorted(b for _, b in ordered)
    counted = [c for c in counts if c]
    if len(set(counted)) == len(counted) and len(counted) % BANDS == 0 and counted:
        sizes = Counter(b for b in bands if b)
        assert set(sizes.values()) == {len(counted) // BANDS}
