"""What people write of themselves becomes phrases, and what they do not want is kept apart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.statements import MAX_PHRASES, statement

BIOGRAPHY = """\
Hello! I'm a postdoc at Somewhere, working on protein folding with diffusion models.
Before that, I was a consultant in Zurich. In my free time I enjoy sailing and old maps.
I really don't care about celebrity gossip.
"""


@pytest.mark.parametrize(
    ("typed", "unwanted"),
    [
        ("not interested in crypto", ["crypto"]),
        ("I'm not really interested in cryptocurrency or NFTs.", ["cryptocurrency", "NFTs"]),
        ("I don’t want to see any more election news, please", ["election"]),  # noqa: RUF001
        ("no politics, no sports", ["politics", "sports"]),
        ("I hate web3; tired of AI slop", ["web3", "AI slop"]),
        ("Celebrity gossip doesn't interest me", ["Celebrity gossip"]),
        ("-blockchain", ["blockchain"]),
        ("Anything but golf", ["golf"]),
        ("keine Werbung", ["Werbung"]),
        ("mute: it's, not a list", ["it's, not a list"]),
        ("crypto: no thanks", ["crypto"]),
    ],
)
def test_what_somebody_does_not_want_is_no_interest(typed: str, unwanted: list[str]) -> None:
    said = statement(typed)
    assert list(said.unwanted) == unwanted
    assert said.wanted == ()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (
            "- graph neural networks\n* drug discovery\n3. C++\n• Rust",
            ["graph neural networks", "drug discovery", "C++", "Rust"],
        ),
        (
            "My research interests are: topological codes, surface codes",
            ["topological codes", "surface codes"],
        ),
        (
            "I work on speech recognition and machine translation.",
            ["speech recognition", "machine translation"],
        ),
        ("Please show me more about compilers.", ["compilers"]),
        ("1) LLM evals 2) search; maps", ["LLM evals", "search", "maps"]),
        ("quantum error correction, surface codes", ["quantum error correction", "surface codes"]),
        ("vision, language and action", ["vision, language and action"]),
        (
            "no-code tools; no free lunch theorems; learning without labels",
            ["no-code tools", "no free lunch theorems", "learning without labels"],
        ),
        ("attention is all you need", ["attention is all you need"]),
        (".NET; C#; (maybe) interpretability", [".NET", "C#", "(maybe) interpretability"]),
        ("図書館、推論の高速化", ["図書館", "推論の高速化"]),
    ],
)
def test_lists_and_sentences_become_phrases(typed: str, wanted: list[str]) -> None:
    said = statement(typed)
    assert list(said.wanted) == wanted
    assert said.unwanted == ()


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("I like Rust and Go but not crypto.", ["Rust", "Go"], ["crypto"]),
        ("Everything about databases except NoSQL", ["databases"], ["NoSQL"]),
        ("LLM agents, not image generation", ["LLM agents"], ["image generation"]),
        (
            "Not interested:\n- crypto\n- sports\nInterested:\n- maps",
            ["maps"],
            ["crypto", "sports"],
        ),
        ("I want papers on graphs but I don't want surveys", ["graphs"], ["surveys"]),
    ],
)
def test_both_may_stand_in_one_text(typed: str, wanted: list[str], unwanted: list[str]) -> None:
    said = statement(typed)
    assert (list(said.wanted), list(said.unwanted)) == (wanted, unwanted)


def test_a_biography_gives_its_subjects_and_says_what_it_ignores() -> None:
    said = statement(BIOGRAPHY)
    assert said.wanted == ("protein folding with diffusion models", "sailing", "old maps")
    assert said.unwanted == ("celebrity gossip",)
    assert said.ignored == ("Before that, I was a consultant in Zurich",)


def test_present_interests_stay_as_they_are() -> None:
    known = {"i like maps, not globes", "cats, dogs"}
    assert statement("I like maps, not globes\ncats, dogs", known).wanted == (
        "I like maps, not globes",
        "cats, dogs",
    )


def test_a_long_text_is_understood_at_once_and_within_bounds() -> None:
    begun = time.process_time()
    for part in ("not ", "I like ", "- ", "but not x ", "my a ", "the any ", "w, ", "(", "and or "):
        assert len(statement(part * (20_000 // len(part))).wanted) <= MAX_PHRASES
    assert len(statement(", ".join(f"word{n}" for n in range(999))).wanted) == MAX_PHRASES
    assert time.process_time() - begun < 10


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(typed: str) -> None:
    statement(typed)
