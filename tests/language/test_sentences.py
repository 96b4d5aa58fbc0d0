from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.sentences import sentences


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
        ("Little is known in MT. We prove it.", ["Little is known in MT.", "We prove it."]),
        ("It is sparse. iSparse learns.", ["It is sparse.", "iSparse learns."]),
        ("Laws of the U.S. Senate differ. Here too.", None),
        ("Data are i.i.d. Gaussian noise. We drop it.", None),
        ("1. Train vs. Test sets. 2. Score them.", ["1. Train vs. Test sets.", "2. Score them."]),
        ("Read https://a.example/v1.0?q=x. It helps.", None),
        (r"The rate is $0.5 \\cdot n.$ at most. Proofs follow.", None),
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


@given(st.text())
def test_no_word_is_lost_between_sentences(text: str) -> None:
    joined = "".join("".join(sentences(text)).split())
    assert joined == "".join(" ".join(sentences(" ".join(sentences(text)))).split())
