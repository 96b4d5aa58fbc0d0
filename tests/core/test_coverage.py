from __future__ import annotations

import pytest

from core.coverage import Coverage, lost_fields
from core.items import Item, ItemKind
from tests.fakes import an_item


def covered(count: int, *, bare: int = 0, **fields: object) -> Coverage:
    """Return what ``count`` items have, of which the last ``bare`` have nothing."""
    made: list[Item] = [an_item(f"arxiv/{n}", **fields) for n in range(count - bare)]
    made += [an_item(f"arxiv/{n}") for n in range(count - bare, count)]
    coverage = Coverage()
    coverage.add(made)
    return coverage


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (covered(20, authors=("A",)), covered(3), "no paper has authors"),
        (covered(20, metrics={"stars": 1}), covered(3), "no paper has stars (a number)"),
        (covered(100, bare=4, authors=("A",)), covered(3), "no paper has authors"),
        (covered(20, authors=("A",)), covered(8, bare=2, authors=("A",)), "only 6 of 8 papers"),
        (covered(100, bare=50, tags=("a",)), covered(16), "no paper has tags"),
        (covered(20, authors=("A",)), covered(2), ""),
        (covered(19, authors=("A",)), covered(9), ""),
        (covered(20, authors=("A",)), covered(8, bare=1, authors=("A",)), ""),
        (covered(100, bare=50, tags=("a",)), covered(15), ""),
        (covered(20, authors=("A",)), covered(9, authors=("B",)), ""),
        (Coverage(), covered(9), ""),
    ],
)
def test_a_field_that_was_always_there_and_is_gone_is_named(
    before: Coverage, now: Coverage, said: str
) -> None:
    found = lost_fields(before, now)
    assert said in found
    assert bool(found) == bool(said)


def test_each_kind_is_compared_with_its_own() -> None:
    now = Coverage()
    now.add([an_item(f"kaggle/{n}", kind=ItemKind.DATASET) for n in range(9)])
    assert lost_fields(covered(20, authors=("A",)), now) == ""
