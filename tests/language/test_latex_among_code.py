# formulas need the signs that Unicode has for them

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.latex_among_code import holds_code, readable_among_code


@pytest.mark.parametrize(
    "title",
    [
        r"Why does \n not end a line in a \t table?",
        r"Cannot delete D:\text\alpha\beta.txt",
        r"Mount \\server\share\text{x} at boot",
        r"Where is %APPDATA%\npm?",
        r"Namespace App\Models\User not found",
        "Set ${PORT} and $HOME/$USER, not ${A}/${B}",
        "Format with {} and {name}",
        r"Match \d+\s*\b and \(foo\) in sed",
        r"Escape \"eval\" in JSON",
        r"'/\/\\/' in sed",
        r"\u{1F600} and \x41 in Rust",
        "for ($i=0;$i<3;$i++) print $1,$2",
        '"$d =~ /^.{$s}$/" fails',
        "from $5M to $6M, $100 or A$200",
        r"How \input{file} and \section{a} work",
        r"What \mycommand{x} does",
        r"\(x) x + 1 in R",
        r"Use sed 's/\(a\)\/b/' twice",
        r"grep '\(a\)*' finds it",
        r"Say f\"{y}\" in a shell",
    ],
)
def test_code_is_shown_as_it_was_written(title: str) -> None:
    assert readable_among_code(title) == title


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("M$^2$CD, $k$NN and $k$-means", "M²CD, kNN and k-means"),
        (r"Sorting in $O(n \log n)$.", "Sorting in O(n log n)."),
        ("Why is $E = mc^2$ right?", "Why is E = mc² right?"),
        (r"\textbf{Bold} \beta-VAE, \zeta(3)", "Bold β-VAE, ζ(3)"),
        (r"Mus\'ee M\"uller, \'Etude, Erd\H{o}s, S\o ren", "Musée Müller, Étude, Erdős, Søren"),
        (r"50\% of it, A \& B", "50% of it, A & B"),
        (r"{\em very} nice, \frac{1}{2}", "very nice, 1/2"),
        (r"\(x \leq 1\)", "x ≤ 1"),
        (r"C:\new and $\ell_1$", r"C:\new and ℓ₁"),
    ],
)
def test_formulas_and_known_commands_are_read(title: str, shown: str) -> None:
    assert readable_among_code(title) == shown


@pytest.mark.parametrize("title", [r"C:\new", "${HOME} again", "use {} here", r"a \n b"])
def test_code_in_the_title_of_a_paper_is_noticed(title: str) -> None:
    assert holds_code(title)


@pytest.mark.parametrize(
    "title",
    [r"A \name\ for $\ell_1$", "{GAN}s", r"M{}CD, \'etude", r"\nu-SVM", r"\textsc{Tool}: x"],
)
def test_latex_in_the_title_of_a_paper_is_not_taken_for_code(title: str) -> None:
    assert not holds_code(title)


def test_hostile_titles_are_answered_quickly() -> None:
    begun = time.process_time()
    for part in ("{", "$", "\\", r"\frac{", r"\text{{{", "a\\(", "\\[", "C:\\", '\\"a', "{\\em "):
        readable_among_code(part * (19_000 // len(part)))
    assert time.process_time() - begun < 10


@given(st.text(alphabet="ab $\\{}^_%&#~1\n()[]éC:\"'", max_size=80))
def test_nothing_makes_it_fail(text: str) -> None:
    readable_among_code(text)


@given(st.text())
def test_text_without_dollars_and_backslashes_is_left_alone(text: str) -> None:
    plain = text.replace("$", "").replace("\\", "")
    assert readable_among_code(plain) == plain
