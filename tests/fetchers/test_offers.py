"""Offers: prices as their lists write them, conditions apart."""

from __future__ import annotations

import pytest

from core.errors import ConfigError
from core.items import Item, ItemKind
from fetchers.offer_lists import parse_free_tiers, parse_gpu_rental, parse_llm_prices
from fetchers.offers import OffersOptions
from fetchers.source import MalformedError
from tests.fakes import NOON
from tests.fetchers.git_folder import git_folder
from tests.fetchers.harness import GoodDay, fixture, read
from tests.stand_ins.sources.server import SourceServer

ACME = fixture("offers/acme.yml")
RENTALS = fixture("offers/rentals.json")
FREE = fixture("offers/free.md")
PRICES = ("pydantic/genai-prices", "prices/providers")
GOOD_DAY = GoodDay(
    answers={
        **git_folder(*PRICES, {"acme.yml": ACME, "other.yml": ACME}),
        **git_folder("tardellirs/gpu-pricing", "src/data", {"offerings.json": RENTALS}),
        **git_folder("cheahjs/free-llm-api-resources", "", {"README.md": FREE}),
    },
    options={"providers": ("acme",)},
    least=10,
)


@pytest.fixture
def offers() -> dict[str, Item]:
    found = parse_llm_prices(ACME, "acme.yml", NOON)
    found += parse_gpu_rental(RENTALS, "offerings.json", NOON)
    found += parse_free_tiers(FREE, "README.md", NOON)
    return {item.key.external_id: item for item in found}


class TestPrices:
    def test_a_model_has_its_prices(self, offers: dict[str, Item]) -> None:
        item = offers["llm-api/acme/acme-large"]
        assert item.kind is ItemKind.OFFER
        assert (item.title, item.url) == (
            "Acme Large (Acme API)",
            "https://acme.example.org/pricing",
        )
        assert item.prices == {"input_mtok": 3.0, "output_mtok": 15.0}
        assert item.facts == {"price": "$3 in, $15 out per million tokens"}
        assert item.facets == {
            "provider": "Acme",
            "price": 3.0,
            "price_per": "million tokens",
            "currency": "USD",
        }

    def test_steps_are_prices_of_their_own(self, offers: dict[str, Item]) -> None:
        prices = offers["llm-api/acme/acme-long"].prices
        assert prices == {
            "input_mtok.base": 1.25,
            "input_mtok.tier>200000": 2.5,
            "output_mtok": 10.0,
        }

    def test_a_price_of_some_hours_has_them_in_its_name(self, offers: dict[str, Item]) -> None:
        prices = offers["llm-api/acme/acme-night"].prices
        assert prices["input_mtok"] == 0.27
        assert prices["input_mtok if 16:30:00-00:30:00 UTC"] == 0.135

    def test_a_model_without_a_price_is_no_offer(self, offers: dict[str, Item]) -> None:
        assert "llm-api/acme/acme-free" not in offers

    def test_a_rented_card_says_whether_it_may_be_interrupted(
        self, offers: dict[str, Item]
    ) -> None:
        spot, plain = offers["gpu-rental/cloudly-l4"], offers["gpu-rental/cloudly-h100"]
        assert spot.facts == {"price": "$0.32 per hour, may be interrupted", "memory": "24 GB"}
        assert (plain.title, plain.prices) == ("H100 SXM at cloudly", {"hour": 2.4})

    def test_free_tiers_have_their_limits_as_numbers(self, offers: dict[str, Item]) -> None:
        assert offers["free-tiers/groove/small-8b"].prices == {
            "requests/day": 14400.0,
            "tokens/minute": 6000.0,
        }
        assert offers["free-tiers/groove/large-70b"].prices == {}
        shared = offers["free-tiers/router/tiny-1b"]
        assert shared.prices == {"requests/minute": 20.0, "requests/day": 50.0}
        assert shared.url == "https://router.example.org/tiny:free"
        assert offers["free-tiers/gateway"].facts == {"limits": "$5/month"}
        assert offers["free-tiers/credible"].facts == {"limits": "$1"}


@pytest.mark.parametrize(
    "body", [b"", b"models: []x", b"models: 3", b"models:\n- id: a\n  name: b"]
)
def test_what_holds_no_models_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_llm_prices(body, "acme.yml", NOON)


def test_rentals_that_lost_all_their_prices_are_an_error() -> None:
    body = RENTALS.replace(b"price_usd_hour", b"price")
    with pytest.raises(MalformedError, match="none of 2 rentals"):
        parse_gpu_rental(body, "offerings.json", NOON)


def test_a_page_without_free_tiers_is_an_error() -> None:
    with pytest.raises(MalformedError, match=r"README\.md names no free tier"):
        parse_free_tiers(b"# Nothing\n", "README.md", NOON)


class TestLists:
    def test_only_the_providers_asked_for_are_read(self, sources: SourceServer) -> None:
        for path, body in GOOD_DAY.answers.items():
            sources.answer(path, body)
        outcome = read("offers", sources, providers=("acme",), lists=("llm-api",))
        assert {one.rpartition("/")[0] for one in outcome.ids} == {"llm-api/acme"}
        assert outcome.batch.listed == {"llm-api/acme/": frozenset(outcome.ids)}

    def test_a_provider_that_is_not_listed_is_named(self, sources: SourceServer) -> None:
        for path, body in GOOD_DAY.answers.items():
            sources.answer(path, body)
        outcome = read("offers", sources, providers=("acme", "nobody"), lists=("llm-api",))
        assert outcome.error is None
        assert outcome.note == "pydantic/genai-prices has no nobody.yml"

    def test_a_page_that_was_cut_short_is_none(self, sources: SourceServer) -> None:
        answers = git_folder("cheahjs/free-llm-api-resources", "", {"README.md": FREE})
        listed, raw = answers
        sources.answer(listed, answers[listed])
        sources.answer(raw, FREE[: len(FREE) // 2])
        outcome = read("offers", sources, lists=("free-tiers",))
        assert "is not the file that was listed" in outcome.failed


def test_what_is_no_provider_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"sources\.offers\.providers: '\.\./x'"):
        OffersOptions(providers=("../x",))
    with pytest.raises(ConfigError, match=r"sources\.offers\.lists: 'retail'"):
        OffersOptions(lists=("retail",))
