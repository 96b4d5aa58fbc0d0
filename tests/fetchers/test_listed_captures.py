"""Real answers of the clouds, lists of conferences and prices: what a person would read off them.

The answers stand beside the project; without them these tests are skipped, and the hand-written
fixtures cover the same cases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.items import Deadline, Item
from fetchers.aws import parse_rss
from fetchers.azure import parse_updates
from fetchers.cloud_rows import items_about_ai
from fetchers.conference_items import Edition, to_item
from fetchers.conference_lists import (
    parse_ai_deadlines,
    parse_ccfddl,
    parse_paperswithcode,
)
from fetchers.gcp import GcpOptions, parse_notes
from fetchers.offer_lists import parse_free_tiers, parse_gpu_rental, parse_llm_prices

SHARED = Path(__file__).parents[3] / "shared"
CAPTURES = SHARED / "captures"
DEADLINES = CAPTURES / "deadlines"
PRICES = SHARED / "replay" / "compute-prices"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="the captured answers are not beside the project"
)


def test_aws_what_is_about_ai() -> None:
    news = parse_rss((CAPTURES / "cloud" / "aws_whats_new_rss_2026-09-25.xml").read_bytes())
    assert len(news) == 17
    found = items_about_ai(news, "aws", since=LONG_AGO, now=NOW)
    assert [item.key.external_id.removeprefix("2026/09/") for item in found] == [
        "sagemaker-hyperpod-inference-gateway",
        "amazon-bedrock-managed-knowledge-base-salesforce-zendesk-native-data-source-connectors",
        "amazon-cloudwatch-omni-ai",
        "openai-gpt-6-sol-luna-on-amazon-bedrock",
        "claude-opus-5-5-aws-govcloud",
        "aws-lambda-durable-pydantic-ai",
    ]


def test_azure_what_is_about_ai() -> None:
    news = parse_updates((CAPTURES / "feeds" / "azure_updates_api_2025-12.json").read_bytes())
    assert len(news) == 50
    found = items_about_ai(news, "azure", since=LONG_AGO, now=NOW)
    titles = [item.title for item in found]
    assert len(titles) == 14
    assert "Public Preview: Mistral Large 3 in Foundry" in titles
    assert "Public Preview: Claude in Microsoft Foundry" in titles
    assert not [title for title in titles if "Azure Copilot" in title or "Dashboard" in title]


def test_google_cloud_of_the_chosen_products() -> None:
    body = (CAPTURES / "cloud" / "gcp_release_notes_2025-11-06.xml").read_bytes()
    found = parse_notes(body, GcpOptions().products, NOW)
    products = [item.tags[0] for item in found]
    assert {name: products.count(name) for name in products} == {
        "Generative AI on Vertex AI": 9,
        "Colab Enterprise": 3,
        "Vertex AI Search": 1,
        "Vertex AI Workbench": 1,
        "Vertex AI Agent Builder": 1,
    }
    assert len({item.key for item in found}) == len(found) == 15


def editions(name: str) -> list[Edition]:
    parse = parse_ai_deadlines if name == "hf" else parse_ccfddl
    return [
        edition
        for path in sorted((DEADLINES / name).glob("*.yml"))
        for edition in parse(path.read_bytes(), path.name)
    ]


def paper(item: Item) -> list[Deadline]:
    return [one for one in item.deadlines if one.kind == "paper"]


@pytest.mark.parametrize(("name", "files"), [("hf", 46), ("ccfddl", 37)])
def test_every_file_of_a_list_is_read(name: str, files: int) -> None:
    assert len(list((DEADLINES / name).glob("*.yml"))) == files
    found = editions(name)
    items = [item for one in found if (item := to_item(one, NOW))]
    assert len(items) == len(found) >= files
    assert len({item.key for item in items}) == len(items)
    dated = [item for item in items if item.deadlines]
    assert len(dated) >= 0.9 * len(items)
    assert not [one for item in items for one in item.deadlines if one.note]


def test_the_old_list_with_one_deadline_is_read() -> None:
    body = (DEADLINES / "paperswithcode_conferences_2024-03.yml").read_bytes()
    found = {one.id: one for one in parse_ai_deadlines(body, "conferences.yml")}
    emnlp = found["emnlp24"]
    assert [(one.kind, one.at) for one in emnlp.deadlines] == [
        ("paper", datetime(2024, 6, 16, 11, 59, tzinfo=UTC))
    ]
    assert "ends on 2023-12-15 before it starts" in found["neurips24"].contradiction


def test_papers_with_code_and_the_edition_that_contradicts_itself() -> None:
    path = CAPTURES / "papers-with-code" / "conferences_deadlines_2026-06-08.json"
    found = {one.id: one for one in parse_paperswithcode(path.read_bytes())}
    assert len(found) == 7
    icra = to_item(found["icra-2025"], NOW)
    assert icra is not None
    assert icra.facts["contradiction"] == "paperswithcode: ICRA 2025 is dated 2026-06-01"
    assert "dates" not in icra.facts
    aaai = found["aaai-2025"]
    assert [one.kind for one in aaai.deadlines] == [
        "abstract",
        "paper",
        "notification",
        "camera-ready",
    ]
    assert aaai.deadlines[1].at == datetime(2024, 8, 16, 11, 59, 59, tzinfo=UTC)
    assert [one.id for one in found.values() if one.contradiction] == ["icra-2025"]


def test_prices_rentals_and_free_tiers() -> None:
    def last(folder: str) -> Path:
        return max((PRICES / folder).glob("0*"))

    models = parse_llm_prices(last("llm-api/anthropic").read_bytes(), "anthropic.yml", NOW)
    haiku = next(one for one in models if one.key.external_id.endswith("/claude-3-haiku"))
    assert haiku.prices["input_mtok"] == 0.25
    assert haiku.title == "Claude Haiku 3 (Anthropic API)"
    rentals = parse_gpu_rental(last("gpu-rental").read_bytes(), "offerings.json", NOW)
    assert len(rentals) == 310
    tiers = {
        item.key.external_id: item
        for item in parse_free_tiers(last("free-tiers").read_bytes(), "README.md", NOW)
    }
    assert tiers["free-tiers/groq/llama-3.3-70b"].prices == {
        "requests/day": 1000.0,
        "tokens/minute": 12000.0,
    }
