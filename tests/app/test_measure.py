from __future__ import annotations

from tests.app.conftest import Tidings

ANN = ("--profile", "ann")


def test_the_audit_counts_what_could_be_picked_and_what_was(live: Tidings) -> None:
    live("profile", "set", "ann", "--interests", "graph neural networks")
    shown = live("digest", *ANN, "--json").keys
    found = live("audit", "--json").data
    deadlines = [k for k in shown if k.startswith("kaggle/competition/")]
    assert found["candidates"] > found["picks"] >= len(shown) - len(deadlines) > 0
    assert {row["source"] for row in found["sources"]} == {"arxiv", "github", "kaggle"}
    for rows in (found["sources"], found["bands"]):
        assert abs(sum(row["candidate_share"] for row in rows) - 1) < 1e-9
        assert abs(sum(row["pick_share"] for row in rows) - 1) < 1e-9
    text = live("audit").out
    assert "outside 0.5 to 2 with 10 picks or more: nothing" in text
    assert "not counted" in text


def test_a_look_that_leaves_no_trace_is_in_no_audit(live: Tidings) -> None:
    live("digest", "--interests", "graph neural networks", "--json")
    ran = live("audit")
    assert (ran.code, ran.out.startswith("no digest was logged since ")) == (0, True)
    assert live("audit", "--json").data["sources"] == []


def test_an_audit_looks_back_as_far_as_it_is_told_and_no_further(live: Tidings) -> None:
    live("digest", "--json")
    assert live("audit", "--since", "7d", "--json").data["picks"] > 0
    ran = live("audit", "--since", "soon")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "neither a duration such as 7d nor a date" in ran.err
