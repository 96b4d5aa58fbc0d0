"""Every text here was written for this test."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.boilerplate import statements

SAID = "A small tool that renames photos by the day they were taken."


@pytest.mark.parametrize(
    "text",
    [
        f"{SAID} The post Renaming photos appeared first on Example Lab.",
        f"{SAID} submitted by /u/some_body [link] [comments]",
        f"{SAID} /u/some_body [link] [14 comments]",
        f"Article URL: https://a.example/x Comments URL: https://b.example/1 Points: 5 {SAID}",
        f"{SAID} Points: 5 # Comments: 12",
        f"{SAID} Continue reading Renaming photos →",
        f"{SAID} Read more…",
        f"{SAID} Subscribe to our newsletter for more.",
        f"We use cookies to improve your visit. {SAID}",
        f"By continuing to browse you agree to our terms. {SAID}",
        f"Hello everyone! {SAID}",
        "Hi r/python, a small tool that renames photos by the day they were taken.",
        f"Hey folks — {SAID}",
        f"TL;DR: {SAID}",
        f"This post was originally published elsewhere. {SAID}",
        f"Photo by A. Body. {SAID}",
        f"点击上方“某某” 即可关注我们哦{SAID}",
        f"[![build](https://ci.example/b.svg)](https://ci.example) ![stars](https://s.example/x)\n{SAID}",
        f"# Photo renamer\n\n## Install\n{SAID}",
        f"Release Notes\nReleased on 2026-11-22.\nHighlights\n{SAID}",
        f"What's Changed\n* {SAID}\n**Full Changelog**: https://git.example/compare/v1...v2",
        f"v1.2.3\n- {SAID}",
        f"```\npip install renamer\n```\n{SAID}",
        f"pip install renamer\n$ renamer --help\n{SAID}",
        f"docker run example/renamer\nnpm install renamer\n{SAID}",
        f"https://photos.example/renamer\n{SAID}",
        f"<p align='center'><img src='x.png'></p>\n{SAID}",
        f":rocket: {SAID}",
        f"**{SAID}**",
        f"• {SAID}",
        f"A tool! {SAID}",
    ],
)
def test_what_says_nothing_is_left_out(text: str) -> None:
    assert statements(text, "A tool")[0] == SAID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Comments",
        "v1.95.79",
        "Photo renamer",
        "submitted by /u/some_body [link] [comments]",
        "submitted bysomebodytopictures [link][959 comments]",
        "Article URL: https://a.example/x Comments URL: https://b.example/1 Points: 5",
        "https://photos.example/",
        "![logo](https://photos.example/logo.png)",
        "-",
    ],
)
def test_a_text_of_nothing_else_says_nothing(text: str) -> None:
    assert statements(text, "Photo renamer!") == []


@pytest.mark.parametrize(
    "text",
    [
        "Docker images for small boards.",
        "Git hooks written in Rust.",
        "By using contrastive learning, it doubles the recall.",
        "Cookies of 40,000 bakeries, with recipes.",
        "High dynamic range for phones.",
        "Hidden Markov models of speech.",
        "Images of 900 birds with their songs.",
        "Points: a library for 3D clouds.",
        "Read more papers than you can print.",
        "Follows a ball with one camera.",
        "Version 2.0 halves the memory.",
        "What's new in graph learning this year?",
        "Use `a_b` and x * y * z here.",
        "12 Weeks, 24 Lessons, AI for All!",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert statements(text, "Something else") == [text]


def test_items_of_a_list_are_statements_of_their_own() -> None:
    text = "Bug fixes\n- Fix the crash when a folder is empty\n- Keep the time zone of the camera"
    assert statements(text) == [
        "Fix the crash when a folder is empty",
        "Keep the time zone of the camera",
    ]


def test_a_sentence_that_its_source_cut_says_so() -> None:
    assert statements("A tool that renames photos by […]") == ["A tool that renames photos by…"]


@given(st.text() | st.text("#*_[]()!<>:/.$`-u1 a\n"))
def test_statements_are_clean_lines_of_any_text(text: str) -> None:
    for line in statements(text, "title"):
        assert line.strip() == line != ""
        assert "\n" not in line


@pytest.mark.parametrize(
    "piece", ["[", "![", "_a ", "*a ", "<a ", "The post ", "u/a [link] [", "1. "]
)
def test_no_text_takes_more_than_a_few_times_what_prose_takes(piece: str) -> None:
    def seconds(text: str) -> float:
        started = time.process_time()
        for _ in range(5):
            statements(text)
        return time.process_time() - started

    prose = seconds("It renames photos by the day they were taken. " * 200)
    assert seconds(piece * (8000 // len(piece))) < 50 * prose
