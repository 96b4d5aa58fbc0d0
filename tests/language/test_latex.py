# ruff: noqa: RUF001  # formulas need the signs that Unicode has for them

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.latex import readable

ODD = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "arxiv-odd.jsonl"


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("plain text, 100% of it & more", "plain text, 100% of it & more"),
        ("Net$^2$: a $k$-step method", "Net²: a k-step method"),
        ("X$^{2}$-Field and $x_{ij}$", "X²-Field and xᵢⱼ"),
        (r"the $\ell_1$ norm", "the ℓ₁ norm"),
        (r"360$^\circ$ views", "360° views"),
        (r"$\texttt{Edit}$: \textit{Rule}s and \emph{more}", "Edit: Rules and more"),
        (r"via $\mathbf{\texttt{D}}$ual heads", "via Dual heads"),
        (r"($\times$4) at $10^{-3}$", "(×4) at 10⁻³"),
        (r"$\alpha_t^{\top}$ grows", "αₜᵀ grows"),
        (r"in $O(n \log n)$ time", "in O(n log n) time"),
        (r"Mus\'ee M\"uller \& Co.", "Musée Müller & Co."),
        ("Mus{é}e of {GAN}s", "Musée of GANs"),
        (r"50\% of it~\cite{a} here", "50% of it here"),
        (r"\href{https://example.org}{the code}", "the code"),
        ("costs $5 and $10 now", "costs $5 and $10 now"),
        ("from $0.70 to $1 a day", "from $0.70 to $1 a day"),
        ("a {set: of} braces", "a {set: of} braces"),
        (r"\(x^{10}\) and $$E=mc^2$$", "x¹⁰ and E=mc²"),
        (r"\mymethod wins", "mymethod wins"),
        (r"unclosed $\frac{1", "unclosed 1"),
    ],
)
def test_latex_reads_as_a_person_would_write_it(latex: str, text: str) -> None:
    assert " ".join(readable(latex).split()) == text


def test_huge_and_deeply_nested_input_is_answered_quickly() -> None:
    for text in ("{" * 5000, "$" * 5001, "\\" * 5000, r"\frac{" * 2000, "$x$ " * 20_000):
        assert isinstance(readable(text), str)


@given(st.text(alphabet="ab $\\{}^_%&#~1\n()[]é", max_size=80))
def test_nothing_makes_it_fail(text: str) -> None:
    readable(text)


@given(st.text())
def test_text_without_signs_of_latex_is_left_alone(text: str) -> None:
    plain = re.sub(r"[$\\{]", "", text)
    assert readable(plain) == plain


@pytest.mark.skipif(not ODD.exists(), reason="the shared corpus of odd records is not here")
def test_odd_titles_of_the_real_corpus_lose_their_markup() -> None:
    with ODD.open(encoding="utf-8") as lines:
        titles = [row["title"] for row in map(json.loads, lines) if row["why"] == "latex-title"]
    assert titles
    for title in titles:
        assert not re.search(r"\\[a-z]|\$[^\d]|\^\{", readable(title)), title
