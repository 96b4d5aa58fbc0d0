"""Facets: what items are filtered and compared by, under one set of names for all sources.

``Item.facets`` maps a name of ``FACETS`` to a text or a number. What a source does not say is
absent: an unknown licence is no free one, and an unknown price is not 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.items import FacetValue


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that items can be filtered and compared by.

    Attributes:
        key: its name in ``Item.facets``.
        type: of its values.
        meaning: what it says, with its unit.
    """

    key: str
    type: type[str] | type[int] | type[float]
    meaning: str


FACETS: tuple[Facet, ...] = (
    Facet("license", str, "as the source writes it: apache-2.0, CC BY-SA 4.0"),
    Facet("parameters", int, "number of a model's parameters"),
    Facet("last_activity", str, "when something last happened there, UTC as in ISO 8601"),
    Facet("gated", str, "whether one must ask for access: yes or no"),
    Facet("official", str, "whether the code is by the authors of the paper: yes or no"),
    Facet("accepted", str, "whether an answer was accepted: yes or no"),
    Facet("bounty", int, "points for an answer"),
    Facet("bounty_ends", str, "when the bounty ends, UTC as in ISO 8601"),
    Facet("prize", float, "amount of all prizes, in ``currency``"),
    Facet("price", float, "amount in ``currency`` for each ``price_per``"),
    Facet("price_per", str, "what the price is for: hour, month, million tokens"),
    Facet("currency", str, "of prize or price, ISO 4217"),
    Facet("effort", str, "how much work it is, as the source writes it"),
    Facet("region", str, "place or data centre, as the source writes it"),
    Facet("provider", str, "who offers it"),
    Facet("edition", str, "conference and year, the same in all lists: iclr-2027"),
    Facet("starts", str, "first day of an event, UTC as in ISO 8601"),
)
"""Every facet that a source may write."""


def facets(**values: FacetValue | datetime | None) -> Mapping[str, FacetValue]:
    """Return facets from what a source says; None and empty texts are left out.

    Args:
        **values: by the names of ``FACETS``; a time must be aware, and True and False become yes
            and no.
    """
    told = {name: _value(value) for name, value in values.items() if value is not None}
    return {name: value for name, value in told.items() if value != ""}


def _value(value: FacetValue | datetime) -> FacetValue:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
