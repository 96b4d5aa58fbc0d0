from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.markdown import PAGES, ROOT, Page

MACHINE = re.compile(r"(?<![\w.])(?:/root\b|/home/\w|/Users/\w|/tmp\b|/work\b)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    page = Page(path)
    for target in page.links():
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{target}: no such file"
        assert there.is_relative_to(ROOT), f"{target}: outside of the project"
        if anchor:
            assert anchor in Page(there).anchors(), f"{target}: no such heading"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_two_headings_of_a_page_have_one_anchor(path: Path) -> None:
    titles = [section.title for section in Page(path).sections if section.title]
    repeated = {title for title in titles if titles.count(title) > 1}
    # Headings that every decision record or release has are never linked to within a page.
    assert repeated - {"Added", "Changed", "Fixed", "Removed", "Deprecated", "Security"} == set()


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_no_page_names_a_path_of_somebodys_machine(path: Path) -> None:
    assert MACHINE.findall(path.read_text(encoding="utf-8")) == []


def test_every_page_below_docs_is_linked_from_another_one() -> None:
    linked = {
        (path.parent / target.partition("#")[0]).resolve()
        for path in PAGES
        for target in Page(path).links()
        if "://" not in target and not target.startswith("#")
    }
    decisions = (ROOT / "docs" / "decisions").resolve()
    pictures = (ROOT / "docs" / "pictures").resolve()
    pages = {path for path in PAGES if path.parent not in {decisions, pictures, ROOT}}
    assert {name(path) for path in pages - linked} == set()


def test_the_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    for path in (ROOT / "docs" / "decisions").glob("*.md"):
        assert Page(path).sections[1].title.startswith(f"{path.name[:4]}: ")
