from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_url
from core.links import link_identifier, mentions
from core.mirrors import original


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/amp/s/www.lab.org/post/amp/",
        "https://cdn.ampproject.org/c/s/www.lab.org/post",
        "https://www-lab-org.cdn.ampproject.org/v/s/www.lab.org/post?amp=1",
        "https://web.archive.org/web/20260101000000/http://lab.org/post",
        "https://web.archive.org/web/20260101000000if_/https:/lab.org/post?utm_source=x",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Flab.org%2Fpost",
    ],
)
def test_caches_and_archives_show_the_page_itself(url: str) -> None:
    assert canonical_url(url) == "https://lab.org/post"


@pytest.mark.parametrize(
    "url",
    [
        "git@github.com:Owner/Repo.git",
        "ssh://git@github.com/owner/repo",
        "git+https://github.com/owner/repo",
        "https://raw.githubusercontent.com/owner/repo/main/README.md",
        "https://api.github.com/repos/owner/repo",
        "https://codeload.github.com/owner/repo/zip/refs/heads/main",
        "https://github.dev/owner/repo",
        "https://deepwiki.com/owner/repo",
        "https://colab.research.google.com/github/owner/repo/blob/main/a.ipynb",
        "https://nbviewer.org/github/owner/repo/blob/main/a.ipynb",
        "https://mybinder.org/v2/gh/owner/repo/main",
    ],
)
def test_ways_to_a_repository_name_it(url: str) -> None:
    assert link_identifier(url) == "repository:github/owner/repo"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://hf-mirror.com/owner/name", "model:huggingface/owner/name"),
        ("https://hf-mirror.com/papers/2401.00001", "paper:arxiv/2401.00001"),
        ("https://paperswithcode.co/paper/2401.00001", "paper:arxiv/2401.00001"),
        ("https://paperswithcode.co/2401.00001v2/", "paper:arxiv/2401.00001"),
        (
            "https://web.archive.org/web/2026/https://arxiv.org/abs/2401.00001",
            "paper:arxiv/2401.00001",
        ),
    ],
)
def test_mirrors_name_what_they_show(url: str, named: str) -> None:
    assert link_identifier(url) == named


def test_mirrors_count_in_running_text() -> None:
    text = "raw.githubusercontent.com/o/r/main/x, https://hf-mirror.com/o/m, github.com/a/b"
    assert {name for name, _ in mentions(text)} == {
        "repository:github/o/r",
        "model:huggingface/o/m",
        "repository:github/a/b",
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://lab.org/web/20260101000000/https://other.org/",
        "https://notweb.archive.organisation.example/web/2026/https://lab.org/",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url",
        "ftp://web.archive.org/web/2026/https://lab.org/",
        "mailto:git@github.com",
        "",
    ],
)
def test_what_shows_no_other_page_is_itself(url: str) -> None:
    assert original(url) == url


@given(st.text())
def test_any_text_comes_back_as_text(text: str) -> None:
    assert isinstance(original(text), str)
    assert isinstance(original(f"https://www.google.com/url?q={text}"), str)
    assert isinstance(original(f"https://web.archive.org/web/1/{text}"), str)
