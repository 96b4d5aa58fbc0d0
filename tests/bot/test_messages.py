"""Context menus on what others share."""

from __future__ import annotations

from core.people import Verdict
from tests.bot.environment import Town, answer_to, said
from tests.bot.library import ALL, LIBRARY, LONG_KEY

LINK = "https://github.com/pyg-team/pytorch_geometric"


def test_save_keeps_what_a_message_links_to(town: Town) -> None:
    town.stores(*ALL)
    message = town.server.say(town.eve, town.channel, f"Look at **{LINK}**, it is good.")

    text = said(town.server.context_menu(town.ada, "Save", message))

    assert "Saved [pyg-team/pytorch_geometric]" in text
    profile = town.storage.store.profile(f"discord:{town.ada.id}")
    assert profile is not None
    assert [(f.item.key, f.verdict) for f in profile.feedback] == [(LIBRARY.key, Verdict.SAVE)]


def test_save_lets_choose_among_several(town: Town) -> None:
    town.stores(*ALL)
    text = f"{LINK} and https://arxiv.org/abs/2401.00001v2"
    message = town.server.say(town.eve, town.channel, text)

    asked = answer_to(town.server.context_menu(town.ada, "Save", message))

    assert asked.text == "Which one?"
    card = answer_to(town.server.select(town.ada, asked, "menu-item:found", "arxiv/2401.00001"))
    assert "Saved" in said(town.server.click(town.ada, card, card.buttons["Save"]))


def test_save_says_if_nothing_is_known(town: Town) -> None:
    message = town.server.say(town.eve, town.channel, "See https://example.org/nothing")

    text = said(town.server.context_menu(town.ada, "Save", message))

    assert "Nothing that this message links to is in the archive" in text


def test_find_related_follows_the_link(town: Town) -> None:
    town.stores(*ALL)
    message = town.server.say(town.eve, town.channel, f"Nice: {LINK}")

    text = said(town.server.context_menu(town.ada, "Find related", message))

    assert "### Like [pyg-team/pytorch_geometric]" in text


def test_find_related_searches_for_the_words_without_a_link(town: Town) -> None:
    town.stores(*ALL)
    message = town.server.say(town.eve, town.channel, "any *introduction* to graph networks?")

    text = said(town.server.context_menu(town.ada, "Find related", message))

    assert "### Search: any introduction to graph networks?" in text
    assert LONG_KEY.title in text


def test_find_related_needs_words(town: Town) -> None:
    message = town.server.say(town.eve, town.channel, "https://example.org/")

    text = said(town.server.context_menu(town.ada, "Find related", message))

    assert "holds neither words nor a link" in text


def test_the_bots_own_messages_can_be_saved_from(town: Town) -> None:
    town.stores(LIBRARY)
    shared = town.server.say(town.server.bot, town.channel, f"[x]({LINK})")

    assert "Saved" in said(town.server.context_menu(town.ada, "Save", shared))
