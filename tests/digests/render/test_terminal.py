from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from core.digests import Digest
from digests.render.terminal import render
from digests.view import view
from tests.digests.examples import NOTHING, draft, example
from tests.digests.hostile import TEXTS, any_text, digest_of

LINK = re.compile(r"\x1b\]8;[^;]*;(?P<url>[^\x1b\x07]*)\x1b\\")
CODE = re.compile(r"\x1b\[[0-9;]*m")


def printed(digest: Digest, width: int = 80, *, codes: bool = False) -> str:
    """Print a digest to a terminal of this width, or to a file."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=codes, color_system="standard" if codes else None
    )
    console.print(render(digest))
    return out.getvalue()


def test_the_first_line_of_a_sample_says_so() -> None:
    assert printed(example(sample=True)).splitlines()[0].strip() == "sample data: asked nobody"


def test_it_reads_from_the_heading_over_deadlines_and_picks_to_the_sources() -> None:
    text = printed(example())
    order = [
        "Tidings",
        "7 picks",
        "Deadlines",
        "BELKA",
        "Top picks",
        "  1 E(n)",
        "Also",
        "  6 Open",
    ]
    places = [text.index(part) for part in [*order, "Sources: 2 of 3 fresh; Kaggle: no token"]]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_everything_in_the_view_is_printed(width: int) -> None:
    page = view(example())
    text = "".join(printed(example(), width).replace("│", "").split())
    for card in (*page.deadlines, *(c for s in page.sections for c in s.cards)):
        for part in (card.title, card.kind, card.address, *card.facts, *card.chips):
            assert "".join(part.split()) in text


@pytest.mark.parametrize("width", [20, 40, 80, 120])
@pytest.mark.parametrize("text", TEXTS)
def test_no_line_is_wider_than_the_terminal(width: int, text: str) -> None:
    for line in printed(digest_of(text), width).splitlines():
        assert cell_len(line) <= width


@given(any_text(), st.integers(20, 130))
def test_no_text_makes_a_line_wider_than_the_terminal(text: str, width: int) -> None:
    for line in printed(digest_of(text), width).splitlines():
        assert cell_len(line) <= width


def test_the_address_of_a_badge_is_printed() -> None:
    assert "arxiv.org/abs/2102.09844 · code: github.com/vgsatorras/egnn" in printed(example())


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_line_ends_between_two_facts_and_not_within_one(width: int) -> None:
    lines = printed(example(), width).splitlines()
    assert sum("914,221 downloads" in line for line in lines) == 1
    assert sum("23,412 stars" in line for line in lines) == 1


def test_lines_stay_readable_on_a_wide_terminal() -> None:
    assert max(len(line.rstrip()) for line in printed(example(), 300).splitlines()) <= 100


def test_titles_are_links_where_the_terminal_has_them() -> None:
    links = {match["url"] for match in LINK.finditer(printed(example(), codes=True))}
    assert "https://arxiv.org/abs/2210.01776" in links


def test_a_file_gets_the_address_and_no_codes() -> None:
    text = printed(example())
    assert "\x1b" not in text
    assert "arxiv.org/abs/2210.01776" in text


def test_colours_say_nothing_that_words_do_not() -> None:
    coloured = CODE.sub("", LINK.sub("", printed(example(), codes=True)))
    assert coloured == printed(example())


def test_square_brackets_are_mere_text() -> None:
    assert "[bold]not markup[/bold]" in printed(digest_of("[bold]not markup[/bold]"))


@given(any_text())
def test_foreign_text_sends_no_code_to_the_terminal(text: str) -> None:
    made = printed(digest_of(text), codes=True)
    assert all(
        match["url"].startswith("https://example.org/")
        for match in LINK.finditer(made)
        if match["url"]
    )
    rest = CODE.sub("", LINK.sub("", made)).replace("\n", "")
    assert not [c for c in rest if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0]


def test_an_empty_digest_is_printed_in_a_few_lines() -> None:
    text = printed(draft(note=NOTHING))
    assert NOTHING in text
    assert len(text.splitlines()) < 12
