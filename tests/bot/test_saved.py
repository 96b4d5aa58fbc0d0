"""``/saved``."""

from __future__ import annotations

import re

import pytest

from bot.custom_ids import item_reference
from core.people import Feedback, Verdict
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import papers


def saved(env: BotEnvironment, count: int) -> None:
    env.knows(env.ada)
    items = papers(count)
    env.stores(*items)
    for item in items:
        feedback = Feedback(item=item, verdict=Verdict.SAVE, at=env.clock())
        env.storage.store.add_feedback(f"discord:{env.ada.id}", feedback)


def test_saved_is_empty_at_first(env: BotEnvironment) -> None:
    assert "Nothing saved yet" in said(env.server.slash(env.ada, env.channel, "saved"))


def test_saved_items_have_pages_and_can_be_done(env: BotEnvironment) -> None:
    saved(env, 7)
    message = answer_to(env.server.slash(env.ada, env.channel, "saved"))
    assert "7 in all, page 1 of 2" in message.text

    env.server.click(env.ada, message, message.buttons["Next ▶"])
    env.server.expect("page 2", lambda: "page 2 of 2" in message.text).wait()
    done = next(one for one in message.custom_ids if one.startswith("done:"))
    env.server.click(env.ada, message, done)

    listed = env.server.expect("the list anew", lambda: "6 in all, page 2 of 2" in message.text)
    listed.wait()
    assert re.search(r"Done: .* is off this list and will not be shown again\.", message.text)
    again = said(env.server.slash(env.ada, env.channel, "saved"))
    assert "6 in all" in again


@pytest.mark.parametrize("label", ["More like this", "Less like this", "Already known"])
def test_what_is_saved_stays_saved_whatever_else_is_said_of_it(
    env: BotEnvironment, label: str
) -> None:
    saved(env, 1)
    message = answer_to(env.server.slash(env.ada, env.channel, "saved"))
    (item,) = papers(1)
    picked = env.server.select(env.ada, message, "menu-item:list", item_reference(item.key))
    card = answer_to(picked)

    used = env.server.click(env.ada, card, card.buttons[label])

    assert "It stays in /saved." in said(used)
    assert "1 in all" in said(env.server.slash(env.ada, env.channel, "saved"))


def test_done_with_the_last_saved_item_empties_the_list_and_can_be_undone(
    env: BotEnvironment,
) -> None:
    saved(env, 1)
    message = answer_to(env.server.slash(env.ada, env.channel, "saved"))
    done = message.buttons["Done"]
    env.server.click(env.ada, message, done)
    env.server.expect("the list anew", lambda: "Nothing saved yet" in message.text).wait()

    answer_to(env.server.click(env.ada, message, message.buttons["Save it again"]))
    assert "1 in all" in said(env.server.slash(env.ada, env.channel, "saved"))


def test_done_with_the_only_item_of_the_last_page_shows_the_page_before(
    env: BotEnvironment,
) -> None:
    saved(env, 6)
    message = answer_to(env.server.slash(env.ada, env.channel, "saved"))
    env.server.click(env.ada, message, message.buttons["Next ▶"])
    env.server.expect("page 2", lambda: "page 2 of 2" in message.text).wait()

    env.server.click(env.ada, message, message.buttons["Done"])

    env.server.expect("page 1", lambda: "5 in all, page 1 of 1" in message.text).wait()


def test_done_on_an_old_list_says_that_the_item_is_on_it_no_more(env: BotEnvironment) -> None:
    saved(env, 1)
    first, second = (answer_to(env.server.slash(env.ada, env.channel, "saved")) for _ in range(2))
    env.server.click(env.ada, first, first.buttons["Done"])
    env.server.expect("the list anew", lambda: "Nothing saved yet" in first.text).wait()
    env.server.click(env.ada, second, second.buttons["Done"])
    env.server.expect("the list anew", lambda: "was not on this list" in second.text).wait()


@pytest.mark.parametrize("before", [(), (Verdict.LESS,), (Verdict.KNOWN,), (Verdict.MORE,)])
def test_undoing_done_brings_back_just_what_was_said_before(
    env: BotEnvironment, before: tuple[Verdict, ...]
) -> None:
    saved(env, 1)
    (item,) = papers(1)
    name = f"discord:{env.ada.id}"
    for verdict in before:
        env.services.people.vote(name, item, verdict)
    message = answer_to(env.server.slash(env.ada, env.channel, "saved"))
    env.server.click(env.ada, message, message.buttons["Done"])
    env.server.expect("the list anew", lambda: "Nothing saved yet" in message.text).wait()

    env.server.click(env.ada, message, message.buttons["Save it again"])

    env.server.expect("the list again", lambda: "1 in all" in message.text).wait()
    said_of_it = env.services.people.member(name).said_of(item.key)
    assert set(said_of_it) == {Verdict.SAVE, *before}
