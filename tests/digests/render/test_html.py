from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given

from digests.render.html import render
from digests.render.palette import DARK, LIGHT, Palette
from digests.view import view
from tests.digests.examples import NOTHING, draft, example
from tests.digests.hostile import TEXTS, any_text, digest_of
from tests.digests.render.pages import Page


def test_the_first_line_of_a_sample_says_so() -> None:
    assert Page.of(render(example(sample=True))).texts("p")[0] == "sample data: asked nobody"
    assert "sample data" not in render(example())


def test_there_is_one_h1_and_no_heading_level_is_left_out() -> None:
    levels = [int(e.tag[1]) for e in Page.of(render(example())).all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_sections_and_titles_are_headings_in_reading_order() -> None:
    page = Page.of(render(example()))
    assert page.texts("h2")[:3] == ["Deadlines", "Top picks", "Also"]
    assert page.texts("h3")[3] == "1 E(n) Equivariant Graph Neural Networks"


def test_a_title_is_the_link_and_its_text_says_where_it_leads() -> None:
    links = {e.text: e.attributes["href"] for e in Page.of(render(example())).all("a")}
    title = "DiffDock: Diffusion Steps, Twists, and Turns for Molecular Docking"
    assert links[title] == "https://arxiv.org/abs/2210.01776"
    assert links["code"] == "https://github.com/vgsatorras/egnn"


def test_everything_in_the_view_stands_in_the_page() -> None:
    digest = example(sample=True)
    page = view(digest)
    shown = " ".join(Page.of(render(digest)).all("body")[0].text.split())
    for card in (*page.deadlines, *(c for s in page.sections for c in s.cards)):
        for text in (card.title, *card.facts, card.kind, *card.chips):
            assert text in shown
    for section in page.sections:
        for card in section.cards:
            assert card.summary in shown
    for text in (
        page.headline,
        *page.contents,
        *page.interests,
        page.sources,
        page.zone,
        *page.thanks,
    ):
        assert text in shown


def test_a_deadline_carries_its_moment_for_machines() -> None:
    moments = [e.attributes["datetime"] for e in Page.of(render(example())).all("time")]
    assert moments[0] == "2026-11-24T23:59:00+00:00"


def test_an_empty_digest_is_a_whole_page() -> None:
    page = Page.of(render(draft(note=NOTHING)))
    assert NOTHING in page.all("main")[0].text
    assert page.all("h2") == []
    assert "2 of 3 fresh" in page.all("footer")[0].text


def test_the_page_declares_language_direction_and_a_strict_policy() -> None:
    page = Page.of(render(example()))
    assert page.declared.lower() == "doctype html"
    root = page.all("html")[0].attributes
    assert (root["lang"], root["dir"]) == ("en", "ltr")
    policy = next(
        e.attributes["content"]
        for e in page.all("meta")
        if e.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_nothing_is_fetched_and_nothing_runs() -> None:
    html = render(example())
    page = Page.of(html)
    assert not page.all("script", "img", "link", "iframe", "object", "form", "base")
    assert "url(" not in html
    assert "@import" not in html
    assert not [name for e in page.elements for name in e.attributes if name.startswith("on")]


def forms(page: Page) -> Counter[tuple[str, ...]]:
    """Count the elements of a page by tag and names of attributes."""
    return Counter((e.tag, *e.attributes) for e in page.elements)


@given(any_text())
def test_foreign_text_adds_no_element_no_attribute_and_no_other_link(text: str) -> None:
    page = Page.of(render(digest_of(text)))
    # A text that nothing is left of may leave an element out; none may bring one in.
    assert forms(page) <= forms(Page.of(render(digest_of("harmless"))))
    assert all(e.attributes["href"].startswith("https://example.org/") for e in page.all("a"))


@pytest.mark.parametrize("text", TEXTS)
def test_foreign_text_stands_isolated_from_the_direction_of_the_page(text: str) -> None:
    page = Page.of(render(digest_of(text)))
    titles = [e for e in page.all("bdi") if "h3" in e.path]
    assert len(titles) == len(page.all("h3")) == 2


def test_a_page_of_a_long_digest_stays_below_what_a_mail_program_clips() -> None:
    html = render(digest_of("word " * 1000))
    addresses = sum(len(e.attributes["href"]) for e in Page.of(html).all("a"))
    bare = len(render(draft()).encode())
    assert (len(html.encode()) - addresses - bare) / 2 < 3_000  # bytes of the longest card
    assert bare < 10_000


def test_a_page_is_the_same_every_time() -> None:
    assert render(example()) == render(example())


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_enough_contrast(palette: Palette) -> None:
    for running in (palette.title, palette.text):
        assert contrast(running, palette.page) >= 7
    for small in (palette.meta, palette.link, palette.why):
        assert contrast(small, palette.page) >= 4.5
    assert contrast(palette.bar_text, palette.bar) >= 7


def test_every_link_in_the_bar_has_the_contrast_of_the_bar() -> None:
    html = render(example())
    rules = dict(re.findall(r"^([^{}\n]+) \{ ([^}]*) \}$", html, re.MULTILINE))
    assert LIGHT.bar_text in rules[".bar a"]
    assert contrast(LIGHT.link, LIGHT.page) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_line_under_a_title_can_be_seen(palette: Palette) -> None:
    lines = re.findall(
        r"^([^{}\n]+) \{ ([^}]*text-decoration-color[^}]*) \}$", render(example()), re.M
    )
    seen = set()
    for rule, declared in lines:
        for found in re.findall(r"text-decoration-color: (#[0-9a-f]{6})", declared):
            behind = "bar" if ".bar a" in rule else "page"
            of = LIGHT if found in colours(LIGHT) else DARK
            if of is palette:
                seen.add(behind)
                assert contrast(found, getattr(palette, behind)) >= 3, f"{rule}: {found}"
    assert seen == {"bar", "page"}


def colours(palette: Palette) -> set[str]:
    return {getattr(palette, name) for name in Palette.__slots__}


def test_every_colour_of_the_page_is_of_its_palette() -> None:
    known = colours(LIGHT) | colours(DARK)
    assert set(re.findall(r"#[0-9a-f]{6}", render(example()))) - known == {"#000000"}  # for print


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
