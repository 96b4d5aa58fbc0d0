"""Readers of mails say what they think of an item by a link and a button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.items import Item
from core.people import Verdict
from core.signed_links import LinkPurpose
from tests.fakes import an_item
from tests.web.people import Reader, subscribed
from tests.web.reading import links, text
from tests.web.running import BASE, FROM_HERE, running
from tests.web.test_mails import html_links, monday_mail, path_of

PAPER = an_item("arxiv/2401.00009", title="Graph networks for molecules")


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with running(tmp_path, base_url=BASE) as page:
        page.application.store.upsert([PAPER], now=page.clock() - timedelta(days=1))
        yield subscribed(page)


def link_to(reader: Reader, item: Item, verdict: str) -> str:
    return f"{reader.path(LinkPurpose.FEEDBACK, str(item.key))}/{verdict}"


def said(reader: Reader) -> tuple[Verdict, ...]:
    profile = reader.page.application.people.member(reader.address.owner)
    return profile.said_of(PAPER.key)


def test_opening_a_link_changes_nothing_and_its_button_does(reader: Reader) -> None:
    path = link_to(reader, PAPER, "save")
    assert "Graph networks for molecules" in text(reader.page.get(path).text)
    assert said(reader) == ()
    answer = reader.page.send(path)
    assert "It is saved" in text(answer.text)
    assert said(reader) == (Verdict.SAVE,)


def test_more_after_a_save_leaves_it_saved(reader: Reader) -> None:
    for verdict in ("save", "more", "more"):
        assert reader.page.send(link_to(reader, PAPER, verdict)).status_code == 200
    assert said(reader) == (Verdict.SAVE, Verdict.MORE)


def test_what_was_said_is_listed_and_can_be_taken_back(reader: Reader) -> None:
    preferences = reader.path(LinkPurpose.PREFERENCES)
    assert "Nothing yet." in text(reader.page.get(preferences).text)
    reader.page.send(link_to(reader, PAPER, "less"))
    assert "less like Graph networks for molecules" in text(reader.page.get(preferences).text)
    answer = reader.page.send(preferences, f"{preferences}/withdraw")
    assert "Nothing yet." in text(answer.text)
    assert said(reader) == ()


@pytest.mark.parametrize("key", ["arxiv/9", "nothing", ""])
def test_an_item_that_is_gone_is_said_to_be(reader: Reader, key: str) -> None:
    answer = reader.page.get(f"{reader.path(LinkPurpose.FEEDBACK, key)}/save")
    assert answer.status_code == 410


def test_nothing_is_recorded_without_the_form_or_by_another_page(reader: Reader) -> None:
    path = link_to(reader, PAPER, "save")
    assert reader.page.ask("POST", path, headers=FROM_HERE).status_code == 415
    assert reader.page.ask("POST", path, data={"form": "x"}, headers=FROM_HERE).status_code == 400
    away = {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.com"}
    assert reader.page.ask("POST", path, data={"form": "x"}, headers=away).status_code == 400
    assert said(reader) == ()


def test_a_verdict_that_is_not_offered_has_no_page(reader: Reader) -> None:
    assert reader.page.get(link_to(reader, PAPER, "known")).status_code == 404


def test_a_link_to_one_thing_is_none_to_another(reader: Reader) -> None:
    token = reader.path(LinkPurpose.VIEW, str(PAPER.key)).removeprefix("/view/")
    assert reader.page.get(f"/feedback/{token}/save").status_code == 404


def test_a_revoked_link_records_nothing(reader: Reader) -> None:
    path, preferences = link_to(reader, PAPER, "save"), reader.path(LinkPurpose.PREFERENCES)
    reader.page.send(preferences, f"{preferences}/renew")
    assert reader.page.get(path).status_code == 410


def test_each_card_of_a_mail_has_the_links(reader: Reader) -> None:
    found = html_links(monday_mail(reader))
    answer = reader.page.send(path_of(found["More"]))
    assert "The next digests bring more like it." in text(answer.text)
    assert links(answer.text)["your preferences"].startswith("/preferences/")
    assert {"Save", "More", "Less"} <= set(found)
