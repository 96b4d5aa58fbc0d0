"""Which news is about AI: names that mislead stand beside those that do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fetchers.cloud_rows import MANY, News, items_about_ai
from fetchers.cloud_topics import about_ai
from fetchers.source import MalformedError
from tests.fakes import NOON

AI_TAG = ("artificial-intelligence",)


@pytest.mark.parametrize(
    ("title", "tags"),
    [
        ("A new foundation model in one more region", ()),
        ("Batch jobs now cost half", ("amazon-bedrock", "artificial-intelligence")),
        ("Pydantic AI runs on functions", ()),
        ("Instances with eight GPUs", ()),
        ("Claude 9 is available in Europe", ()),
        ("Amazon Connect calls your models on Amazon Bedrock", AI_TAG),
        ("Clusters scale to zero", ("Azure Machine Learning", "AI + machine learning")),
    ],
)
def test_news_about_ai(title: str, tags: tuple[str, ...]) -> None:
    assert about_ai(title, "", tags)


@pytest.mark.parametrize(
    ("title", "tags"),
    [
        ("Amazon Q in Connect now summarises calls for agents", AI_TAG),
        ("Amazon Connect imports forms using AI", ()),
        ("Contact center agents can swap shifts with AI", AI_TAG),
        ("Agents can bid on shifts", ()),
        ("Genome workflows support session policies", AI_TAG),
        ("Spark jobs run interactively", ("amazon-sagemaker", "amazon-emr")),
        ("Azure Copilot agents for your bills", ("Azure Copilot",)),
        ("Dashboards by mail", ("Azure Databricks", "AI + machine learning")),
        ("Maintain your HTML pages", ()),
        ("Train your team in email hygiene", ()),
        ("Paid plans for llamas in the zoo", ()),
    ],
)
def test_false_friends(title: str, tags: tuple[str, ...]) -> None:
    assert not about_ai(title, "", tags)


def a_piece(title: str, *tags: str) -> News:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    return News(id="a", title=title, url="https://example.org", at=at, tags=tags)


@pytest.mark.parametrize("tags", [(), ("databases",)])
def test_many_of_which_none_is_about_ai_are_a_changed_format(tags: tuple[str, ...]) -> None:
    many = [a_piece("Faster backups", *tags)] * MANY
    with pytest.raises(MalformedError, match=f"none of {MANY} entries"):
        items_about_ai(many, "aws", since=NOON, now=NOON)


def test_few_may_be_a_quiet_day() -> None:
    assert items_about_ai([a_piece("Faster backups")] * 3, "aws", since=NOON, now=NOON) == []
