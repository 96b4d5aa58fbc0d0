from __future__ import annotations

import pytest

from language.names import named_by, says_nothing


@pytest.mark.parametrize(
    ("interest", "title", "tags"),
    [
        ("Go", "Go 1.25 released", ()),
        ("go", "Why we moved to Go", ()),
        ("Go", "Faster maps", ("golang", "go")),
        ("R", "Plots in R, the short way", ()),
        ("r", "Packages of the week", ("R",)),
        ("C", "Undefined behaviour in C", ()),
        ("Go", "Go1.26 is out", ()),
        ("R", "What R4.5 changes", ()),
        ("R", "R\u2019s pipe, and plots in R. With data", ()),
        ("C", "Atomics since C11", ()),
        ("C", "C: a short course", ()),
        ("IT", "How IT departments buy", ()),
        ("code", "Code review at scale", ()),
        ("R&D", "How R&D is paid for", ()),
        ("q&a", "Q&A with a maintainer", ()),
        ("A/B", "A/B tests that lie", ()),
        (".NET", "What is new in .NET 10", ()),
        ("Go language", "Go 1.26 is released", ()),
        ("programming in R", "R 4.5 in practice", ()),
        ("the C programming language", "Modern C", ()),
        ("new code", "New rules for code", ()),
        ("大規模言語モデル", "大規模言語モデルの推論", ()),
        ("言語 推論", "大規模言語モデルの推論", ()),
        ("ภาษาไทย", "แบบจำลองภาษาไทย", ()),
    ],
)
def test_a_name_is_found_in_titles_and_tags(
    interest: str, title: str, tags: tuple[str, ...]
) -> None:
    test = named_by(interest)
    assert test is not None
    assert test(title, frozenset(tag.casefold() for tag in tags))


@pytest.mark.parametrize(
    ("interest", "title"),
    [
        ("Go", "Where to go next"),
        ("Go", "AlphaGo and Gopher"),
        ("C", "C++ and C# compared"),
        ("C", "Objective-C is over"),
        ("C", "Neurons of C. elegans"),
        ("C", "A tale by H. C. Andersen"),
        ("C", "Above 20 \u00b0C and vitamin C"),
        ("C", "C'est la vie, and the C4 corpus"),
        ("R", "DeepSeek R1 and R. A. Fisher"),
        ("Go", "Going to Godot"),
        ("R", "R&D budgets"),
        ("R", "Let r be a number"),
        ("IT", "it works"),
        ("R&D", "R and D"),
        (".NET", "Neural net of the internet"),
        ("R language", "Language models"),
        ("code", "Decoder and codec"),
        ("言語モデル", "言語とモデル"),
    ],
)
def test_a_name_is_no_part_of_another_word(interest: str, title: str) -> None:
    test = named_by(interest)
    assert test is not None
    assert not test(title, frozenset())


@pytest.mark.parametrize(
    "interest", ["graph neural networks", "C++ compilers", "Go compilers", "language"]
)
def test_phrases_with_a_subject_are_ranked_by_their_words(interest: str) -> None:
    assert named_by(interest) is None
    assert not says_nothing(interest)


@pytest.mark.parametrize("interest", ["the", "a", "I", "of it", "2026", "!!!", "what about us"])
def test_what_holds_no_subject_and_no_name_says_nothing(interest: str) -> None:
    assert says_nothing(interest)


@pytest.mark.parametrize("interest", ["Go", "R", "c", "code", "IT", "药物", "C++", "3D"])
def test_short_names_say_something(interest: str) -> None:
    assert not says_nothing(interest)
