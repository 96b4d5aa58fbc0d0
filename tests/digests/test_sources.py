from __future__ import annotations

import pytest

from core.sources import SourceState, SourceStatus
from digests.sources import source_name, sources_line
from digests.times import zone_named
from tests.digests.examples import NOW, health, state

OK = state("arxiv")


def line(*states: SourceState) -> str:
    return sources_line(states, NOW, zone_named("Europe/Berlin"))


def test_the_line_counts_the_fresh_and_names_the_others() -> None:
    assert line(*health()) == "2 of 3 fresh; Kaggle: no token"


def test_all_fresh_needs_no_names() -> None:
    assert line(OK, state("github")) == "all 2 fresh"


def test_without_sources_there_is_no_line() -> None:
    assert line() == ""


@pytest.mark.parametrize(
    ("fared", "words"),
    [
        (state("github", SourceStatus.EMPTY), "all 1 fresh"),
        (
            state("arxiv", SourceStatus.EMPTY, note="no announcement at weekends"),
            "all 1 fresh; arXiv: no announcement at weekends",
        ),
        (
            state("github", note="Search API instead of the trending page"),
            "all 1 fresh; GitHub: Search API instead of the trending page",
        ),
        (
            state("arxiv", SourceStatus.FAILED, age_days=5, error="no answer within 60 s"),
            "0 of 1 fresh; arXiv not reached since Tue 17 Nov (no answer within 60 s)",
        ),
        (
            state("arxiv", SourceStatus.FAILED, age_days=None),
            "0 of 1 fresh; arXiv never reached yet",
        ),
        (
            state("arxiv", SourceStatus.PARTIAL, error="page 3 was cut off"),
            "0 of 1 fresh; arXiv read in part (page 3 was cut off)",
        ),
        (
            state("github", SourceStatus.SUSPICIOUS, note="gave 3 items, usually about 25"),
            "0 of 1 fresh; GitHub: gave 3 items, usually about 25",
        ),
        (
            state("stackexchange", SourceStatus.SKIPPED, age_days=None, note="switched off"),
            "0 of 1 fresh; Stack Exchange: switched off",
        ),
        (state("arxiv", age_days=5), "0 of 1 fresh; arXiv last read Tue 17 Nov"),
        (state("arxiv", age_days=None), "0 of 1 fresh; arXiv not read yet"),
    ],
)
def test_every_way_to_fare_is_told(fared: SourceState, words: str) -> None:
    assert line(fared) == words


def test_every_status_but_success_is_told() -> None:
    for status in SourceStatus:
        told = line(state("arxiv", status))
        assert ("arXiv" in told) != status.succeeded


@pytest.mark.parametrize(
    ("source", "name"),
    [("huggingface", "Hugging Face"), ("feed:distill", "distill"), ("newsource", "Newsource")],
)
def test_a_source_is_named_as_people_know_it(source: str, name: str) -> None:
    assert source_name(source) == name
