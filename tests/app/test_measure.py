from __future__ import annotations

import pytest

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
    assert "stands out, and is hardly chance: nothing" in text
    assert "not counted" in text


def test_a_look_that_leaves_no_trace_is_in_no_audit(live: Tidings) -> None:
    live("digest", "--interests", "graph neural networks", "--json")
    ran = live("audit")
    assert (ran.code, ran.out.startswith("no digests have been logged since ")) == (0, True)
    assert live("audit", "--json").data["sources"] == []


def test_an_audit_looks_back_as_far_as_it_is_told_and_no_further(live: Tidings) -> None:
    live("digest", "--json")
    assert live("audit", "--since", "7d", "--json").data["picks"] > 0
    ran = live("audit", "--since", "soon")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "neither a duration such as 7d nor a date" in ran.err


def test_the_stats_say_how_good_the_picks_were_and_of_how_many(live: Tidings) -> None:
    live("profile", "set", "ann", "--interests", "graph neural networks; large language models")
    assert live("stats").out == "no digests have been logged yet\n"
    shown = [key for key in live("digest", *ANN, "--json").keys if "competition" not in key]
    for key, verdict in zip(shown, ("save", "more", "less", "known"), strict=False):
        assert live("feedback", key, verdict, *ANN).code == 0
    [ann] = live("stats", "--json").data["people"]
    first = ann["first"]
    assert (ann["profile"], ann["digests"]) == ("ann", 1)
    assert (first["liked"], first["disliked"], first["known"]) == (2, 1, 1)
    assert first["precision"]["value"] == 2 / 3
    assert 0 < first["precision"]["low"] < 2 / 3 < first["precision"]["high"] < 1
    assert ann["ndcg"]["n"] == 1
    assert (ann["rankers"]["used"], ann["rankers"]["decided"]) == ("full", False)
    text = live("stats", *ANN).out
    assert "ann: 1 digest\n" in text
    assert "precision@10" in text
    assert "├──────●───┤· 0.67 [0.21, 0.94] of 3 liked or disliked" in text
    assert "not decided yet: 0 won, 0 lost, evidence +0.0 of 3.0" in text


def test_the_stats_of_a_stranger_are_refused_with_one_line(live: Tidings) -> None:
    ran = live("stats", "--profile", "nobody")
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert "there is no profile 'nobody'" in ran.err


def test_no_surprise_keeps_what_is_drawn_out_of_a_persons_digest(live: Tidings) -> None:
    def titles(*arguments: str) -> list[str]:
        made = live("digest", *ANN, "--json", *arguments).data["digest"]
        return [section["title"] for section in made["sections"]]

    live("profile", "set", "ann", "--interests", "large language models")
    assert titles()[-1] == "Outside your usual"
    assert "Outside your usual" not in titles("--limit", "4")
    live("profile", "set", "ann", "--no-surprise")
    assert "Outside your usual" not in titles()


def test_a_setting_keeps_it_out_of_everybodys(
    live: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_DIGEST__SURPRISE", "false")
    made = live("digest", "--interests", "large language models", "--json").data["digest"]
    assert "Outside your usual" not in [section["title"] for section in made["sections"]]
