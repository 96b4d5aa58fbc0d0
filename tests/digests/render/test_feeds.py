from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from core.digests import Digest
from digests.render import atom, json_feed
from digests.render.entries import MAX_ENTRIES, entries
from tests.digests.examples import NOW, draft, example
from tests.digests.hostile import TEXTS, any_text, digest_of

ATOM = "{http://www.w3.org/2005/Atom}"
HERE = "https://tidings.example.org/feed/abc"


def as_atom(*digests: Digest) -> ET.Element:
    return ET.fromstring(atom.render(entries(digests), title="Picks", address=HERE))  # noqa: S314  our own


def as_json(*digests: Digest) -> Any:
    return json.loads(json_feed.render(entries(digests), title="Picks", address=HERE))


def test_each_pick_is_an_entry_that_leads_to_it_and_says_why() -> None:
    feed = as_atom(example())
    titles = [one.findtext(f"{ATOM}title") for one in feed.findall(f"{ATOM}entry")]
    assert "E(n) Equivariant Graph Neural Networks" in titles
    assert len(titles) == len(example().picks)
    first = feed.find(f"{ATOM}entry")
    assert first is not None
    link = first.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib["href"].startswith("https://")
    last = feed.findall(f"{ATOM}entry")[-1].findtext(f"{ATOM}summary") or ""
    assert "● graph neural networks" in last
    assert "Builds a graph network piece by piece" in last  # though it is a one-liner in a digest


def test_atom_has_what_the_format_asks_for() -> None:
    feed = as_atom(example())
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}")
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Tidings"
    ids = [one.findtext(f"{ATOM}id") or "" for one in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)


def test_both_feeds_hold_the_same() -> None:
    xml = [
        (one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}summary"))
        for one in as_atom(example()).iter(f"{ATOM}entry")
    ]
    data = as_json(example())
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    assert data["feed_url"] == HERE
    assert [(i["id"], i["title"], i["content_text"]) for i in data["items"]] == xml


def test_what_comes_again_stands_once_and_latest_first() -> None:
    week = timedelta(days=7)
    earlier = replace(example(), made_at=NOW - week)
    found = entries([earlier, example()])
    assert {entry.at for entry in found} == {NOW}
    assert found == entries([example(), earlier])
    assert len(found) == len(example().picks)


def test_a_feed_without_digests_is_still_one() -> None:
    assert as_atom().findall(f"{ATOM}entry") == []
    assert as_json(draft())["items"] == []


def test_a_feed_that_nobody_else_can_reach_names_no_address_of_its_own() -> None:
    assert b"href" not in atom.render((), title="Picks", address="")
    assert "feed_url" not in json.loads(json_feed.render((), title="Picks", address=""))


def test_a_feed_is_not_longer_than_readers_like() -> None:
    many = [
        replace(digest_of(f"text {n}"), made_at=NOW - timedelta(days=n)) for n in range(MAX_ENTRIES)
    ]
    assert len(entries(many)) <= MAX_ENTRIES


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_stay_text(text: str) -> None:
    harmless = [element.tag for element in as_atom(digest_of("harmless")).iter()]
    assert [element.tag for element in as_atom(digest_of(text)).iter()] == harmless
    assert len(as_json(digest_of(text))["items"]) == 2


@given(text=any_text())
def test_any_text_gives_a_feed_that_can_be_read(text: str) -> None:
    assert len(list(as_atom(digest_of(text)).iter(f"{ATOM}entry"))) == 2
    assert len(as_json(digest_of(text))["items"]) == 2
