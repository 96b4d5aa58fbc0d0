"""Lists of prices and free tiers, mapped to offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.facets import facets
from core.items import Item, ItemKey, ItemKind
from fetchers.clean import one_line, web_address
from fetchers.markup import html_text
from fetchers.rows import Row, Shape, inner, inner_rows, line, number, read_json, read_rows
from fetchers.source import MalformedError
from fetchers.yaml_files import read_yaml

SOURCE = "offers"

LLM_API = "llm-api"
GPU_RENTAL = "gpu-rental"
FREE_TIERS = "free-tiers"

_PRICES_PAGE = "https://github.com/pydantic/genai-prices"
_UNITS = {
    "mtok": "million tokens",
    "kcount": "thousand calls",
    "hour": "hour",
}
_LIMIT = re.compile(r"^\s*(\d[\d,.]*)\s+([a-z][a-z -]*(?:/[a-z]+)?)\s*$", re.IGNORECASE)
_HEADING = re.compile(r"^(#{2,3})\s+(?:\[(?P<name>[^\]]+)\]\((?P<url>[^)\s]+)\)|(?P<bare>.+?))\s*$")
_CELLS = re.compile(r"<tr><td>(?P<model>.*?)</td><td>(?P<limits>.*?)</td></tr>", re.DOTALL)
_POINT = re.compile(r"^- (?:\[(?P<name>[^\]]+)\]\((?P<url>[^)\s]+)\)|(?P<bare>[^\[].*))\s*$")
_SAID = re.compile(r"^\*\*(Limits|Credits)[^:]*:\*\*\s*(.*)$")


def parse_llm_prices(body: bytes, name: str, now: datetime) -> list[Item]:
    """Read a file of pydantic/genai-prices: what a provider's models cost.

    Raises:
        MalformedError: if it is no YAML, names no models, or none of them can be read.
    """
    data = read_yaml(body, SOURCE, name)
    record: Row = data if isinstance(data, Mapping) else {}
    provider = name.rpartition(".")[0]
    shown = line(record, "name") or provider
    urls = record.get("pricing_urls")
    page = web_address(urls[0]) if isinstance(urls, list) and urls else ""
    models = record.get("models")
    if isinstance(models, list):  # some are listed without a price
        models = [one for one in models if not isinstance(one, Mapping) or one.get("prices") != {}]
    return read_rows(
        models,
        lambda row: _model(row, provider, shown, page or _PRICES_PAGE, now),
        source=SOURCE,
        what=f"models of {name}",
        always={"prices": (dict, list)},
    )


def parse_gpu_rental(body: bytes, name: str, now: datetime) -> list[Item]:
    """Read a list of rented graphics cards.

    Raises:
        MalformedError: if it is none, or none of its offers has a price.
    """
    rows = read_json(body, SOURCE)
    always: Mapping[str, Shape] = {
        "price_usd_hour": (int, float),
        "gpu_model": str,
        "provider_id": str,
    }
    return read_rows(
        rows, lambda row: _rental(row, now), source=SOURCE, what=f"rentals of {name}", always=always
    )


def parse_free_tiers(body: bytes, name: str, now: datetime) -> list[Item]:
    """Read the page of cheahjs/free-llm-api-resources: free tiers and their limits.

    Raises:
        MalformedError: if it is no such page.
    """
    text = body.decode("utf-8", errors="replace")
    items = {item.key: item for tier in _tiers(text) if (item := tier.item(now))}
    if not items:
        raise MalformedError(SOURCE, f"offers: {name} names no free tier")
    return list(items.values())


def unit_of(name: str) -> str:
    """Return what a price of this name is for, in words: "million tokens"."""
    return _UNITS.get(name.partition(" if ")[0].partition(".")[0].rpartition("_")[2], "")


def _model(row: Row, provider: str, shown: str, page: str, now: datetime) -> Item | None:
    name = line(row, "id")
    prices = dict(_prices(row.get("prices")))
    if not (name and prices):
        return None
    first = next((key for key in ("input_mtok", "input_mtok.base") if key in prices), "")
    first = first or next(iter(prices))
    return Item(
        key=ItemKey(SOURCE, f"{LLM_API}/{provider}/{name}"),
        kind=ItemKind.OFFER,
        title=f"{line(row, 'name') or name} ({shown} API)",
        url=page,
        appeared_at=now,
        tags=("api",),
        facts={"price": _in_words(prices)},
        facets=facets(
            provider=shown,
            price=prices[first],
            price_per=unit_of(first) or first,
            currency="USD",
        ),
        prices=prices,
        version=_in_words(prices),
    )


def _prices(value: object) -> Iterator[tuple[str, float]]:
    """Yield the prices of a model by name.

    One that holds for some hours or from a date on has the condition in its name after " if "; one
    that rises with the length of the input has ".base" and ".tier>N" after it.
    """
    if isinstance(value, Mapping):
        for name, price in value.items():
            yield from _steps(one_line(name), price)
        return
    for one in value if isinstance(value, list) else ():
        row: Row = one if isinstance(one, Mapping) else {}
        condition = _condition(inner(row, "constraint"))
        for name, price in _prices(inner(row, "prices")):
            yield (f"{name} if {condition}" if condition else name), price


def _steps(name: str, price: object) -> Iterator[tuple[str, float]]:
    if isinstance(price, Mapping):
        if (base := _amount(price.get("base"))) is not None:
            yield f"{name}.base", base
        for step in inner_rows(price, "tiers"):
            if (amount := _amount(step.get("price"))) is not None:
                yield f"{name}.tier>{line(step, 'start')}", amount
    elif (amount := _amount(price)) is not None:
        yield name, amount


def _condition(row: Row) -> str:
    if day := line(row, "start_date"):
        return f"from {day}"
    begin, end = line(row, "start_time"), line(row, "end_time")
    if begin or end:
        return f"{begin.removesuffix('Z')}-{end.removesuffix('Z')} UTC"
    return "conditions hold" if row else ""


def _amount(value: object) -> float | None:
    """Return an amount, which YAML gives as a text."""
    try:
        amount = float(value) if isinstance(value, str | int | float) else -1.0
    except ValueError:
        return None
    return amount if 0 <= amount < 1e12 else None


def _in_words(prices: Mapping[str, float]) -> str:
    """Return the prices that most ask for: "$3 in, $15 out per million tokens"."""
    parts = []
    for name, word in (("input_mtok", "in"), ("output_mtok", "out")):
        amount = prices.get(name, prices.get(f"{name}.base"))
        if amount is not None:
            parts.append(f"${amount:g} {word}")
    if parts:
        return f"{', '.join(parts)} per million tokens"
    name, amount = next(iter(prices.items()))
    return f"${amount:g} ({name})"


def _rental(row: Row, now: datetime) -> Item | None:
    name, card, provider = (line(row, field) for field in ("id", "gpu_model", "provider_id"))
    price, page = number(row, "price_usd_hour"), web_address(row.get("source_url"))
    if not (name and card and provider and page) or price is None or price < 0:
        return None
    spot = row.get("is_spot") is True
    memory = number(row, "vram_gb")
    facts = {
        "price": f"${price:g} per hour{', may be interrupted' if spot else ''}",
        "memory": f"{memory:g} GB" if memory else "",
    }
    return Item(
        key=ItemKey(SOURCE, f"{GPU_RENTAL}/{name}"),
        kind=ItemKind.OFFER,
        title=f"{card} at {provider}{' (spot)' if spot else ''}",
        url=page,
        appeared_at=now,
        summary=line(row, "notes"),
        tags=("gpu",),
        facts={label: text for label, text in facts.items() if text},
        facets=facets(provider=provider, price=price, price_per="hour", currency="USD"),
        prices={"hour": price},
        version=f"${price:g} per hour",
    )


@dataclass(slots=True)
class _Tier:
    """One line of the page: a provider's model, or the provider itself where it names none."""

    provider: str
    url: str
    model: str
    limits: list[str]

    def item(self, now: datetime) -> Item | None:
        """Return it as an offer; None where nothing can be linked."""
        if not self.url.startswith("https://"):
            return None
        name = "/".join(filter(None, (FREE_TIERS, self.provider, self.model))).replace(" ", "-")
        numbers = dict(filter(None, map(_limit, self.limits)))
        told = "; ".join(self.limits)[:300]
        model = f"{self.model} at " if self.model else ""
        return Item(
            key=ItemKey(SOURCE, name.lower()),
            kind=ItemKind.OFFER,
            title=f"Free: {model}{self.provider}",
            url=self.url,
            appeared_at=now,
            tags=("free tier",),
            facts={"limits": told} if told else {},
            facets=facets(provider=self.provider, price=0.0, currency="USD"),
            prices=numbers,
            version=told[:100],
        )


def _tiers(text: str) -> Iterator[_Tier]:
    provider, url, said, some = "", "", list[str](), True
    awaited = False
    for row in text.splitlines():
        if awaited and row.strip():
            said, awaited = _lines(row), False
        elif heading := _HEADING.match(row):
            if provider and not some:
                yield _Tier(provider, url, "", said)
            provider, url = one_line(heading["name"]), _without_referral(heading["url"])
            said, some = [], not heading["name"]
        elif found := _SAID.match(row):
            said = _lines(found[2])
            awaited = not said
        elif cells := list(_CELLS.finditer(row)):
            for cell in cells:
                some = True
                yield _Tier(provider, url, _plain(cell["model"]), _lines(cell["limits"]))
        elif provider and (point := _POINT.match(row)):
            some = True
            link = web_address(point["url"]) or url
            yield _Tier(provider, link, _plain(point["name"] or point["bare"]), list(said))
    if provider and not some:
        yield _Tier(provider, url, "", said)


def _without_referral(address: str | None) -> str:
    """Return an address without the query that says who sent its visitor."""
    found = web_address(address)
    return found.partition("?")[0] if "ref=" in found else found


def _lines(markup: str) -> list[str]:
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markup.replace("**", ""))
    parts = re.split(r"<br\s*/?>|,\s+(?=\d)", bare)
    return [line_ for part in parts if (line_ := _plain(part))]


def _plain(markup: str) -> str:
    return one_line(html_text(markup)) if "<" in markup else one_line(markup)


def _limit(text: str) -> tuple[str, float] | None:
    found = _LIMIT.match(text)
    amount = _amount(found[1].replace(",", "")) if found else None
    return (found[2].lower(), amount) if found and amount is not None else None
