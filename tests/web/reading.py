"""Reads pages by lxml, as a browser does: lenient, with every form and its fields."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Self

from lxml import html  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Form:
    """A form with what stands in its fields."""

    action: str
    fields: dict[str, str]

    @classmethod
    def on(cls, page: str, action: str) -> Self:
        """Find the form of a page that is sent to an address, as it was loaded from there."""
        for form in html.fromstring(page).forms:
            if form.method == "POST" and (form.action or action) == action:
                fields = {name: str(value) for name, value in form.form_values()}
                return cls(action, fields)
        raise AssertionError(f"there is no form for {action} in {page}")


def links(page: str) -> dict[str, str]:
    """Return where the links of a page lead, by their texts."""
    return {
        " ".join(str(one.text_content()).split()): str(one.get("href"))
        for one in html.fromstring(page).iter("a")
    }


def text(page: str) -> str:
    """Return what a person reads."""
    return " ".join(str(html.fromstring(page).text_content()).split())


def shapes(page: str) -> Counter[tuple[str, ...]]:
    """Count the elements of a page by tag and names of attributes."""
    return Counter(
        (str(one.tag), *map(str, one.attrib))
        for one in html.fromstring(page).iter(html.etree.Element)
    )
