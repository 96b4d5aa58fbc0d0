"""``/admin``: for those who manage the server, whatever Discord offers to others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.deliveries import Delivery, DeliveryState
from core.feeds import AddedFeed, Feed, FeedTrouble
from core.sources import FetchReport, SourceStatus
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, HOSTILE, LONG_KEY, papers
from tests.fakes import NOON
from tests.stand_ins.discord import ImpossibleError, Interaction, Permission
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.invocations import Value

FEED = "https://blog.example/feed.xml"
COMMANDS: dict[str, list[str]] = {
    "admin sources": [],
    "admin deliveries": [],
    "admin post": ["channel"],
    "admin feeds list": [],
    "admin feeds add": ["url"],
    "admin feeds remove": ["name"],
}


def has_feed(env: BotEnvironment, name: str, guild: str = "") -> Feed:
    """Let the server have a feed, or the community with this name."""
    feed = Feed(name=name, url=f"https://blog.example/{name}", title=f"The blog {name}")
    guild = guild or f"discord:guild:{env.guild.id}"
    owner = f"discord:{env.eve.id}"
    env.storage.feeds.add(AddedFeed(feed=feed, owner=owner, guild=guild, added_at=env.clock()))
    return feed


def admin(env: BotEnvironment, command: str, **options: Value) -> Interaction:
    return env.server.slash(env.eve, env.channel, f"admin {command}", options)


def subscribed(env: BotEnvironment, channel: w.Channel | None = None) -> None:
    """Let the manager subscribe a channel."""
    options: dict[str, Value] = {
        "schedule": "daily",
        "at": "8",
        "channel": channel or env.channel,
        "interests": "graph neural networks",
    }
    answer_to(env.server.slash(env.eve, env.channel, "subscribe", options))


def claimed(env: BotEnvironment) -> Delivery:
    """Claim the next waiting part, as the dispatcher does."""
    now = env.clock()
    (part,) = env.storage.outbox.claim(
        owner="test", schemes=("discord",), now=now, lease_until=now + timedelta(1), limit=1
    )
    return part


def in_doubt(env: BotEnvironment) -> str:
    """Leave a part in doubt; return its key."""
    env.stores(*ALL)
    subscribed(env)
    answer_to(admin(env, "post", channel=env.channel))
    part = claimed(env).part
    env.storage.outbox.settle(part.key, DeliveryState.IN_DOUBT, "cannot tell", owner="test")
    return part.key


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_not_offered_to_a_member(env: BotEnvironment, name: str) -> None:
    values: dict[str, Value] = {
        option: env.channel if option == "channel" else "x" for option in COMMANDS[name]
    }

    with pytest.raises(ImpossibleError):
        env.server.slash(env.ada, env.channel, name, values)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_member_is_refused_even_where_it_is_offered(env: BotEnvironment, name: str) -> None:
    values: dict[str, Value] = {
        option: env.channel if option == "channel" else "x" for option in COMMANDS[name]
    }

    used = env.server.slash(env.ada, env.channel, name, values, overridden=True)

    assert said(used) == "You need the Manage Server permission for this. Ask somebody who has it."


def test_sources_show_their_health(env: BotEnvironment) -> None:
    store, now = env.storage.store, env.clock()
    store.record_fetch(FetchReport(source="arxiv", status=SourceStatus.OK, new=12), now=now)
    failed = FetchReport(source="github", status=SourceStatus.FAILED, error="answered 503")
    store.record_fetch(failed, now=now)

    text = said(admin(env, "sources"))

    assert "- arXiv: fresh, read <t:" in text
    assert "12 new" in text
    assert "- GitHub: **failed**, never read · answered 503" in text


def test_sources_before_the_first_look(env: BotEnvironment) -> None:
    assert "No source has been read yet" in said(admin(env, "sources"))


def test_many_sources_go_on_in_further_messages(env: BotEnvironment) -> None:
    for n in range(60):
        has_feed(env, f"blog-{n:02}")
        report = FetchReport(
            source=f"feed:blog-{n:02}", status=SourceStatus.FAILED, error="*" * 110
        )
        env.storage.store.record_fetch(report, now=env.clock())

    used = admin(env, "sources")

    answer_to(used)
    env.server.expect("all of them", lambda: "blog-59" in used.messages[-1].text).wait()
    text = "\n".join(message.text for message in used.messages)
    assert all(f"blog-{n:02}" in text for n in range(60))


def test_a_digest_is_posted_now(env: BotEnvironment) -> None:
    env.stores(*ALL)
    subscribed(env)

    assert "A digest is on its way" in said(admin(env, "post", channel=env.channel))

    assert "within the last minute" in said(admin(env, "post", channel=env.channel))
    assert "pending" in said(admin(env, "deliveries"))


def test_a_channel_without_subscription_gets_no_digest(env: BotEnvironment) -> None:
    assert "#digests has no subscription" in said(admin(env, "post", channel=env.channel))


def test_deliveries_show_state_and_error(env: BotEnvironment) -> None:
    key = in_doubt(env)

    message = answer_to(admin(env, "deliveries"))

    assert f"<#{env.channel.id}> extra" in message.text
    assert "**in doubt** · cannot tell" in message.text
    assert {f"retry:{key}", f"giveup:{key}"} <= set(message.custom_ids)


def test_what_is_in_doubt_is_sent_again_or_taken_as_arrived(env: BotEnvironment) -> None:
    key = in_doubt(env)
    message = answer_to(admin(env, "deliveries"))

    assert "sent again" in said(env.server.click(env.eve, message, f"retry:{key}"))
    assert claimed(env).part.key == key
    env.storage.outbox.settle(key, DeliveryState.IN_DOUBT, "cannot tell", owner="test")
    assert "Marked as arrived" in said(env.server.click(env.eve, message, f"giveup:{key}"))

    (delivery,) = env.storage.outbox.deliveries(states=(DeliveryState.SENT,))
    assert delivery.part.key == key
    assert "no longer in doubt" in said(env.server.click(env.eve, message, f"retry:{key}"))


def test_a_server_sees_and_settles_its_own_deliveries_only(env: BotEnvironment) -> None:
    key = in_doubt(env)
    other = env.server.add_guild("Elsewhere")
    hall = env.server.add_channel(other, "hall")
    role = env.server.add_role(other, "manager", Permission.MANAGE_GUILD)
    env.server.join(other, env.eve, roles=(role,))
    env.settled()

    used = env.server.slash(env.eve, hall, "admin deliveries")

    assert "Nothing was delivered to this server yet" in said(used)
    assert key not in answer_to(used).text


def test_feeds_are_looked_at_then_added_listed_and_removed(env: BotEnvironment) -> None:
    env.probe.gives(FEED, *papers(7), HOSTILE, title="A *blog*")

    preview = answer_to(admin(env, "feeds add", url="blog.example/feed.xml"))
    assert "8 items now" in preview.text
    assert "and 3 more" in preview.text
    assert not env.storage.feeds.feeds()

    added = said(env.server.click(env.eve, preview, preview.buttons["Add this feed"]))
    assert "Added as source" in added
    listed = said(admin(env, "feeds list"))
    assert f"A *blog* ([open]({FEED}))" in listed
    (feed,) = env.storage.feeds.feeds()
    proposed = env.server.autocomplete(env.eve, env.channel, "admin feeds remove", "name", "blog")
    proposed.answered.wait()
    assert proposed.choice_names == [feed.name]
    assert "Removed" in said(admin(env, "feeds remove", name=feed.name))
    assert "No feeds have been added to this server yet" in said(admin(env, "feeds list"))


def test_a_member_cannot_press_the_button_that_adds(env: BotEnvironment) -> None:
    env.probe.gives(FEED, *papers(1))
    used = admin(env, "feeds add", url=FEED)
    preview = answer_to(used)

    with pytest.raises(ImpossibleError):  # it is the manager's own message
        env.server.click(env.ada, preview, preview.buttons["Add this feed"])


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("ftp://blog.example/", "cannot be read by ftp"),
        ("http://127.0.0.1:8080/", "only ports 80 and 443"),
        (FEED, "does not answer; is the address right?"),
    ],
)
def test_a_bad_address_is_refused_in_one_line(env: BotEnvironment, url: str, line: str) -> None:
    text = said(admin(env, "feeds add", url=url))

    assert line.casefold() in text.casefold()
    assert "\n" not in text


def test_looking_at_feeds_is_limited(env: BotEnvironment) -> None:
    for _ in range(5):
        answer_to(admin(env, "feeds add", url=FEED))

    assert "Too many feeds at once; try again in" in said(admin(env, "feeds add", url=FEED))


def test_a_feed_that_is_read_no_more_is_shown_and_tried_again_by_adding_it(
    env: BotEnvironment,
) -> None:
    feed = has_feed(env, "blog-1")
    env.storage.feeds.save_trouble(
        FeedTrouble(
            feed=feed,
            failures=10,
            since=NOON,
            error="answered with 500",
            stopped_at=NOON,
            notified=True,
        )
    )
    assert "**stopped** <t:" in said(admin(env, "feeds list"))

    env.probe.gives(feed.url, *papers(1))
    preview = answer_to(admin(env, "feeds add", url=feed.url))
    assert "Added" in said(env.server.click(env.eve, preview, preview.buttons["Add this feed"]))

    assert "stopped" not in said(admin(env, "feeds list"))


def test_a_feed_that_is_not_there_cannot_be_removed(env: BotEnvironment) -> None:
    assert 'There is no feed "x" here' in said(admin(env, "feeds remove", name="x"))


@pytest.mark.parametrize("path", ["a" * 459, "_*" * 229, "%20" * 150])
def test_a_feed_of_a_long_address_with_long_links_is_shown_and_added(
    env: BotEnvironment, path: str
) -> None:
    url = f"https://blog.example/{path}"
    items = [replace(LONG_KEY, title="_T" * 90, url=f"{url[:470]}{n}") for n in range(7)]
    env.probe.gives(url, *items, title="x_" * 80)

    page = answer_to(admin(env, "feeds add", url=url))

    assert " more" in page.text
    added = said(env.server.click(env.eve, page, page.buttons["Add this feed"]))
    assert "Added as source" in added
    (feed,) = env.storage.feeds.feeds()
    assert feed.url == url
