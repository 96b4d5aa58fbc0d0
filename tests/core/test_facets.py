from __future__ import annotations

from datetime import datetime, timedelta, timezone

from core.facets import FACETS, facets

TEN_IN_ROME = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=1)))


def test_what_is_not_known_is_absent() -> None:
    assert facets(license="", parameters=None, region="eu-west-1") == {"region": "eu-west-1"}


def test_a_time_is_written_in_utc_and_a_truth_as_yes_or_no() -> None:
    found = facets(last_activity=TEN_IN_ROME, official=True, gated=False)
    assert found == {"last_activity": "2026-11-22T09:00:00Z", "official": "yes", "gated": "no"}


def test_nothing_is_no_unknown_number() -> None:
    assert facets(price=0.0, bounty=0) == {"price": 0.0, "bounty": 0}


def test_no_two_facets_share_a_name() -> None:
    assert len({facet.key for facet in FACETS}) == len(FACETS)
