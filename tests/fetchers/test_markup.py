from __future__ import annotations

import json
import time

import pytest

from fetchers.markup import html_text, parse_html, parse_xml
from fetchers.source import MalformedError


def test_blocks_become_lines_and_inline_marks_vanish() -> None:
    markup = "<h1>One</h1><p>two <b>three</b>\nfour<br>five</p><ul><li>six<li>seven</ul>tail"
    assert html_text(markup) == "One\ntwo three four\nfive\nsix\nseven\ntail"


def test_what_a_reader_does_not_see_is_left_out() -> None:
    markup = "a<script>x()</script>b<style>p{}</style>c<!-- d --><template>e</template>f"
    assert html_text(markup) == "abcf"


@pytest.mark.parametrize("markup", ["", " ", "<!-- -->", "<", "<?xml?>"])
def test_markup_of_nothing_is_no_text(markup: str) -> None:
    assert html_text(markup).strip("<") == ""


@pytest.mark.parametrize("markup", ["<div>" * 200_000, "<b x=" + "y" * 3_000_000, "&lt;" * 500_000])
def test_hostile_markup_takes_no_time(markup: str) -> None:
    began = time.process_time()
    assert len(html_text(markup)) <= 64 * 1024
    assert time.process_time() - began < 2


def test_entities_from_outside_are_not_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("secret") / "file"
    secret.write_text("s3cret")
    body = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]><r>&x;</r>'.encode()
    assert "s3cret" not in (parse_xml(body, "arxiv", "r").text or "")


def test_a_billion_laughs_are_not_laughed() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE r [<!ENTITY l0 "ha">{entities}]><r>&l9;</r>'.encode()
    began = time.process_time()
    try:
        assert len(parse_xml(body, "arxiv", "r").text or "") < 1000
    except MalformedError as error:
        assert "XML" in str(error)  # noqa: PT017  either way of not laughing is right
    assert time.process_time() - began < 2


def test_a_page_of_nothing_has_no_root() -> None:
    assert parse_html(b"") is None


@pytest.mark.parametrize("attribute", ["a{} ", 'a{}="1" ', "a{}='>' ", "/a{}", "a{}<=1 "])
def test_a_tag_of_endless_attributes_is_nothing_and_costs_next_to_nothing(attribute: str) -> None:
    tag = "<p " + "".join(attribute.format(n) for n in range(400_000)) + ">"
    began = time.process_time()
    assert parse_html(tag.encode()[:5_000_000]) is None
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "start", ['" ', "x' ", 'b=x" ', '="x ', 'b=1 ="x ', 'b=c="x ', "b='1'' ", '\' b="1" ']
)
def test_a_stray_quote_hides_no_attributes(start: str) -> None:
    attributes = " ".join(f"a{n}" for n in range(100_000))
    began = time.process_time()
    assert parse_html(f"<p {start}{attributes}\"'>".encode()) is None
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "tag", ["<a", "<a ", "<a'", '<a x="', "<a x='\"", "<a" * 499 + ">", "<a = "]
)
def test_no_run_of_half_tags_takes_longer_than_its_length(tag: str) -> None:
    page = (tag * (5_000_000 // len(tag))).encode()
    began = time.process_time()
    parse_html(page)
    assert time.process_time() - began < 3


def test_long_values_are_no_many_attributes() -> None:
    page = f"<p data-json='{json.dumps(list(range(50_000)))}' class=\"a\">text</p>"
    assert html_text("<p>1 <b and more") != ""
    root = parse_html(page.encode())
    assert root is not None
    assert root.text_content() == "text"
