from __future__ import annotations

import json
import math
from typing import Any

from hypothesis import given

from core.sources import SourceStatus
from digests.render.json import render
from tests.digests.examples import draft, example
from tests.digests.hostile import any_text, digest_of


def read(text: str) -> Any:
    return json.loads(text)


def test_the_shape_is_the_documented_one() -> None:
    data = read(render(example()))
    assert set(data) == {"digest", "sources", "sample"}
    assert set(data["digest"]) == {"id", "period", "sections", "note"}
    assert data["digest"]["period"] == {
        "from": "2026-11-15T08:00:00Z",
        "to": "2026-11-22T08:00:00Z",
    }
    papers = data["digest"]["sections"][1]
    assert set(papers) == {"title", "items"}
    assert set(papers["items"][0]) == {
        "key",
        "source",
        "kind",
        "title",
        "lead",
        "url",
        "published_at",
        "score",
        "reasons",
        "moved",
        "links",
        "number",
    }
    assert papers["items"][0]["links"] == [
        {
            "kind": "repository",
            "key": "github/vgsatorras/egnn",
            "url": "https://github.com/vgsatorras/egnn",
        }
    ]
    assert set(data["sources"][0]) == {"source", "status", "new", "updated", "error", "note"}


def test_a_score_is_the_exact_sum_of_its_weights() -> None:
    for section in read(render(example()))["digest"]["sections"]:
        for item in section["items"]:
            assert item["score"] == math.fsum(reason["weight"] for reason in item["reasons"])


def test_an_item_in_the_deadlines_section_names_its_next_deadline() -> None:
    first, *_ = read(render(example()))["digest"]["sections"]
    assert first["title"] == "Deadlines"
    assert first["items"][0]["deadline"] == {
        "label": "final submission",
        "at": "2026-11-24T23:59:00Z",
    }


def test_an_update_says_what_changed() -> None:
    last = read(render(example()))["digest"]["sections"][-1]
    assert (last["title"], last["items"][0]["update"]) == ("Updates", "version 7")


def test_every_source_is_reported_with_its_status() -> None:
    sources = read(render(example()))["sources"]
    assert [source["status"] for source in sources] == ["ok", "ok", "skipped"]
    assert {source["status"] for source in sources} <= {str(status) for status in SourceStatus}


def test_a_digest_without_picks_has_no_sections_and_its_note() -> None:
    digest = read(render(draft(note="No source had anything new.")))["digest"]
    assert digest["sections"] == []
    assert digest["note"] == "No source had anything new."


def test_sample_data_is_marked() -> None:
    assert read(render(draft(sample=True)))["sample"] is True
    assert read(render(draft()))["sample"] is False


@given(any_text())
def test_any_title_survives_and_nothing_but_ascii_is_printed(text: str) -> None:
    made = render(digest_of(text))
    assert made.isascii()
    assert made.replace("\n", "").isprintable()
    assert read(made)["digest"]["sections"][1]["items"][0]["title"] == text
