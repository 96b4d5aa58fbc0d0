"""``/saved``."""

from __future__ import annotations

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
    done = next(one for one in message.custom_ids if one.startswith("known:"))
    answer_to(env.server.click(env.ada, message, done))

    again = said(env.server.slash(env.ada, env.channel, "saved"))
    assert "6 in all" in again
