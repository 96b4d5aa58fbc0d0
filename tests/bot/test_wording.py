"""What members read of errors, and what stands on buttons and in menus."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from bot.layout import button, option, plain_label
from bot.wording import for_members
from core.errors import FetchError, TidingsError, UnavailableError, UsageError
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import GRAPHS
from tests.bot.test_client import troubled

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
"""A word whose joiner tells how it is written."""

INTERNAL = (
    "127.0.0.1",
    "localhost",
    "192.168",
    "::1",
    ":9",
    "tidings ",
    "TIDINGS_",
    "Error(",
    "object at",
    "storage.url",
)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("there is no profile 'x' (existing: y); create it with tidings profile set x", None),
        ("there is no format 'pdf'; choose one of text, html", "no format “pdf”; choose one of"),
        ("http://127.0.0.1:9/feed cannot be reached", "an internal address cannot be reached"),
        ("Cannot connect to host 127.0.0.1:9 ssl:default [Connect call failed]", None),
        ("localhost:8080 refuses; try later", "an internal address refuses; try later"),
        ("http://192.168.1.4/feed answers 500", "an internal address answers 500"),
        ("http://[::1]:9/x leads nowhere", "an internal address leads nowhere"),
        ("there are no items yet; run tidings fetch first", "there are no items yet"),
        ("no mail can be sent; set TIDINGS_EMAIL__HOST", "no mail can be sent"),
        ("it failed: ValueError('bad')", None),
        ("<Item object at 0x7f12ab> is odd; try another", "try another"),
        ("the file is damaged; choose another with storage.url", "the file is damaged"),
        ("you don't watch this, it's somebody's", "you don't watch this, it's somebody's"),
        ("https://blog.example/feed answers 404 (is it right?)", "answers 404 (is it right?)"),
        ("version 10.0.1 of arxiv/2401.00001", "version 10.0.1 of arxiv/2401.00001"),
    ],
)
def test_members_read_nothing_that_only_the_operator_can_use(line: str, shown: str | None) -> None:
    told = for_members(line)

    assert told
    assert not [one for one in INTERNAL if one in told]
    assert shown is None or shown in told


@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("Discord at 127.0.0.1:9 is not there; run tidings serve"),
        FetchError("feed", "http://127.0.0.1:9/feed: ConnectionError('refused'); try again later"),
        UsageError("there is no profile 'discord:1'; create it with tidings profile set"),
        TidingsError("HTTPConnectionPool(host='127.0.0.1', port=9): Max retries exceeded"),
    ],
)
def test_an_error_reaches_a_member_without_insides(
    env: BotEnvironment, error: TidingsError, caplog: pytest.LogCaptureFixture
) -> None:
    troubled(env).fails(error)
    with caplog.at_level(logging.WARNING, "bot.errors"):
        text = said(env.server.slash(env.ada, env.channel, "saved"))

    assert text
    assert not [one for one in (*INTERNAL, "'") if one in text]


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("zero\u200bwidth", "zerowidth"),
        ("\u200d\u200c", "untitled"),
        ("a\u200db\u200c", "ab"),
        ("\ufeffBOM \u2060and\u2060 joiners", "BOM and joiners"),
        (PERSIAN, PERSIAN),
        ("two\nlines\u202e", "two lines"),
        ("x" * 200, None),
    ],
)
def test_nothing_invisible_stands_in_a_label(label: str, shown: str | None) -> None:
    for made in (button(label, "save:x")["label"], option(label, "x")["label"]):
        assert 0 < len(made) <= 100
        assert shown is None or made == shown
    assert plain_label(label, 80) == button(label, "save:x")["label"]


def test_titles_in_menus_and_interests_on_buttons_have_nothing_invisible(
    env: BotEnvironment,
) -> None:
    env.stores(replace(GRAPHS, title="Graph \u200b\u200dneural\u2060 networks"))

    listed = answer_to(env.server.slash(env.ada, env.channel, "search", {"query": "neural"}))

    assert "\u200b" not in str(listed.components)
    assert "\u200d" not in str(listed.components)
