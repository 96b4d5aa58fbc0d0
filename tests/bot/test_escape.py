"""Foreign text does nothing in a Discord message but be read."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.escape import MAX_LINK, escape, link_address, masked_link, moment, unescape
from language.plain import plain_line
from tests.digests.hostile import any_text

HOSTILE = (
    "@everyone free GPUs",
    "<@&123> <@1> <#2>",
    "</cmd:1>",
    "<t:0:R>",
    "<:smile:123> <a:party:4> :smile:",
    "](https://evil.example)",
    "a](https://evil.example)[b",
    "[x](https://evil.example)",
    "https://evil.example",
    "<https://evil.example>",
    "**bold** __under__ ~~gone~~ ||spoiler|| `code` ```block```",
    "# heading",
    "-# small",
    "- list",
    "+ list",
    "1. list",
    "12. list",
    "> quote",
    "\\",
    "\\[",
    "one\n# two",
    "gnp\u202eexe\u2066",
)
SPECIAL = set("\\`*_~|<>[]()@")


def texts() -> st.SearchStrategy[str]:
    marks = st.text(alphabet="\\[]()<>@:#-+1. \n`*_~|/xhtps\u202e", max_size=30)
    return st.one_of(st.sampled_from(HOSTILE), any_text(), marks)


def bare_marks(markdown: str) -> list[str]:
    """Signs that are not behind a backslash."""
    return [c for c in re.sub(r"\\.", "", markdown) if c in SPECIAL]


@given(texts())
def test_escaped_text_holds_no_bare_mark_and_reads_as_before(text: str) -> None:
    escaped = escape(text)

    assert bare_marks(escaped) == []
    assert unescape(escaped) == plain_line(text)


@given(texts())
def test_escaped_text_starts_no_list_heading_or_quote(text: str) -> None:
    assert not re.match(r"(#{1,3}|-#|[-+*>]|\d+\.)(\s|$)", escape(text))


@given(texts())
def test_escaped_text_is_one_line_without_controls(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\u202a-\u202e\u2066-\u2069]", escape(text))


@given(texts(), st.integers(1, 40))
def test_a_limit_bounds_the_escaped_text(text: str, limit: int) -> None:
    assert len(escape(text, limit)) <= 2 * limit + 2


@pytest.mark.parametrize("text", ["https://evil.example", "http://a", ":smile:", "<:smile:123>"])
def test_addresses_and_emoji_are_broken_at_the_colon(text: str) -> None:
    assert not re.search(r"(?<!\\):\S", escape(text))


def test_plain_words_stay_as_they_are() -> None:
    title = "BERT: Pre-training of Deep Bidirectional Transformers, 2nd ed. - revised #2"

    assert escape(title) == title


@given(texts())
def test_a_title_never_breaks_out_of_its_link(title: str) -> None:
    link = masked_link(title, "https://ok.example/a")

    assert re.fullmatch(r"\[[^\[\]]+\]\(https://ok\.example/a\)", link)


@given(st.text(max_size=40))
def test_an_address_never_ends_its_link(path: str) -> None:
    address = link_address(f"https://ok.example/{path}")

    assert not re.search(r"[\s()<>\"\\]", address)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "discord://app",
        "//evil.example",
        "https://",
        "https://[bad",
        "https://ok.example/" + "x" * MAX_LINK,
    ],
)
def test_an_address_that_must_not_be_linked_leaves_the_title(url: str) -> None:
    assert masked_link("A title", url) == "A title"


def test_brackets_and_blanks_in_an_address_are_encoded() -> None:
    address = link_address("https://en.wikipedia.org/wiki/A_(b) c<d>")

    assert address == "https://en.wikipedia.org/wiki/A_%28b%29%20c%3Cd%3E"


def test_a_title_of_nothing_visible_still_has_something_to_click() -> None:
    assert masked_link("\u200b\u202e", "https://ok.example/") == "[untitled](https://ok.example/)"


def test_a_moment_is_a_timestamp_of_discord() -> None:
    assert moment(datetime(2026, 11, 22, tzinfo=UTC), "R") == "<t:1795305600:R>"
