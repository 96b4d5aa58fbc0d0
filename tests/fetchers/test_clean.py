from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fetchers.clean import (
    MAX_LINE_LENGTH,
    MAX_TEXT_LENGTH,
    one_line,
    paragraphs,
    running_text,
    web_address,
)

ANY_TEXT = st.text(st.characters())  # lone surrogates included


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  two\n lines\t ", "two lines"),
        ("a\u202eb\u2066c\u200fd\u061ce", "abcde"),
        ("nul\x00 bell\x07 delete\x7f", "nul bell delete"),
        ("\ufeffmark", "mark"),
        ("half \ud83d of a sign", "half of a sign"),
        ("line\u2028separator\x85next", "line separator next"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),  # joiners belong to the word
        ("$x_1 < y$ & **bold**", "$x_1 < y$ & **bold**"),  # data, not ours to change
        (None, ""),
        (7, ""),
        (["x"], ""),
    ],
)
def test_a_line_is_one_line_of_what_a_reader_sees(text: object, line: str) -> None:
    assert one_line(text) == line


@given(text=ANY_TEXT)
def test_cleaned_text_can_be_stored_and_does_not_change_again(text: str) -> None:
    for clean in (one_line, running_text, paragraphs):
        cleaned = clean(text)
        cleaned.encode()
        assert clean(cleaned) == cleaned


def test_no_text_grows_without_limit() -> None:
    assert len(one_line("word " * 10_000)) <= MAX_LINE_LENGTH
    assert len(running_text("é" * 100_000).encode()) <= MAX_TEXT_LENGTH
    assert len(paragraphs("é\n" * 100_000).encode()) <= MAX_TEXT_LENGTH


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("/c/titanic", "https://www.kaggle.com/c/titanic"),
        (" https://example.org/two words\n", "https://example.org/two%20words"),
        ('https://example.org/"><b>', "https://example.org/%22%3E%3Cb%3E"),
        ("https://example.org/caf\u00e9%20x", "https://example.org/caf%C3%A9%20x"),
        ("https://b\u00fccher.example/\u00e4", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://B%C3%BCcher.example:8080/x", "https://xn--bcher-kva.example:8080/x"),
        ("https://\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", "https://xn--r8jz45g.xn--zckzah"),
        ("//stra\u00dfe.example/", "https://xn--strae-oqa.example/"),
        ("https://Blog.Example.org/A", "https://Blog.Example.org/A"),
        ("https://[2606:4700::1111]/a", "https://[2606:4700::1111]/a"),
        ("https://\u2603.example/", "https://xn--n3h.example/"),
        ("https://" + "\u00e9" * 70 + ".example/", ""),
        ("https://a b.example/", ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/hostname", ""),
        ("https:///path", "https://www.kaggle.com/path"),
        ("https://[::1", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_pass(text: object, address: str) -> None:
    assert web_address(text, "https://www.kaggle.com/") == address


@given(text=ANY_TEXT)
def test_no_text_makes_an_address_of_another_kind(text: str) -> None:
    address = web_address(text)
    assert address == "" or address.startswith(("https://", "http://"))
    assert not set(address) & set(' "<>\n')
