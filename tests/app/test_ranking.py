"""What ranks, through the whole pipeline: fetched, stored, ranked, composed, printed."""

from __future__ import annotations

import math
import time

import pytest

from tests.app.conftest import Tidings

MANY = "; ".join(f"subject number {n} of nothing" for n in range(2000))


def test_one_less_like_this_weakens_what_is_like_it_at_once(live: Tidings) -> None:
    live("fetch")
    live("profile", "set", "ann", "--interests", "graph neural networks")
    digest = live("digest", "--profile", "ann", "--offline", "--json").data["digest"]
    picks = [one for section in digest["sections"] for one in section["items"]]
    unwanted = next(one for one in picks if one["key"] == "arxiv/1710.10903")
    like_it = "arxiv/1609.02907"
    before = live("why", like_it, "--profile", "ann", "--json").data

    live("feedback", unwanted["key"], "less", "--profile", "ann")

    after = live("why", like_it, "--profile", "ann", "--json").data
    assert after["score"] < before["score"]
    assert any("of which you wanted less" in one["text"] for one in after["reasons"])


@pytest.mark.parametrize(
    "interests",
    [
        ("graph neural networks and molecules " * 150)[:5000],
        "机器学习; 图神经网络",
        "التعلم الآلي",
        MANY,
    ],
    ids=["5,000 characters", "Chinese", "Arabic", "2,000 interests"],
)
def test_odd_interests_give_a_digest_in_bounded_time(live: Tidings, interests: str) -> None:
    live("fetch")
    begin = time.process_time()
    assert live("profile", "set", "odd", "--interests", interests).code == 0
    ran = live("digest", "--profile", "odd", "--offline", "--json")
    assert time.process_time() - begin < 20
    assert ran.code == 0
    for section in ran.data["digest"]["sections"]:
        for one in section["items"]:
            assert one["score"] == math.fsum(reason["weight"] for reason in one["reasons"])


def test_interests_of_stop_words_alone_are_refused(live: Tidings) -> None:
    ran = live("profile", "set", "odd", "--interests", "the of a; to be")
    assert ran.code == 2
    assert "nothing can be found by “the of a”, “to be”" in ran.err


def test_an_interest_of_one_page_finds_its_subject(live: Tidings) -> None:
    live("fetch")
    live("profile", "set", "odd", "--interests", ("graph convolutional networks " * 180)[:5000])
    found = live("digest", "--profile", "odd", "--offline", "--json")
    assert "arxiv/1609.02907" in found.keys
