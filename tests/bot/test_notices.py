"""What the bot says of itself, besides digests."""

from __future__ import annotations

from datetime import time

from bot.notices import Notices
from core.answers import QuestionMatch, Quote, WatchedQuestion
from core.deliveries import Cadence, Delivery, DeliveryState, Part, Schedule, Subscription
from core.feeds import Feed, FeedTrouble
from services.feeds.health import FeedNotice
from tests.bot.environment import Town
from tests.bot.library import AGENTS, HOSTILE
from tests.stand_ins.discord import Fault


def notices(town: Town) -> Notices:
    return Notices(connection=town.connection, subscriptions=town.storage.subscriptions)


def turned_off(town: Town, owner: str, reason: str = "Missing Permissions") -> None:
    target = f"discord:channel:{town.channel.id}"
    order = Subscription(
        id="s1",
        owner=owner,
        profile=target,
        target=target,
        schedule=Schedule(cadence=Cadence.DAILY, at=time(8), zone="UTC"),
        created_at=town.clock(),
    )
    town.storage.subscriptions.save_subscription(order)
    delivery = Delivery(
        part=Part(key="k.0", target=target, payload="{}"),
        subscription="s1",
        period="2026-11-22",
        state=DeliveryState.DEAD,
    )
    town.run(notices(town).turned_off(delivery, reason))


def a_match(owner: str) -> QuestionMatch:
    asked = "Which agents use tools?"
    question = WatchedQuestion(id="q1", owner=owner, text=asked, asked_at=AGENTS.appeared_at)
    quotes = (
        Quote(text="Agents call a search engine.", item=AGENTS),
        Quote(text="*", item=HOSTILE),
    )
    return QuestionMatch(question=question, quotes=quotes)


def test_the_maker_hears_that_a_subscription_was_turned_off(town: Town) -> None:
    turned_off(town, f"discord:{town.ada.id}")

    (message,) = town.server.messages(town.server.dm(town.ada))
    assert f"Your subscription to <#{town.channel.id}> was turned off: Missing" in message.text
    assert "/subscriptions turns it on again" in message.text


def test_who_takes_no_messages_is_left_in_peace(town: Town) -> None:
    town.server.close_dms(town.ada)

    turned_off(town, f"discord:{town.ada.id}")
    turned_off(town, "email:somebody")

    assert not town.server.messages(town.server.dm(town.ada))


def test_an_answer_reaches_who_watches_the_question(town: Town) -> None:
    told = town.run(notices(town).answered(a_match(f"discord:{town.ada.id}")))

    assert told
    (message,) = town.server.messages(town.server.dm(town.ada))
    assert "The archive has something new on it" in message.text
    assert f"[{AGENTS.title}]" in message.text
    assert not message.mention_everyone


def test_an_answer_that_cannot_be_given_is_said_not_to_be(town: Town) -> None:
    town.server.plan("POST /users/@me/channels", Fault(cut=True))

    assert not town.run(notices(town).answered(a_match(f"discord:{town.ada.id}")))
    assert not town.run(notices(town).answered(a_match("email:somebody")))


def test_those_who_added_a_feed_hear_that_it_is_read_no_more(town: Town) -> None:
    feed = Feed(name="blog-1", url="https://blog.example/feed", title="@everyone's *blog*")
    trouble = FeedTrouble(feed=feed, failures=10, since=town.clock(), error="answered with 500")
    owners = (f"discord:{town.ada.id}", f"discord:{town.eve.id}", "email:somebody")

    for removed in (False, True):
        notice = FeedNotice(trouble=trouble, owners=owners, removed=removed)
        town.run(notices(town).feed_stopped(notice))

    for user in (town.ada, town.eve):
        stopped, gone = town.server.messages(town.server.dm(user))
        assert "is no longer read: it failed 10 times in a row" in stopped.text
        assert "/admin feeds add with the same address" in stopped.text
        assert "was removed: answered with 500" in gone.text
        assert not stopped.mention_everyone
