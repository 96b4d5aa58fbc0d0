"""``/saved``."""

from __future__ import annotations

from core.people import Feedback, Verdict
from tests.bot.environment import Town, answer_to, said
from tests.bot.library import papers


def saved(town: Town, count: int) -> None:
    town.knows(town.ada)
    items = papers(count)
    town.stores(*items)
    for item in items:
        feedback = Feedback(item=item, verdict=Verdict.SAVE, at=town.clock())
        town.storage.store.add_feedback(f"discord:{town.ada.id}", feedback)


def test_saved_is_empty_at_first(town: Town) -> None:
    assert "Nothing saved yet" in said(town.server.slash(town.ada, town.channel, "saved"))


def test_saved_items_have_pages_and_can_be_done(town: Town) -> None:
    saved(town, 7)
    message = answer_to(town.server.slash(town.ada, town.channel, "saved"))
    assert "7 in all, page 1 of 2" in message.text

    town.server.click(town.ada, message, message.buttons["Next ▶"])
    town.server.expect("page 2", lambda: "page 2 of 2" in message.text).wait()
    done = next(one for one in message.custom_ids if one.startswith("known:"))
    answer_to(town.server.click(town.ada, message, done))

    again = said(town.server.slash(town.ada, town.channel, "saved"))
    assert "6 in all" in again
