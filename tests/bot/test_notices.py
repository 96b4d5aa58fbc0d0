"""What the bot says of itself, besides digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.notices import Notices
from core.answers import QuestionMatch, Quote, WatchedQuestion
from core.deliveries import Cadence, Delivery, DeliveryState, Part, Schedule, Subscription
from core.feeds import Feed, FeedTrouble
from core.items import Deadline, Item
from core.people import Feedback, Profile, Verdict
from services.feeds.health import FeedNotice
from services.radar import Radar
from tests.bot.environment import BotEnvironment, said
from tests.bot.library import AGENTS, CONTEST, HOSTILE
from tests.stand_ins.discord import Fault


def notices(env: BotEnvironment) -> Notices:
    return Notices(connection=env.connection, subscriptions=env.storage.subscriptions)


def turned_off(env: BotEnvironment, owner: str, reason: str = "Missing Permissions") -> None:
    target = f"discord:channel:{env.channel.id}"
    order = Subscription(
        id="s1",
        owner=owner,
        profile=target,
        target=target,
        schedule=Schedule(cadence=Cadence.DAILY, at=time(8), zone="UTC"),
        created_at=env.clock(),
    )
    env.storage.subscriptions.save_subscription(order)
    delivery = Delivery(
        part=Part(key="k.0", target=target, payload="{}"),
        subscription="s1",
        period="2026-11-22",
        state=DeliveryState.DEAD,
    )
    env.run(notices(env).turned_off(delivery, reason))


def a_match(owner: str) -> QuestionMatch:
    asked = "Which agents use tools?"
    question = WatchedQuestion(id="q1", owner=owner, text=asked, asked_at=AGENTS.appeared_at)
    quotes = (
        Quote(text="Agents call a search engine.", item=AGENTS),
        Quote(text="*", item=HOSTILE),
    )
    return QuestionMatch(question=question, quotes=quotes)


def test_the_maker_hears_that_a_subscription_was_turned_off(env: BotEnvironment) -> None:
    turned_off(env, f"discord:{env.ada.id}")

    (message,) = env.server.messages(env.server.dm(env.ada))
    assert f"Your subscription to <#{env.channel.id}> was turned off: Missing" in message.text
    assert "use /subscriptions to resume it" in message.text


def test_who_takes_no_messages_is_left_in_peace(env: BotEnvironment) -> None:
    env.server.close_dms(env.ada)

    turned_off(env, f"discord:{env.ada.id}")
    turned_off(env, "email:somebody")

    assert not env.server.messages(env.server.dm(env.ada))


def test_an_answer_reaches_who_watches_the_question(env: BotEnvironment) -> None:
    told = env.run(notices(env).answered(a_match(f"discord:{env.ada.id}")))

    assert told
    (message,) = env.server.messages(env.server.dm(env.ada))
    assert "Something new in the archive answers it" in message.text
    assert f"[{AGENTS.title}]" in message.text
    assert not message.mention_everyone


def test_an_answer_that_cannot_be_given_is_said_not_to_be(env: BotEnvironment) -> None:
    env.server.plan("POST /users/@me/channels", Fault(cut=True), times=10)

    assert not env.run(notices(env).answered(a_match(f"discord:{env.ada.id}")))
    assert not env.run(notices(env).answered(a_match("email:somebody")))


def test_those_who_added_a_feed_hear_that_it_is_read_no_more(env: BotEnvironment) -> None:
    feed = Feed(name="blog-1", url="https://blog.example/feed", title="@everyone's *blog*")
    trouble = FeedTrouble(feed=feed, failures=10, since=env.clock(), error="answered with 500")
    owners = (f"discord:{env.ada.id}", f"discord:{env.eve.id}", "email:somebody")

    for removed in (False, True):
        notice = FeedNotice(trouble=trouble, owners=owners, removed=removed)
        env.run(notices(env).feed_stopped(notice))

    for user in (env.ada, env.eve):
        stopped, gone = env.server.messages(env.server.dm(user))
        assert "is no longer read: it failed 10 times in a row" in stopped.text
        assert "add the same address again with /admin feeds add" in stopped.text
        assert "was removed: answered with 500" in gone.text
        assert not stopped.mention_everyone


POST = "POST /channels/{channel_id}/messages"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut=True),
        Fault(cut=True, after=True),
        Fault(status=502, after=True),
        Fault(status=500),
    ],
)
def test_a_notice_that_may_be_lost_is_sent_again_and_is_there_once(
    env: BotEnvironment, fault: Fault
) -> None:
    env.server.plan(POST, fault)
    assert env.run(notices(env).answered(a_match(f"discord:{env.ada.id}")))
    env.server.plan(POST, fault)
    turned_off(env, f"discord:{env.ada.id}")
    env.server.plan(POST, fault)
    feed = Feed(name="blog-1", url="https://blog.example/feed", title="A blog")
    trouble = FeedTrouble(feed=feed, failures=10, since=env.clock(), error="answered with 500")
    notice = FeedNotice(trouble=trouble, owners=(f"discord:{env.ada.id}",), removed=False)
    env.run(notices(env).feed_stopped(notice))

    assert len(env.server.messages(env.server.dm(env.ada))) == 3


def test_a_notice_that_was_sent_before_a_crash_is_not_there_twice(env: BotEnvironment) -> None:
    for _ in range(2):
        assert env.run(notices(env).answered(a_match(f"discord:{env.ada.id}")))

    assert len(env.server.messages(env.server.dm(env.ada))) == 1


def test_a_question_is_stopped_from_the_message_that_answers_it(env: BotEnvironment) -> None:
    env.stores(AGENTS)
    owner = f"discord:{env.ada.id}"
    watched = env.services.questions.watch(owner, "Which agents use tools?")
    match = a_match(owner)
    match = replace(match, question=watched)
    assert env.run(notices(env).answered(match))
    (message,) = env.server.messages(env.server.dm(env.ada))

    assert "Which agents use tools?" in said(
        env.server.click(env.ada, message, message.buttons["My questions"])
    )
    stopped = env.server.click(env.ada, message, message.buttons["Stop watching"])
    assert "Stopped watching" in said(stopped)
    assert not env.storage.questions.questions()


def a_radar(env: BotEnvironment) -> Radar:
    return Radar(store=env.storage.store, moves=env.storage.moves)


def saved(env: BotEnvironment, item: Item) -> None:
    """Let Ada save an item."""
    name = f"discord:{env.ada.id}"
    env.storage.store.save_profile(Profile(name=name))
    env.stores(item)
    said = Feedback(item=item, verdict=Verdict.SAVE, at=env.clock())
    env.storage.store.add_feedback(name, said)


def test_who_saved_something_is_reminded_once_before_it_ends(env: BotEnvironment) -> None:
    due = Deadline(label="final submission", at=env.clock() + timedelta(days=6))
    saved(env, replace(CONTEST, deadlines=(due,)))
    for _ in range(2):
        env.run(notices(env).reminders(a_radar(env), env.clock()))

    (message,) = env.server.messages(env.server.dm(env.ada))
    at = int(due.at.timestamp())
    assert message.text.startswith("You saved this.")
    assert f"final submission <t:{at}:F> (<t:{at}:R>)" in message.text


def test_a_moved_deadline_is_told_with_both_dates(env: BotEnvironment) -> None:
    old = Deadline(label="final submission", at=env.clock() + timedelta(days=20))
    new = replace(old, at=old.at + timedelta(days=7))
    saved(env, replace(CONTEST, deadlines=(old,)))
    env.stores(replace(CONTEST, deadlines=(new,)))
    env.run(notices(env).reminders(a_radar(env), env.clock() + timedelta(minutes=1)))

    (message,) = env.server.messages(env.server.dm(env.ada))
    before, after = int(old.at.timestamp()), int(new.at.timestamp())
    assert f"extended from <t:{before}:F> to <t:{after}:F>" in message.text


def test_a_button_ends_the_reminders_of_an_item(env: BotEnvironment) -> None:
    due = Deadline(label="final submission", at=env.clock() + timedelta(days=6))
    saved(env, replace(CONTEST, deadlines=(due,)))
    env.run(notices(env).reminders(a_radar(env), env.clock()))
    (message,) = env.server.messages(env.server.dm(env.ada))

    used = env.server.click(env.ada, message, message.buttons["No more reminders"])

    assert "No more reminders of" in said(used)
    later = env.clock() + timedelta(days=5, hours=2)
    assert list(a_radar(env).reminders(later)) == []
