from __future__ import annotations

import pytest
from hypothesis import given

from digests.render.templating import COLUMNS
from digests.render.text import render
from digests.view import view
from tests.digests.examples import NOTHING, draft, example
from tests.digests.hostile import any_text, digest_of


def test_the_first_line_of_a_sample_says_so() -> None:
    assert render(example(sample=True)).splitlines()[0] == "sample data: asked nobody"


def test_it_reads_from_the_heading_over_deadlines_and_picks_to_the_sources() -> None:
    text = render(example())
    order = [
        "TIDINGS",
        "7 picks",
        "DEADLINES",
        "BELKA",
        "TOP PICKS",
        "1. E(n)",
        "ALSO",
        "6. Open",
        "\n-- \n",
    ]
    places = [text.index(part) for part in [*order, "Sources: 2 of 3 fresh"]]
    assert places == sorted(places)


def test_every_address_stands_whole_on_its_own_line() -> None:
    lines = [line.strip() for line in render(example()).splitlines()]
    page = view(example())
    for card in (*page.deadlines, *(c for s in page.sections for c in s.cards)):
        assert card.url in lines
    assert "code: https://github.com/vgsatorras/egnn" in lines


def test_a_few_words_that_belong_together_are_not_broken_over_two_lines() -> None:
    assert "914,221\n" not in render(example())
    assert "914,221 downloads" in render(example())


def test_it_is_not_html() -> None:
    assert "&amp;" not in render(digest_of("this & that"))
    assert "this & that" in render(digest_of("this & that"))


def test_an_empty_digest_is_short_and_says_why() -> None:
    text = render(draft(note=NOTHING))
    assert NOTHING in text
    assert len(text.splitlines()) < 15


@given(any_text())
def test_no_line_but_an_address_is_longer_than_the_page_is_wide(text: str) -> None:
    for line in render(digest_of(text)).splitlines():
        assert len(line) <= COLUMNS or line.strip().startswith("https://example.org/")


@given(any_text())
def test_foreign_text_adds_no_control_character_and_no_signature(text: str) -> None:
    made = render(digest_of(text))
    assert made.replace("\n", "").isprintable() or not text.isprintable()
    assert made.count("\n-- \n") == 1


def test_a_long_title_goes_on_below_itself_not_below_its_number() -> None:
    title = "1. " + " ".join(["word"] * 12)
    assert f"\n{title}\n   word word" in render(digest_of("word " * 20))


@pytest.mark.parametrize("text", ["-- ", "From someone", "> quoted", "."])
def test_a_title_never_begins_a_line(text: str) -> None:
    assert not [line for line in render(digest_of(text)).splitlines() if line.startswith("From ")]
