"""*Why?*: the digest in which the item stands, by the reasons that it was sent with."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text as sql

from bot.custom_ids import (
    Verb,
    custom_id,
    item_in_part,
    item_reference,
    part_key,
    referenced_item,
    split_part,
)
from core.deliveries import DeliveryState
from core.items import Item, ItemKey
from core.people import Interest, Profile
from services.lookup import Lookup
from storage.opening import Storage
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, CONTEST, GRAPHS, LONG_KEY, VISION, papers
from tests.fakes import NOON, FakeClock, an_item
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.invocations import Value

GRAPH_INTEREST = (Interest(text="graph neural networks"),)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=120)


def digest_for(env: BotEnvironment, user: w.User, *, to_channel: bool) -> w.Message:
    """Subscribe somebody or the channel, and deliver a digest now."""
    options: dict[str, Value] = (
        {"channel": env.channel, "interests": "graph neural networks"} if to_channel else {}
    )
    wanted: dict[str, Value] = {"schedule": "daily", "at": "08:30", **options}
    answer_to(env.server.slash(user, env.channel, "subscribe", wanted))
    (order,) = env.storage.subscriptions.subscriptions()
    assert env.services.runs.open_now(order)
    (waiting,) = env.storage.outbox.deliveries(states=(DeliveryState.PENDING,))
    receipt = env.run(env.deliverer.deliver(waiting))
    env.storage.outbox.sent({waiting.part.key: receipt})
    return next(one for one in env.server.all_messages() if str(one.id) == receipt.remote_id)


def why(env: BotEnvironment, digest: w.Message, item: Item) -> w.Message:
    """Open an item's card below a digest, and ask why it is there."""
    reference = item_reference(item.key)
    card = answer_to(env.server.select(env.ada, digest, "menu-item:0", reference))
    return answer_to(env.server.click(env.ada, card, card.buttons["Why?"]))


def test_why_below_a_channels_digest_explains_that_digest_and_not_ones_own(
    env: BotEnvironment,
) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text="vision transformers"),))
    digest = digest_for(env, env.eve, to_channel=True)

    answer = why(env, digest, GRAPHS)

    assert re.search(r"It is \*\*in this channel's digest\*\* of <t:\d+:D>: .*graph", answer.text)
    assert "not for yours: graph neural networks" in answer.text
    assert "the sum of:" not in answer.text
    details = said(env.server.click(env.ada, answer, answer.buttons["Details"]))
    assert "the sum of:" in details
    assert "vision" not in details


def test_an_old_digest_is_explained_by_the_reasons_that_it_was_sent_with(
    env: BotEnvironment, clock: FakeClock
) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    digest = digest_for(env, env.ada, to_channel=False)
    before = why(env, digest, GRAPHS).text

    clock.advance(timedelta(days=20))
    env.knows(env.ada, interests=(Interest(text="causal inference"),))
    after = why(env, digest, GRAPHS)

    assert "in your digest** of <t:" in before
    assert after.text == before
    details = said(env.server.click(env.ada, after, after.buttons["Details"]))
    assert "Ranked for: graph neural networks" in details
    name = {"item": str(GRAPHS.key)}
    assert said(env.server.slash(env.ada, env.channel, "why", name)) in (before, unescaped(before))


def unescaped(text: str) -> str:
    return text.replace("\\", "")


def test_reasons_that_name_an_interest_come_before_those_that_name_none(
    env: BotEnvironment,
) -> None:
    phrases = ("graph neural networks", "molecules", "molecular graphs", "solubility prediction")
    more = ("message passing", "few labels")
    env.stores(*ALL)
    env.knows(env.ada, interests=tuple(Interest(text=one) for one in phrases + more))
    digest = digest_for(env, env.ada, to_channel=False)

    answer = why(env, digest, GRAPHS)

    (line,) = (one for one in answer.text.splitlines() if one.startswith("It is"))
    assert len(re.findall("matches ", line)) == 3
    details = said(env.server.click(env.ada, answer, answer.buttons["Details"]))
    assert "smaller matches of words" in details


def test_an_item_of_a_later_part_knows_its_digest_too(env: BotEnvironment) -> None:
    env.stores(*papers(40))
    options: dict[str, Value] = {"channel": env.channel, "interests": "graph neural networks"}
    wanted: dict[str, Value] = {"schedule": "daily", "at": "08:30", "items": 40, **options}
    answer_to(env.server.slash(env.eve, env.channel, "subscribe", wanted))
    (order,) = env.storage.subscriptions.subscriptions()
    env.services.runs.open_now(order)
    pending = env.storage.outbox.deliveries(states=(DeliveryState.PENDING,))
    for waiting in sorted(pending, key=lambda one: one.part.position):
        receipt = env.run(env.deliverer.deliver(waiting))
        env.storage.outbox.sent({waiting.part.key: receipt})
    last = next(one for one in env.server.all_messages() if str(one.id) == receipt.remote_id)
    (menu,) = (one for one in last.custom_ids if one.startswith("menu-item:"))
    assert menu != "menu-item:0"
    shown = next(item for item in papers(40) if f"save:{item.key}" in last.custom_ids)

    card = answer_to(env.server.select(env.ada, last, menu, item_reference(shown.key)))

    answer = answer_to(env.server.click(env.ada, card, card.buttons["Why?"]))
    assert "in this channel's digest" in answer.text


def test_without_the_digest_that_was_kept_a_ranking_of_now_answers(
    env: BotEnvironment, clock: FakeClock
) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    digest = digest_for(env, env.ada, to_channel=False)
    env.storage.snapshots.forget_issues(before=clock() + timedelta(days=1))

    assert "as it is now: matches graph" in why(env, digest, GRAPHS).text


def test_what_was_drawn_at_random_says_so_and_names_no_interest(env: BotEnvironment) -> None:
    others = [an_item(f"arxiv/9{n}", title=f"Weather on island {n:02}") for n in range(12)]
    env.stores(*papers(5), *others)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    digest = digest_for(env, env.ada, to_channel=False)
    drawn = next(one for one in others if one.title in digest.text)

    answer = why(env, digest, drawn)

    assert re.search(r"drawn at random, 1 of \d+ outside the usual; no interest", answer.text)


def test_a_deadline_says_that_it_is_one(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    digest = digest_for(env, env.ada, to_channel=False)

    assert "among the deadlines that are near" in why(env, digest, CONTEST).text


def test_what_stands_in_no_digest_says_what_stopped_it(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)

    answer = answer_to(env.server.slash(env.ada, env.channel, "why", {"item": str(VISION.key)}))

    assert re.search(
        r"It is \*\*not in your digest\*\* as it is now: .*not above the bar", answer.text
    )
    assert "Steps:" in said(env.server.click(env.ada, answer, answer.buttons["Details"]))


def test_a_reason_is_shown_whole_however_long_the_interest_is(env: BotEnvironment) -> None:
    phrase = "graph neural networks for the prediction of molecular solubility"
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text=phrase),))

    answer = answer_to(env.server.slash(env.ada, env.channel, "why", {"item": str(GRAPHS.key)}))
    details = said(env.server.click(env.ada, answer, answer.buttons["Details"]))

    assert f"of “{phrase}”" in answer.text
    assert f"of “{phrase}”" in details


@given(NAMES, st.text(min_size=1, max_size=300))
def test_an_item_in_a_part_fits_every_button_and_comes_apart_again(
    source: str, external_id: str
) -> None:
    key = ItemKey(source, external_id)
    part = part_key("discord:channel:5", "order", "2026-11-22", 9999)

    named = item_in_part(key, part)

    assert all(len(custom_id(verb, named)) <= 100 for verb in (Verb.WHY, Verb.DETAILS))
    assert split_part(named)[0] == part
    assert split_part(item_reference(key)) == ("", item_reference(key))


@pytest.mark.parametrize("item", [GRAPHS, LONG_KEY, an_item("f" * 50 + "/" + "y" * 40)])
def test_an_item_in_a_part_is_found_again(storage: Storage, item: Item) -> None:
    storage.store.upsert([item], now=NOON)
    _, reference = split_part(item_in_part(item.key, part_key("a", "b", "c", 0)))

    assert referenced_item(Lookup(store=storage.store), reference) == item


def test_who_has_no_profile_is_told_why_an_item_is_in_the_channels_digest(
    env: BotEnvironment,
) -> None:
    env.stores(*ALL)
    digest = digest_for(env, env.eve, to_channel=True)

    assert "in this channel's digest" in why(env, digest, GRAPHS).text
    assert env.services.people.member(f"discord:{env.ada.id}") == Profile(
        name=f"discord:{env.ada.id}"
    )


@pytest.mark.parametrize("to_channel", [True, False])
def test_why_below_an_old_digest_explains_an_item_that_is_no_longer_in_the_archive(
    env: BotEnvironment, *, to_channel: bool
) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    reader = env.eve if to_channel else env.ada
    digest = digest_for(env, reader, to_channel=to_channel)
    for item in (GRAPHS, LONG_KEY):
        card = answer_to(
            env.server.select(env.ada, digest, "menu-item:0", item_reference(item.key))
        )
        with env.storage.database.writing() as connection:
            connection.execute(sql("DELETE FROM item WHERE title = :title"), {"title": item.title})

        answer = answer_to(env.server.click(env.ada, card, card.buttons["Why?"]))

        assert "It is **in " in answer.text
        details = said(env.server.click(env.ada, answer, answer.buttons["Details"]))
        assert "the sum of:" in details


def test_why_below_a_digest_that_is_no_longer_kept_says_so(env: BotEnvironment) -> None:
    env.stores(*ALL)
    env.knows(env.ada, interests=GRAPH_INTEREST)
    digest = digest_for(env, env.ada, to_channel=False)
    assert "no longer" not in why(env, digest, GRAPHS).text
    env.storage.snapshots.forget_issues(before=env.clock() + timedelta(days=1))

    answer = why(env, digest, GRAPHS).text

    assert "The reasons of this digest are kept for 35 days, and are gone. As of now:" in answer
