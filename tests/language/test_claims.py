"""What is claimed of a text stands in it, word for word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.claims import Found, TextWords
from language.tokens import pieces
from tests.corpora import needs_corpus, rows
from tests.digests.hostile import any_text

PHRASES = (
    "retrieval augmented generation",
    "evaluating RAG",
    "legal documents",
    "LoRA fine-tuning on a single GPU",
    "small language models",
    "graph neural networks",
    "C++",
    "R",
    "Go",
    "machine learning",
    "MCP servers",
    "weather forecasting",
    "web scraping with agents",
    "知识图谱",
)

LAW = TextWords(
    "Retrieval-Augmented Generation for Law",
    "We fine-tuned LoRA adapters of Quantized models. Documents, and a mixture-of-experts; the "
    "legal part is an analysis of the data on GNNs with a diffusion model\u2019s help.",
    ("Go", "vector-search"),
)


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("retrieval augmented generation", Found(whole=True, share=1.0)),
        ("Mixture of Experts", Found(whole=True, share=1.0)),
        ("GNNs", Found(whole=True, share=1.0)),
        ("GNN", Found(words=("GNNs",), share=1.0)),
        ("diffusion models", Found(words=("diffusion model",), share=1.0)),
        ("data analysis", Found(words=("data", "analysis"), share=1.0)),
        ("analysis data", Found(words=("analysis of the data",), share=1.0)),
        ("quantization", Found(words=("Quantized",), share=1.0)),
        ("legal documents", Found(words=("legal", "Documents"), share=1.0)),
        ("legal aid", Found(words=("legal",), share=0.5)),
        ("Go", Found(words=("Go",), share=1.0, tagged=True)),
        ("vector databases", Found(words=("vector-search",), share=0.5, tagged=True)),
        ("drug discovery", Found()),
        ("", Found()),
    ],
)
def test_a_phrase_is_found_whole_or_by_the_words_of_it_that_stand_there(
    phrase: str, found: Found
) -> None:
    assert LAW.find(phrase) == found


def test_words_on_both_sides_of_a_full_stop_are_not_side_by_side() -> None:
    assert TextWords("We fold proteins. Structure matters").find("protein structure") == Found(
        words=("proteins", "Structure"), share=1.0
    )


_COMMAND = re.compile(r"\\[A-Za-z]+")  # LaTeX's, which nobody reads
_LETTERS = re.compile(r"[^\W_]+")


def bare(text: str) -> str:
    """Return a text as letters and figures in lower case with single blanks between."""
    plain = unicodedata.normalize("NFKC", _COMMAND.sub(" ", text)).casefold()
    return f" {' '.join(_LETTERS.findall(plain))} "


def standing(phrase: str, title: str, summary: str) -> Iterator[tuple[str, str]]:
    """Yield what is claimed of a text, and where it must stand."""
    found = TextWords(title, summary).find(phrase)
    text = bare(f"{title}\n{summary}")
    if found.whole:
        yield bare(phrase), text
    for words in found.words:
        yield bare(words), text


def assert_true(phrase: str, title: str, summary: str) -> None:
    for claim, text in standing(phrase, title, summary):
        assert claim in text or claim.strip() in text, (phrase, claim)


@given(any_text(), any_text(), any_text())
def test_whatever_is_claimed_stands_in_any_text(phrase: str, title: str, summary: str) -> None:
    assert_true(phrase, title, summary)
    assert_true(title, title, summary)


FEW = ("data", "analysis", "of", "graph", "networks", "deep", ".", "-", "for", "GNNs")


@given(st.lists(st.sampled_from(FEW)))
def test_whatever_is_claimed_stands_in_texts_of_few_words(words: list[str]) -> None:
    text = " ".join(words)
    for phrase in ("graph networks", "analysis of data", "deep graph analysis", "GNN"):
        assert_true(phrase, text, "")
        if f" {phrase} " in f" {text} ":
            assert TextWords(text).find(phrase).whole


@needs_corpus
@pytest.mark.parametrize(
    ("name", "title", "summary"),
    [
        ("arxiv-sample.jsonl", "title", "abstract"),
        ("arxiv-odd.jsonl", "title", "abstract"),
        ("github_trending-all.jsonl", "repo", "description"),
        ("stackoverflow_questions.jsonl", "title", "url"),
        ("hackernews_top.jsonl", "title", "author"),
    ],
)
def test_whatever_is_claimed_stands_in_real_texts(name: str, title: str, summary: str) -> None:
    claims = 0
    for row in rows(name, every=2, limit=250):
        texts = row[title], row[summary] or ""
        # A few words of the text itself, besides: what a person would copy from it.
        copied = " ".join(pieces(texts[0])[:3])
        for phrase in (*PHRASES, copied):
            claims += len(list(standing(phrase, *texts)))
            assert_true(phrase, *texts)
    assert claims > 250
