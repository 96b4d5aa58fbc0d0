"""The project's Markdown pages, taken apart as GitHub reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
"""Every page of the project."""

_CODE = re.compile(r"`([^`]+)`")


@dataclass
class Section:
    """What stands below one heading, up to the next one of any level."""

    title: str
    fences: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    text: str = ""

    @property
    def codes(self) -> set[str]:
        """All inline code."""
        return set(_CODE.findall(self.text))

    def blocks(self, language: str) -> list[str]:
        """Return the fenced blocks marked with a language."""
        return [content for marked, content in self.fences if marked == language]

    def first_column(self) -> set[str]:
        """Return the inline code in the first column of its tables."""
        return {code for row in self.rows for code in _CODE.findall(row[0])}


class Page:
    """One Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        self._tokens = MarkdownIt("commonmark").enable("table").parse(self.source)
        self.sections = _sections(self._tokens)

    def section(self, title: str) -> Section:
        [found] = [section for section in self.sections if section.title == title]
        return found

    def blocks(self, language: str) -> list[str]:
        return [block for section in self.sections for block in section.blocks(language)]

    def anchors(self) -> set[str]:
        """Return what a link may name after ``#``; no page has two headings of one name."""
        return {_anchor(section.title) for section in self.sections}

    def links(self) -> list[str]:
        """Return the targets of all links and pictures."""
        inline = (child for token in self._tokens for child in token.children or ())
        targets = (child.attrGet("href") or child.attrGet("src") for child in inline)
        return [unquote(str(target)) for target in targets if target]


def page(name: str) -> Page:
    """Return a page by its path in the project."""
    return Page(ROOT / name)


def _sections(tokens: Sequence[Token]) -> list[Section]:
    sections = [Section(title="")]
    for token, before in zip(tokens, [None, *tokens], strict=False):
        if token.type == "inline" and before is not None and before.type == "heading_open":
            sections.append(Section(title=token.content.replace("`", "")))
        elif token.type == "inline":
            sections[-1].text += token.content + "\n"
        elif token.type == "fence":
            sections[-1].fences.append((token.info, token.content))
        elif token.type == "tr_open":
            sections[-1].rows.append([])
        if token.type == "inline" and before is not None and before.type in {"td_open", "th_open"}:
            sections[-1].rows[-1].append(token.content)
    return sections


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def shape(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the type of every leaf of a JSON value, list items taken together."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from shape(inner, f"{path}.{key}")
        case list():
            yield path, "list"
            for inner in value:
                yield from shape(inner, f"{path}[]")
        case _:
            yield path, "number" if isinstance(value, float) else type(value).__name__
