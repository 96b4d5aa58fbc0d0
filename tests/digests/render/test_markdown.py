from __future__ import annotations

import re

import pytest

from digests.render.markdown import escaped, render
from tests.digests.examples import NOTHING, draft, example
from tests.digests.hostile import TEXTS, digest_of


def test_a_digest_has_headings_links_and_reasons() -> None:
    written = render(example())
    assert written.startswith("# Tidings, 15 to 22 Nov 2026\n\n7 picks from 412 new items")
    assert "\n## Deadlines\n" in written
    assert (
        "\n### [E(n) Equivariant Graph Neural Networks](<https://arxiv.org/abs/2102.09844>)\n"
        in written
    )
    assert "[code](<https://github.com/vgsatorras/egnn>)" in written
    assert "\n● graph neural networks · ● like" in written
    assert "\n\n\n" not in written


def test_a_quiet_week_is_a_whole_page() -> None:
    assert f"*{NOTHING}*" in render(draft(note=NOTHING))


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain words, with - and + and 1.5", "plain words, with - and + and 1.5"),
        ("a_b *c* `d` [e](f)", r"a\_b \*c\* \`d\` \[e\](f)"),
        ("<script>", r"\<script\>"),
        ("see https://evil.example", r"see https\:\/\/evil.example"),
        ("www.evil.example ann@evil.example", r"www\.evil.example ann\@evil.example"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("=====", r"\====="),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
    ],
)
def test_signs_that_mean_something_are_escaped(text: str, safe: str) -> None:
    assert escaped(text) == safe


@pytest.mark.parametrize("hostile", TEXTS)
def test_no_text_makes_a_link_a_heading_or_markup(hostile: str) -> None:
    written = render(digest_of(hostile))
    bare = re.sub(r"\\.", "", re.sub(r"\]\(<[^>\s]*>\)", "]()", written))
    assert bare.count("](") == 2
    assert "<" not in bare
    assert len(re.findall(r"^#", bare, re.MULTILINE)) == 4
