"""Reads an HTML page the way a person with a screen reader or without styles meets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

VOID = frozenset({"meta", "br", "hr", "img", "link", "input"})
BLOCKS = frozenset({"p", "h1", "h2", "h3", "li", "title"})


@dataclass
class Element:
    """A start tag, the path of tags that it stands in, and the text below it."""

    tag: str
    attributes: dict[str, str]
    path: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page in the order of the source."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)
    declared: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, html: str) -> Self:
        """Read a page whose tags must all be closed, in order."""
        page = cls()
        page.feed(html)
        page.close()
        assert not page.open, page.open
        return page

    def handle_decl(self, decl: str) -> None:
        self.declared = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        path = tuple(element.tag for element in self.open)
        element = Element(tag, {name: value or "" for name, value in attrs}, path)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        """Return the elements with these tags."""
        return [element for element in self.elements if element.tag in tags]

    def texts(self, *tags: str) -> list[str]:
        """Return the texts of the elements with these tags, white space collapsed."""
        return [" ".join(element.text.split()) for element in self.all(*tags)]
