"""A field that a source renames is noticed at once, or is none that an item needs.

Each field of the hand-written answers is renamed in turn, in all rows. What comes of it must be an
error, a note, or the same items as before: never items that say less and pass for a success.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fetchers.test_contract import GOOD_DAYS, look_at, serve
from tests.stand_ins.sources.server import SourceServer

SOURCES = ("azure", "hackernews", "huggingface", "lobsters", "paperswithcode", "stackexchange")

_HUGGINGFACE = """
ai_keywords ai_summary cardData description gated githubRepo githubStars hidden lastModified
library_name license name pipeline_tag projectPage safetensors sdk short_description
submittedOnDailyAt total
"""
_PAPERSWITHCODE = """
arxiv_id citation_count conference_name id is_official name num_stars project_pages
successor_papers tldr url
"""
_STACKEXCHANGE = "accepted_answer_id body bounty_amount bounty_closes_date last_edit_date"
OPTIONAL = {
    "azure": "generalAvailabilityDate previewAvailabilityDate",
    "hackernews": "story_text updated_at",
    "huggingface": _HUGGINGFACE,
    "lobsters": "description username",
    "paperswithcode": _PAPERSWITHCODE,
    "stackexchange": _STACKEXCHANGE,
}
"""Fields that honest answers may lack in every row."""


def names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from names(one)


def renamed(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {f"{k}_2" if k == name else k: renamed(v, name) for k, v in value.items()}
    return [renamed(one, name) for one in value] if isinstance(value, list) else value


def cases() -> Iterator[tuple[str, str]]:
    for source in SOURCES:
        answers = [json.loads(body) for body in GOOD_DAYS[source].answers.values()]
        needed = set(names(answers)) - set(OPTIONAL[source].split())
        yield from ((source, name) for name in sorted(needed))


@pytest.mark.parametrize(("source", "name"), list(cases()))
def test_a_renamed_field_is_noticed_or_is_none_that_an_item_needs(
    source: str, name: str, sources: SourceServer
) -> None:
    serve(sources, GOOD_DAYS[source])
    before = look_at(source, sources).items
    for path, body in GOOD_DAYS[source].answers.items():
        sources.answer(path, json.dumps(renamed(json.loads(body), name)))
    after = look_at(source, sources)
    assert after.error or after.note or after.items == before
