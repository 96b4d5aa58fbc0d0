from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.sentences import first_sentences, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train. It works.", ["We train.", "It works."]),
        ("Large models, e.g. Transformers, win. They cost.", None),
        ("Smith et al. Show it in Fig. 3 and Eq. 2. Done.", None),
        ("By J. R. Writer, at 3.5 times the speed. Fine!", None),
        ("It asks: why? Because. ", ["It asks: why?", "Because."]),
        ('He said "no." Then yes.', ['He said "no."', "Then yes."]),
        ("我们训练。它有效。", ["我们训练。", "它有效。"]),
        ("no end here", ["no end here"]),
        ("version 2.0 is out... and more", ["version 2.0 is out... and more"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, expected: list[str] | None) -> None:
    found = sentences(text)
    if expected is None:
        assert len(found) == 2, found
    else:
        assert found == expected


def test_a_card_gets_as_many_whole_sentences_as_fit() -> None:
    text = "One is short. Two is a little longer. Three does not fit any more."
    assert first_sentences(text, 40) == "One is short. Two is a little longer."
    assert first_sentences("word " * 50, 30) == "word word word word word word…"


@given(st.text())
def test_no_word_is_lost_between_sentences(text: str) -> None:
    joined = "".join("".join(sentences(text)).split())
    assert joined == "".join(" ".join(sentences(" ".join(sentences(text)))).split())
