"""Context menus on what others share."""

from __future__ import annotations

from core.people import Verdict
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, LIBRARY, LONG_KEY

LINK = "https://github.com/pyg-team/pytorch_geometric"


def test_save_keeps_what_a_message_links_to(env: BotEnvironment) -> None:
    env.stores(*ALL)
    message = env.server.say(env.eve, env.channel, f"Look at **{LINK}**, it is good.")

    text = said(env.server.context_menu(env.ada, "Save", message))

    assert "Saved pyg-team/pytorch_geometric ([open]" in text
    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    assert [(f.item.key, f.verdict) for f in profile.feedback] == [(LIBRARY.key, Verdict.SAVE)]


def test_save_lets_choose_among_several(env: BotEnvironment) -> None:
    env.stores(*ALL)
    text = f"{LINK} and https://arxiv.org/abs/2401.00001v2"
    message = env.server.say(env.eve, env.channel, text)

    asked = answer_to(env.server.context_menu(env.ada, "Save", message))

    assert asked.text == "Open the item that you want to save."
    card = answer_to(env.server.select(env.ada, asked, "menu-item:found", "arxiv/2401.00001"))
    assert "Saved" in said(env.server.click(env.ada, card, card.buttons["Save"]))


def test_save_says_if_nothing_is_known(env: BotEnvironment) -> None:
    message = env.server.say(env.eve, env.channel, "See https://example.org/nothing")

    text = said(env.server.context_menu(env.ada, "Save", message))

    assert "None of the links in this message is in the archive" in text


def test_find_related_follows_the_link(env: BotEnvironment) -> None:
    env.stores(*ALL)
    message = env.server.say(env.eve, env.channel, f"Nice: {LINK}")

    text = said(env.server.context_menu(env.ada, "Find related", message))

    assert "### Similar to pyg-team/pytorch_geometric ([open]" in text


def test_find_related_searches_for_the_words_without_a_link(env: BotEnvironment) -> None:
    env.stores(*ALL)
    message = env.server.say(env.eve, env.channel, "any *introduction* to graph networks?")

    text = said(env.server.context_menu(env.ada, "Find related", message))

    assert "### Search: any introduction to graph networks?" in text
    assert LONG_KEY.title in text


def test_find_related_needs_words(env: BotEnvironment) -> None:
    message = env.server.say(env.eve, env.channel, "https://example.org/")

    text = said(env.server.context_menu(env.ada, "Find related", message))

    assert "has no words or links" in text


def test_the_bots_own_messages_can_be_saved_from(env: BotEnvironment) -> None:
    env.stores(LIBRARY)
    shared = env.server.say(env.server.bot, env.channel, f"[x]({LINK})")

    assert "Saved" in said(env.server.context_menu(env.ada, "Save", shared))
