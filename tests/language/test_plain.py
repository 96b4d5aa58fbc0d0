from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.plain import plain_line, shortened, whole_words


@pytest.mark.parametrize(
    ("foreign", "line"),
    [
        ("  two\n lines\tof  text ", "two lines of text"),
        ("ab\u202egnp.exe", "abgnp.exe"),
        ("red\x1b[31m alert\x07", "red[31m alert"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("नमस्ते 👩‍💻 مرحبا", "नमस्ते 👩‍💻 مرحبا"),
    ],
)
def test_foreign_text_becomes_one_harmless_line(foreign: str, line: str) -> None:
    assert plain_line(foreign) == line


@given(st.text())
def test_a_plain_line_is_printable_on_one_line_and_stays_as_it_is(text: str) -> None:
    line = plain_line(text)
    assert "\n" not in line
    assert "\x1b" not in line
    assert plain_line(line) == line
    line.encode()


def test_shortening_cuts_at_a_word_and_says_so() -> None:
    assert shortened("a quick brown fox", 12) == "a quick…"
    assert shortened("a quick brown fox", 17) == "a quick brown fox"
    assert shortened("incomprehensibilities", 8) == "incompr…"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_shortened_text_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{'Plans tasks and spawns agents, ' * 2}and autonomously ha...", "autonomously…"),
        (f"{'Plans tasks and spawns agents, ' * 2}and autonomously ha…", "autonomously…"),
        (f"{'Plans tasks and spawns agents, ' * 2}with cutting-e...", "with…"),
        ("One more thing...", "thing..."),
        (f"{'Plans tasks and spawns agents, ' * 2}done.", "done."),
    ],
)
def test_half_a_word_is_left_out_before_dots(text: str, shown: str) -> None:
    made = whole_words(text)
    assert made.endswith(shown)
    assert text.startswith(made.rstrip("…"))
