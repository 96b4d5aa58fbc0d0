from __future__ import annotations

import pytest

from language.openers import without_opener


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("In this paper, we present CAT-Q.", "We present CAT-Q."),
        ("To address these issues, we propose TIGRAG.", "We propose TIGRAG."),
        ("Based on this observation, we train less.", "We train less."),
        ("However, in this work, we show the reverse.", "We show the reverse."),
        ("To this end, we collect 371 tasks.", "We collect 371 tasks."),
        ("Guided by this insight, we propose a cache.", "We propose a cache."),
    ],
)
def test_a_claim_begins_the_line(sentence: str, claim: str) -> None:
    assert without_opener(sentence) == claim


@pytest.mark.parametrize(
    "sentence",
    [
        "To address hallucination in legal text, we propose a check.",
        "In this paper, LogiCo finds faults.",
        "Welders here, weld.",
        "However, weights differ.",
        "Using these weights, we halve the cost.",
        "",
    ],
)
def test_what_says_something_stays(sentence: str) -> None:
    assert without_opener(sentence) == sentence
