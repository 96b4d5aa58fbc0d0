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
        ("muted: crypto, NFTs", ["crypto", "NFTs"]),
        ("don't ever show me golf", ["golf"]),
        ("keep golf out of it", ["golf"]),
        ("golf bores me to death", ["golf"]),
        ("I've had it with golf", ["golf"]),
        ("Ich mag Golf nicht", ["Golf"]),
        ("Ich möchte keine Nachrichten über Golf", ["Golf"]),
        ("Je n'aime ni le golf ni le tennis", ["golf", "tennis"]),
        ("J'en ai marre de ChatGPT", ["ChatGPT"]),
        ("nothing on golf please", ["golf"]),
        ("I'm fed up with ChatGPT posts", ["ChatGPT"]),
        ("no LLM hype", ["LLM hype"]),
        ("not a big fan of opera", ["opera"]),
        ("I'd rather not see spoilers", ["spoilers"]),
        ("I couldn't care less about tennis", ["tennis"]),
        ("I have zero interest in astrology", ["astrology"]),
        ("Enough of startups, thanks", ["startups"]),
        ("neither golf nor tennis", ["golf", "tennis"]),
        ("I don't want golf, tennis, or chess", ["golf", "tennis", "chess"]),
        ("stop sending me press releases", ["press releases"]),
        ("Golf? No.", ["Golf"]),
        ("golf - no thanks", ["golf"]),
        ("What I don't need: golf, tennis", ["golf", "tennis"]),
        ("❌ golf\n🚫 tennis", ["golf", "tennis"]),
        ("I'm interested in anything but golf", ["golf"]),
        ("kein Interesse an Golf", ["Golf"]),
        ("Ich interessiere mich nicht für Golf", ["Golf"]),
        ("Golf interessiert mich nicht", ["Golf"]),
        ("alles außer Golf", ["Golf"]),
        ("Je ne suis pas intéressé par le golf", ["golf"]),
        ("pas de golf, ni de tennis", ["golf", "tennis"]),
        ("rien sur la bourse", ["bourse"]),
        ("no me interesa el golf", ["golf"]),
        ("对高尔夫不感兴趣", ["高尔夫"]),
        ("ゴルフは興味ない", ["ゴルフ"]),
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
        ("I hate not seeing papers on maps", ["maps"]),
        ("I don't want to miss out on maps", ["maps"]),
        ("can't get enough of maps", ["maps"]),
        ("nothing but maps", ["maps"]),
        ("not only maps but also globes", ["maps", "globes"]),
        ("maps / globes / atlases", ["maps", "globes", "atlases"]),
        ("maps | globes", ["maps", "globes"]),
        ("CI/CD", ["CI/CD"]),
        ("old maps, e.g. portolans and atlases", ["old maps", "portolans", "atlases"]),
        ("🗺️ maps\n✅ globes\n1️⃣ atlases", ["maps", "globes", "atlases"]),
        ("- [ ] maps\na) globes\n> atlases", ["maps", "globes", "atlases"]),
        ("#maps #globes", ["maps", "globes"]),
        ("**maps**\n`globes`", ["maps", "globes"]),
        ("“old maps”, 'globes'", ["old maps", "globes"]),
        (
            "Internet of Things; user-generated content",
            ["Internet of Things", "user-generated content"],
        ),
        ("hide and seek; skip connections", ["hide and seek", "skip connections"]),
        (
            "hate speech detection; NoPE; minus sign; except clauses",
            ["hate speech detection", "NoPE", "minus sign", "except clauses"],
        ),
        ("Meine Interessen: Karten, Globen", ["Karten", "Globen"]),
        ("All things maps. Keen on globes.", ["maps", "globes"]),
        ("I prefer maps to globes", ["maps"]),
        ("NLP (parsing, tagging)", ["NLP (parsing, tagging)"]),
        ("Ich interessiere mich für Karten und Globen", ["Karten", "Globen"]),
        ("Les cartes m'intéressent", ["cartes"]),
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
        ("I don't care for golf but love maps", ["maps"], ["golf"]),
        ("+ maps\n- golf", ["maps"], ["golf"]),
        ("Maps yes, golf no", ["Maps"], ["golf"]),
        ("Tout sur les cartes sauf le golf", ["cartes"], ["golf"]),
        ("not so much about golf, more maps", ["maps"], ["golf"]),
        ("no golf, but maps yes", ["maps"], ["golf"]),
        ("don't show me golf, show me maps instead", ["maps"], ["golf"]),
        ("maps (no globes, no atlases)", ["maps"], ["globes", "atlases"]),
        ("maps without globes", ["maps"], ["globes"]),
        ("maps rather than globes", ["maps"], ["globes"]),
        ("maps not globes", ["maps"], ["globes"]),
        ("Likes: maps; Dislikes: golf", ["maps"], ["golf"]),
        ("Ich mag Karten, aber kein Golf", ["Karten"], ["Golf"]),
        ("Je m'intéresse aux cartes, mais pas au golf", ["cartes"], ["golf"]),
        ("LLM agents, no LLM papers", ["LLM agents"], ["LLM papers"]),
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
    known = {"i like maps, not globes", "cats, dogs", "mute: it's, not a list"}
    said = statement("I like maps, not globes\ncats, dogs\nmute: it's, not a list", known)
    assert said.wanted == ("I like maps, not globes", "cats, dogs")
    assert said.unwanted == ("it's, not a list",)


def test_a_long_text_is_understood_at_once_and_within_bounds() -> None:
    begun = time.process_time()
    for part in ("not ", "I like ", "- ", "but not x ", "my a ", "the any ", "w, ", "(", "and or "):
        assert len(statement(part * (20_000 // len(part))).wanted) <= MAX_PHRASES
    assert len(statement(", ".join(f"word{n}" for n in range(999))).wanted) == MAX_PHRASES
    assert time.process_time() - begun < 10


@given(st.text(max_size=200))
def test_no_text_makes_it_fail(typed: str) -> None:
    statement(typed)
