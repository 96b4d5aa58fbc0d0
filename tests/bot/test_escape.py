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
ROUND = str.maketrans("[]", "()")
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


LINK = re.compile(
    r"(?P<before>.*?)\[(?P<label>[^\[\]\\]+)\]\(https://ok\.example/a\)(?P<after>[^\[\]]*)",
    re.DOTALL,
)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u20e3\ufe0f]")


@given(texts())
def test_a_title_never_breaks_out_of_its_link(title: str) -> None:
    link = LINK.fullmatch(masked_link(title, "https://ok.example/a"))

    assert link
    assert bare_marks(link["before"].removesuffix("(")) == []


@given(st.one_of(texts(), st.text(alphabet="ab_ *:~|<>@🤗🚀©1\ufe0f\u20e3\u200d", max_size=20)))
def test_nothing_between_square_brackets_means_anything_to_discord(title: str) -> None:
    link = LINK.fullmatch(masked_link(title, "https://ok.example/a"))

    assert link
    assert not re.search(r"[\\`*_~|<>@]|:\S", link["label"])
    assert not EMOJI.search(link["label"])


@given(texts())
def test_a_linked_title_reads_as_it_was_written(title: str) -> None:
    link = LINK.fullmatch(masked_link(title, "https://ok.example/a"))

    assert link
    shown = link["before"] + link["label"] + link["after"]
    read = unescape(shown).removesuffix(" (open)")
    assert read.translate(ROUND) == (plain_line(title) or "untitled").translate(ROUND)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("BERT (2018): a reading, part 1", "[BERT (2018): a reading, part 1](https://e.org/)"),
        ("Sets [of] sets", "[Sets (of) sets](https://e.org/)"),
        ("1. Introduction", "[1. Introduction](https://e.org/)"),
        ("owner/my_repo", "owner/my\\_repo ([open](https://e.org/))"),
        ("Ratio 1:2 at 2*x", "Ratio 1\\:2 at 2\\*x ([open](https://e.org/))"),
        ("🤗 Transformers, version five", "🤗 [Transformers, version five](https://e.org/)"),
        ("Release 2.0 🚀🚀", "[Release 2.0](https://e.org/) 🚀🚀"),
        ("1️⃣ First of 3", "1️⃣ [First of 3](https://e.org/)"),
        ("I ❤️ Python", "I ❤️ Python ([open](https://e.org/))"),
        ("🧑‍💻", "🧑‍💻 ([open](https://e.org/))"),
        ("大規模言語モデル", "[大規模言語モデル](https://e.org/)"),
    ],
)
def test_what_may_not_stand_in_a_link_stands_beside_it(title: str, shown: str) -> None:
    assert masked_link(title, "https://e.org/") == shown


def test_a_title_full_of_emoji_is_laid_out_at_once() -> None:
    assert masked_link("🚀 " * 50_000 + "x", "https://e.org/", 200).endswith("[…](https://e.org/)")


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
