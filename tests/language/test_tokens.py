# ruff: noqa: RUF001  # letters that look alike in several scripts are the subject

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.stems import Stems
from language.tokens import BREAK, fold, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Graph Neural Networks", ["Graph", "Neural", "Networks"]),
        ("pre-training of LLMs", ["pre", "training", "of", "LLMs"]),
        ("C++ and C# beat #hashtags", ["C++", "and", "C#", "beat", "hashtags"]),
        ("one. Two", ["one", BREAK, "Two"]),
        ("the model's \\textbf{loss}", ["the", "model's", "loss"]),
        ("snake_case", ["snake", "case"]),
        ("ﬁne ｗｉｄｅ letters", ["fine", "wide", "letters"]),
        ("машинное обучение", ["машинное", "обучение"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("机器学习", ["机", "器", "学", "习"]),
        ("ภาษา", ["ภ", "า", "ษ", "า"]),
        ("deep 学习 C++", ["deep", "学", "习", "C++"]),
        ("", []),
        ("!?", [BREAK]),
    ],
)
def test_words_of_many_scripts_are_told_apart(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Graph", "graph"),
        ("Müller", "Muller"),
        ("GNNs", "GNN"),
        ("model's", "Model"),
        ("STRASSE", "straße"),
    ],
)
def test_spellings_of_one_word_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_marks_of_other_scripts_are_kept_because_they_tell_words_apart() -> None:
    assert fold("कि") != fold("की")


def test_inflected_forms_share_a_stem_and_stop_words_have_none() -> None:
    stems = Stems()
    assert stems.of("networks") == stems.of("Networking") == "network"
    assert [stems.of(word) for word in ("the", "2024", BREAK, "x")] == [""] * 4
    assert stems.of("обучение") == "обучение"


@given(st.text())
def test_any_text_has_words_and_each_folds_to_itself(text: str) -> None:
    for word in words(text):
        assert word
        assert fold(fold(word)) == fold(word)
