from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.matching import matches


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Graph neural networks", "network of graphs", ["Graph", "networks"]),
        ("What is C++ and what is C", "C++", ["C++"]),
        ("R or Go", "r", ["R"]),
        ("The Who", "the who", ["The", "Who"]),
        ("the graph", "the graph", ["graph"]),
        ("Vélo et vélos", "velo", ["Vélo", "vélos"]),
        ("量子コンピュータの研究", "量子コンピュータ", ["量子コンピュータ"]),
        ("fine-tuning, finish", "fine-tuning", ["fine", "tuning"]),
        ("nothing here", "", []),
        ("", "words", []),
    ],
)
def test_the_words_of_a_query_are_found_in_a_text(text: str, query: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in matches(text, query)] == marked


@given(st.text(), st.text())
def test_spans_are_in_order_and_inside_for_any_text(text: str, query: str) -> None:
    edges = [edge for span in matches(text, query) for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    assert all(start < end for start, end in matches(text, query))
