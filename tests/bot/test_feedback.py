"""Buttons that say something of an item: old messages, restarts, and the next ranking."""

from __future__ import annotations

import re

import pytest

from bot.custom_ids import item_reference
from core.people import Interest, Verdict
from tests.bot.environment import BotEnvironment, answer_to, running_bot, said
from tests.bot.library import ALL, GRAPHS, HOSTILE, LONG_KEY, VISION
from tests.stand_ins.discord import world as w

GRAPH_INTEREST = (Interest(text="graph neural networks"),)


def verdict(env: BotEnvironment, item: object, user: w.User) -> Verdict | None:
    profile = env.storage.store.profile(f"discord:{user.id}")
    found = [f.verdict for f in profile.feedback if f.item == item] if profile else []
    return found[-1] if found else None


def a_card(env: BotEnvironment, item: object = GRAPHS) -> w.Message:
    """Open the card of an item through a search."""
    used = env.server.slash(env.ada, env.channel, "search", {"query": "graph"})
    listed = answer_to(used)
    picked = env.server.select(env.ada, listed, "menu-item:list", item_reference(item.key))  # type: ignore[attr-defined]
    return answer_to(picked)


@pytest.mark.parametrize(
    ("label", "said_of_it", "line"),
    [
        ("Save", Verdict.SAVE, "Saved "),
        ("More like this", Verdict.MORE, "Noted: more like "),
        ("Less like this", Verdict.LESS, "Noted: less like "),
        ("Already known", Verdict.KNOWN, " will not be shown again"),
    ],
)
def test_a_button_records_what_it_says(
    env: BotEnvironment, label: str, said_of_it: Verdict, line: str
) -> None:
    env.stores(*ALL)
    card = a_card(env)

    used = env.server.click(env.ada, card, card.buttons[label])

    assert line in said(used)
    assert verdict(env, GRAPHS, env.ada) is said_of_it


def test_an_item_with_a_long_key_is_found_again(env: BotEnvironment) -> None:
    env.stores(*ALL)
    card = a_card(env, LONG_KEY)

    used = env.server.click(env.ada, card, card.buttons["Save"])

    assert "Saved" in said(used)
    assert verdict(env, LONG_KEY, env.ada) is Verdict.SAVE


def test_less_like_this_changes_the_next_picks(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    first = answer_to(env.server.slash(env.ada, env.channel, "digest now"))
    assert GRAPHS.title in first.text

    pressed = env.server.select(env.ada, first, "menu-item:0", item_reference(GRAPHS.key))
    card = answer_to(pressed)
    answer_to(env.server.click(env.ada, card, card.buttons["Less like this"]))

    again = answer_to(env.server.slash(env.ada, env.channel, "digest now"))
    assert GRAPHS.title not in again.text


def test_why_shows_the_stages_and_terms_that_sum_to_the_score(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    card = a_card(env)

    answer = answer_to(env.server.click(env.ada, card, card.buttons["Why?"]))
    text = said(env.server.click(env.ada, answer, answer.buttons["Details"]))

    assert "It is **in your digest**" in answer.text
    assert "-# ✓ period: " in text
    score = re.search(r"Score \*\*(.+)\*\*", text)
    terms = re.findall(r"^`(.+)`", text, re.MULTILINE)
    assert score
    assert sum(map(float, terms)) == pytest.approx(float(score[1]), abs=0.01 * len(terms))


def test_an_interest_can_be_turned_down_from_why(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    card = a_card(env)
    why = answer_to(env.server.click(env.ada, card, card.buttons["Why?"]))
    control = why.buttons["Less of “graph neural networks”"]

    assert "now counts 50% of its original weight" in said(env.server.click(env.ada, why, control))
    for _ in range(3):
        last = said(env.server.click(env.ada, why, control))

    assert "no longer one of your interests" in last
    assert "is not among your interests" in said(env.server.click(env.ada, why, control))


def test_similar_items_are_one_button_away(env: BotEnvironment) -> None:
    env.stores(*ALL)
    card = a_card(env)

    text = said(env.server.click(env.ada, card, card.buttons["Find similar"]))

    assert "Similar to [Graph neural networks for molecules]" in text
    assert LONG_KEY.title in text


def test_an_item_that_is_gone_is_said_to_be_gone(env: BotEnvironment) -> None:
    env.storage.store.upsert(ALL, now=env.clock(), sample=True)
    card = a_card(env)
    env.storage.store.remove_sample()

    assert "no longer in the archive" in said(env.server.click(env.ada, card, card.buttons["Save"]))


def test_every_answer_forbids_mentions_whatever_its_text(env: BotEnvironment) -> None:
    env.stores(HOSTILE)
    message = a_card(env, HOSTILE)
    env.server.click(env.ada, message, message.buttons["Save"])

    bodies = [call.body for call in env.server.calls() if isinstance(call.body, dict)]
    answers = [body for body in bodies if "components" in body]
    assert len(answers) >= 2
    assert all(body["allowed_mentions"] == {"parse": []} for body in answers)


def test_hostile_titles_ping_nobody_and_break_out_of_nothing(env: BotEnvironment) -> None:
    env.stores(HOSTILE)

    message = a_card(env, HOSTILE)

    assert not message.mention_everyone
    assert not message.mention_roles
    assert "](https://evil.example)" not in message.text
    assert "<t:0:R>" not in message.text
    assert "</start:1>" not in message.text


def test_buttons_of_old_messages_work_after_a_restart(env: BotEnvironment) -> None:
    env.stores(*ALL)
    listed = answer_to(env.server.slash(env.ada, env.channel, "search", {"query": "vision"}))
    syncs = len(env.server.calls("PUT /applications/{application_id}/commands"))
    env.run(env.connection.__aexit__(None, None, None))

    with running_bot(env.server, env.services):
        used = env.server.click(env.ada, listed, f"save:{item_reference(VISION.key)}")
        assert "Saved" in said(used)

    assert verdict(env, VISION, env.ada) is Verdict.SAVE
    assert len(env.server.calls("PUT /applications/{application_id}/commands")) == syncs
