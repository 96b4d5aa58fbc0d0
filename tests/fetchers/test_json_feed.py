"""JSON Feed, mapped like RSS and Atom."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from fetchers.feed_parsing import SECONDS, ParsedFeed, parse_feed
from fetchers.json_feed import ENTRIES, MAX_TEXT_LENGTH
from fetchers.source import MalformedError
from tests.fakes import NOON

PAGE = "https://lab.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"
POST = {"id": "1", "url": "https://lab.example/1", "title": "A post"}


def parse(body: bytes | str) -> ParsedFeed:
    body = body.encode() if isinstance(body, str) else body
    return parse_feed(
        body, source="feed:lab", url=PAGE, content_type="application/feed+json", now=NOON
    )


def feed(*items: object, **more: Any) -> str:
    return json.dumps({"version": VERSION, "title": "Notes", "items": list(items), **more})


def test_entries_become_articles() -> None:
    parsed = parse(
        feed(
            {
                "id": 7,
                "url": "/posts/7",
                "title": "Why <b> is not a tag here",
                "content_html": "<p>Four bits are <em>enough</em>.</p><script>no()</script>",
                "date_published": "2026-11-20T09:30:00+02:00",
                "date_modified": "2026-11-21T00:00:00Z",
                "authors": [{"name": "Ann"}, {"url": "https://ann.example"}],
                "tags": ["quantisation", "quantisation", 3],
            },
            home_page_url="https://lab.example/",
        )
    )
    (item,) = parsed.items
    assert parsed.title == "Notes"
    assert (str(item.key), item.url) == ("feed:lab/7", "https://lab.example/posts/7")
    assert item.title == "Why <b> is not a tag here"
    assert item.summary == "Four bits are enough."
    assert item.published_at == datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
    assert item.updated_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert (item.authors, item.tags) == (("Ann",), ("quantisation",))


def test_plain_text_goes_before_markup_and_stays_plain() -> None:
    (item,) = parse(feed(POST | {"content_text": "a < b > c", "content_html": "<p>x</p>"})).items
    assert item.summary == "a < b > c"


def test_version_1_has_one_author_and_the_feeds_is_the_entrys() -> None:
    one, other = parse(
        feed(
            POST | {"author": {"name": "Bob"}},
            POST | {"id": "2", "title": "Another"},
            version="https://jsonfeed.org/version/1",
            author={"name": "Ann"},
        )
    ).items
    assert (one.authors, other.authors) == (("Bob",), ("Ann",))


def test_a_link_elsewhere_is_the_address_of_an_entry_without_its_own() -> None:
    entry = {"id": "1", "title": "t", "external_url": "https://else.example/"}
    assert parse(feed(entry)).items[0].url == "https://else.example/"


def test_an_entry_without_title_is_called_by_its_text() -> None:
    entry = {"id": "1", "url": "https://lab.example/1", "content_text": "Only a thought."}
    assert parse(feed(entry)).items[0].title == "Only a thought."


def test_a_byte_order_mark_is_no_hindrance() -> None:
    assert len(parse(b"\xef\xbb\xbf " + feed(POST).encode()).items) == 1


@pytest.mark.parametrize(
    "version", ["http://jsonfeed.org/version/1", "https://www.jsonfeed.org/version/1.1"]
)
def test_the_formats_name_is_known_with_another_scheme_or_host(version: str) -> None:
    assert len(parse(feed(POST, version=version)).items) == 1


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_what_is_no_number_is_no_id(number: str) -> None:
    named = feed({**POST, "id": 0}).replace('"id": 0', f'"id": {number}')
    nameless = feed({**POST, "id": None})
    assert parse(named).items[0].key == parse(nameless).items[0].key


def test_a_feed_without_entries_is_empty() -> None:
    assert parse(feed()).items == ()


def test_only_the_first_entries_and_the_first_of_a_text_are_read() -> None:
    long = POST | {"content_text": "word " * MAX_TEXT_LENGTH}
    many = parse(
        feed(long, *(POST | {"id": str(n), "title": str(n)} for n in range(2, 2 * ENTRIES)))
    ).items
    assert len(many) == ENTRIES
    assert len(many[0].summary) <= MAX_TEXT_LENGTH


@pytest.mark.parametrize(
    "entry",
    [
        3,
        None,
        {},
        {"id": None, "url": 5},
        {"id": "1", "url": "javascript:alert(1)", "title": "x"},
        POST | {"date_published": "soon", "authors": "me", "tags": "a"},
        POST | {"date_published": "9999-12-31T23:59:59-23:59", "title": "\ud800"},
    ],
)
def test_odd_entries_harm_no_other(entry: object) -> None:
    found = parse(feed(entry, {"id": "ok", "url": "https://lab.example/ok", "title": "Fine"}))
    assert "Fine" in {item.title for item in found.items}


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('{"version": 1}', "not a JSON Feed"),
        ('{"items": []}', "not a JSON Feed"),
        (json.dumps({"version": VERSION}), "not a JSON Feed"),
        ("{", "not a JSON Feed"),
        ("[1]", "not a JSON Feed"),
        ('{"a":' * 100_000, "not a JSON Feed"),
        ('{"version": ' + "1" * 10_000 + "}", "not a JSON Feed"),
        (feed({"title": "no address"}), "none of 1 entries"),
    ],
)
def test_what_is_no_json_feed_is_said_to_be_none(body: str, line: str) -> None:
    with pytest.raises(MalformedError, match=line):
        parse(body)


SMALL_OBJECTS = '{"version": "' + VERSION + '", "x": [' + '{"":{}},' * 600_000 + '0], "items": []}'


def test_a_feed_of_small_objects_is_ended_in_a_process_of_its_own() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MalformedError, match=r"more (time|memory)"):
        parse(SMALL_OBJECTS)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 40_000  # KB; the objects take 150,000


@pytest.mark.parametrize(
    "body",
    [
        '{"version": "' + VERSION + '", "items": [' + "[" * 4_000_000,
        '{"version": "' + VERSION + '", "items": [' + "[]," * 1_600_000 + "0]}",
        '{"version": "' + VERSION + '", "items": [], "x": {' + '"":{"":{"":0}},' * 300_000 + "}}",
        '{"version": "' + VERSION + '", "items": [' + "1e9," * 1_200_000 + "0]}",
        '{"version": "' + VERSION + '", "items": [], "x": "' + "\\u0000" * 800_000 + '"}',
    ],
    ids=["nested", "lists", "same keys", "numbers", "escapes"],
)
def test_no_body_of_the_largest_size_takes_long(body: str) -> None:
    """Asked in a process of its own: the system tells the largest child of a process only."""
    script = (
        "import resource, sys\n"
        "from contextlib import suppress\n"
        "from fetchers.source import MalformedError\n"
        "from tests.fetchers.test_json_feed import parse\n"
        "with suppress(MalformedError):\n"
        "    parse(sys.stdin.read())\n"
        "spent = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(spent.ru_maxrss, spent.ru_utime + spent.ru_stime)\n"
    )
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "-c", script], input=body, capture_output=True, text=True, check=True
    )
    kilobytes, seconds = map(float, done.stdout.split())
    assert kilobytes < 160_000
    assert seconds < SECONDS + 1
