"""Google Cloud release notes: the chosen products, day by day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError
from fetchers.gcp import GcpOptions, parse_notes
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.harness import GoodDay, fixture, read
from tests.stand_ins.sources.server import SourceServer

FEED = "/feeds/gcp-release-notes.xml"
COLAB = "/feeds/colab-release-notes.xml"
NOTES = fixture("gcp/notes.xml")
GOOD_DAY = GoodDay(answers={FEED: NOTES}, least=2)
WEEK = timedelta(days=7)


def test_what_a_chosen_product_says_on_a_day_is_an_item(sources: SourceServer) -> None:
    sources.answer(FEED, NOTES)
    outcome = read("gcp", sources, back=WEEK)
    assert outcome.ids == ["2026-11-20/colab-enterprise", "2026-11-20/generative-ai-on-vertex-ai"]
    item = outcome.items[0]
    assert item.title == "Colab Enterprise: Notebooks may ask for two GPUs."
    assert item.summary == (
        "Notebooks may ask for two GPUs. They cost more. A runtime starts again."
    )
    assert item.tags == ("Colab Enterprise", "Feature", "Fixed")
    assert item.url == "https://docs.cloud.google.com/release-notes#November_20_2026"
    assert item.appeared_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_a_product_is_not_taken_for_a_word_in_its_text() -> None:
    assert [one.tags[0] for one in parse_notes(NOTES, ("Gemini", "Cloud"), NOON)] == ["Cloud Run"]


def test_feeds_of_single_products_stand_in(sources: SourceServer) -> None:
    sources.answer(FEED, b"<html>")
    sources.answer(COLAB, fixture("gcp/colab.xml"))
    outcome = read("gcp", sources, back=WEEK, feeds=("colab", "vertex-ai"))
    assert outcome.ids == ["2026-11-20/colab-enterprise"]
    assert outcome.note is not None
    assert outcome.note.startswith("read from the feeds of single products: ")


def test_a_feed_without_products_is_an_error() -> None:
    with pytest.raises(MalformedError, match="none of 2 entries names a product"):
        parse_notes(NOTES.replace(b"h2", b"h4"), ("Vertex AI",), NOON)


def test_what_cannot_be_a_product_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"sources\.gcp\.products"):
        GcpOptions(products=(" ",))
    with pytest.raises(ConfigError, match=r"sources\.gcp\.feeds: 'a/b'"):
        GcpOptions(feeds=("a/b",))
