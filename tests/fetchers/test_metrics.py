"""Whatever a source counts or says is in the tables, which ranking, cards and pages read."""

from __future__ import annotations

import pytest

from core.facets import FACETS
from core.metrics import METRICS
from fetchers.github_trending import parse_trending
from tests.fetchers.harness import fixture
from tests.fetchers.test_contract import GOOD_DAYS, look_at, serve
from tests.stand_ins.sources.server import SourceServer

KNOWN = {metric.key for metric in METRICS}


@pytest.mark.parametrize("name", sorted(GOOD_DAYS))
def test_every_metric_of_a_source_is_known(name: str, sources: SourceServer) -> None:
    serve(sources, GOOD_DAYS[name])
    assert {metric for item in look_at(name, sources).items for metric in item.metrics} <= KNOWN


@pytest.mark.parametrize("name", sorted(GOOD_DAYS))
def test_every_facet_of_a_source_is_known_and_of_its_type(name: str, sources: SourceServer) -> None:
    serve(sources, GOOD_DAYS[name])
    types = {facet.key: facet.type for facet in FACETS}
    for item in look_at(name, sources).items:
        for key, value in item.facets.items():
            assert type(value) is types[key]


@pytest.mark.parametrize("period", ["today", "this week", "this month"])
def test_the_stars_of_every_trending_list_are_known(period: str) -> None:
    page = fixture("github/trending.html").replace(b"stars today", f"stars {period}".encode())
    written = {name for repository in parse_trending(page) for name in repository.metrics}
    assert f"stars_{period.replace(' ', '_')}" in written
    assert written <= KNOWN
