"""A field that a list of conferences renames is noticed at once, where its items need it."""

from __future__ import annotations

import pytest

from fetchers.conference_lists import (
    parse_ai_deadlines,
    parse_ccfddl,
    parse_paperswithcode,
    parse_tech,
)
from fetchers.source import MalformedError
from tests.fetchers.harness import fixture

PWC = fixture("conferences/paperswithcode.json")
ICXR = fixture("conferences/iclr.yml")
CCF = fixture("conferences/ccf.yml")
TECH = fixture("conferences/data.json").strip()[1:-1]
MANY = b"[" + b",".join([TECH] * 5) + b"]"


@pytest.mark.parametrize(
    "name",
    [
        "slug",
        "year",
        "short_name",
        "start_date",
        "end_date",
        "location",
        "tags",
        "deadlines",
        "type",
        "label",
        "deadline_at",
    ],
)
def test_papers_with_code(name: str) -> None:
    with pytest.raises(MalformedError):
        parse_paperswithcode(PWC.replace(b'"%b":' % name.encode(), b'"other":'))


@pytest.mark.parametrize("name", ["title", "year", "type", "date"])
def test_ai_deadlines(name: str) -> None:
    with pytest.raises(MalformedError):
        parse_ai_deadlines(ICXR.replace(b" %b:" % name.encode(), b" other:"), "icxr.yml")


@pytest.mark.parametrize("name", ["title", "confs", "year", "deadline"])
def test_ccfddl(name: str) -> None:
    with pytest.raises(MalformedError):
        parse_ccfddl(CCF.replace(b" %b:" % name.encode(), b" other:"), "icxr.yml")


@pytest.mark.parametrize(
    "name", ["name", "url", "startDate", "endDate", "online", "cfpEndDate", "city"]
)
def test_tech_conferences(name: str) -> None:
    assert len(parse_tech(MANY, "2026/data.json", "data")) == 10
    renamed = MANY.replace(b'"%b":' % name.encode(), b'"other":')
    with pytest.raises(MalformedError):
        parse_tech(renamed, "2026/data.json", "data")
