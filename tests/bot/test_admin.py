"""``/admin``: for those who manage the server, whatever Discord offers to others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.deliveries import Delivery, DeliveryState
from core.feeds import AddedFeed, Feed, FeedTrouble
from core.sources import FetchReport, SourceStatus
from tests.bot.environment import Town, answer_to, said
from tests.bot.library import ALL, HOSTILE, papers
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


def has_feed(town: Town, name: str, guild: str = "") -> Feed:
    """Let the server have a feed, or the community with this name."""
    feed = Feed(name=name, url=f"https://blog.example/{name}", title=f"The blog {name}")
    guild = guild or f"discord:guild:{town.guild.id}"
    owner = f"discord:{town.eve.id}"
    town.storage.feeds.add(AddedFeed(feed=feed, owner=owner, guild=guild, added_at=town.clock()))
    return feed


def admin(town: Town, command: str, **options: Value) -> Interaction:
    return town.server.slash(town.eve, town.channel, f"admin {command}", options)


def subscribed(town: Town, channel: w.Channel | None = None) -> None:
    """Let the manager subscribe a channel."""
    options: dict[str, Value] = {
        "schedule": "daily",
        "at": "8",
        "channel": channel or town.channel,
        "interests": "graph neural networks",
    }
    answer_to(town.server.slash(town.eve, town.channel, "subscribe", options))


def claimed(town: Town) -> Delivery:
    """Claim the next waiting part, as the dispatcher does."""
    now = town.clock()
    (part,) = town.storage.outbox.claim(
        owner="test", schemes=("discord",), now=now, lease_until=now + timedelta(1), limit=1
    )
    return part


def in_doubt(town: Town) -> str:
    """Leave a part in doubt; return its key."""
    town.stores(*ALL)
    subscribed(town)
    answer_to(admin(town, "post", channel=town.channel))
    part = claimed(town).part
    town.storage.outbox.settle(part.key, DeliveryState.IN_DOUBT, "cannot tell", owner="test")
    return part.key


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_not_offered_to_a_member(town: Town, name: str) -> None:
    values: dict[str, Value] = {
        option: town.channel if option == "channel" else "x" for option in COMMANDS[name]
    }

    with pytest.raises(ImpossibleError):
        town.server.slash(town.ada, town.channel, name, values)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_member_is_refused_even_where_it_is_offered(town: Town, name: str) -> None:
    values: dict[str, Value] = {
        option: town.channel if option == "channel" else "x" for option in COMMANDS[name]
    }

    used = town.server.slash(town.ada, town.channel, name, values, overridden=True)

    assert said(used) == "This takes the permission Manage Server; ask somebody who has it"


def test_sources_show_their_health(town: Town) -> None:
    store, now = town.storage.store, town.clock()
    store.record_fetch(FetchReport(source="arxiv", status=SourceStatus.OK, new=12), now=now)
    failed = FetchReport(source="github", status=SourceStatus.FAILED, error="answered 503")
    store.record_fetch(failed, now=now)

    text = said(admin(town, "sources"))

    assert "- arXiv: fresh, read <t:" in text
    assert "12 new" in text
    assert "- GitHub: **failed**, never read · answered 503" in text


def test_sources_before_the_first_look(town: Town) -> None:
    assert "No source was read yet" in said(admin(town, "sources"))


def test_many_sources_go_on_in_further_messages(town: Town) -> None:
    for n in range(60):
        has_feed(town, f"blog-{n:02}")
        report = FetchReport(
            source=f"feed:blog-{n:02}", status=SourceStatus.FAILED, error="*" * 110
        )
        town.storage.store.record_fetch(report, now=town.clock())

    used = admin(town, "sources")

    answer_to(used)
    town.server.expect("all of them", lambda: "blog-59" in used.messages[-1].text).wait()
    text = "\n".join(message.text for message in used.messages)
    assert all(f"blog-{n:02}" in text for n in range(60))


def test_a_digest_is_posted_now(town: Town) -> None:
    town.stores(*ALL)
    subscribed(town)

    assert "A digest is on its way" in said(admin(town, "post", channel=town.channel))

    assert "within this minute" in said(admin(town, "post", channel=town.channel))
    assert "pending" in said(admin(town, "deliveries"))


def test_a_channel_without_subscription_gets_no_digest(town: Town) -> None:
    assert "#digests has no subscription" in said(admin(town, "post", channel=town.channel))


def test_deliveries_show_state_and_error(town: Town) -> None:
    key = in_doubt(town)

    message = answer_to(admin(town, "deliveries"))

    assert f"<#{town.channel.id}> extra" in message.text
    assert "**in doubt** · cannot tell" in message.text
    assert {f"retry:{key}", f"giveup:{key}"} <= set(message.custom_ids)


def test_what_is_in_doubt_is_sent_again_or_taken_as_arrived(town: Town) -> None:
    key = in_doubt(town)
    message = answer_to(admin(town, "deliveries"))

    assert "sent again" in said(town.server.click(town.eve, message, f"retry:{key}"))
    assert claimed(town).part.key == key
    town.storage.outbox.settle(key, DeliveryState.IN_DOUBT, "cannot tell", owner="test")
    assert "Noted as arrived" in said(town.server.click(town.eve, message, f"giveup:{key}"))

    (delivery,) = town.storage.outbox.deliveries(states=(DeliveryState.SENT,))
    assert delivery.part.key == key
    assert "no longer in doubt" in said(town.server.click(town.eve, message, f"retry:{key}"))


def test_a_server_sees_and_settles_its_own_deliveries_only(town: Town) -> None:
    key = in_doubt(town)
    other = town.server.add_guild("Elsewhere")
    hall = town.server.add_channel(other, "hall")
    role = town.server.add_role(other, "manager", Permission.MANAGE_GUILD)
    town.server.join(other, town.eve, roles=(role,))
    town.settled()

    used = town.server.slash(town.eve, hall, "admin deliveries")

    assert "Nothing was delivered to this server yet" in said(used)
    assert key not in answer_to(used).text


def test_feeds_are_looked_at_then_added_listed_and_removed(town: Town) -> None:
    town.probe.gives(FEED, *papers(7), HOSTILE, title="A *blog*")

    preview = answer_to(admin(town, "feeds add", url="blog.example/feed.xml"))
    assert "8 items now" in preview.text
    assert "and 3 more" in preview.text
    assert not town.storage.feeds.feeds()

    added = said(town.server.click(town.eve, preview, preview.buttons["Add this feed"]))
    assert "Added as source" in added
    listed = said(admin(town, "feeds list"))
    assert f"[A *blog*]({FEED})" in listed
    (feed,) = town.storage.feeds.feeds()
    proposed = town.server.autocomplete(
        town.eve, town.channel, "admin feeds remove", "name", "blog"
    )
    proposed.answered.wait()
    assert proposed.choice_names == [feed.name]
    assert "Removed" in said(admin(town, "feeds remove", name=feed.name))
    assert "No feeds were added here yet" in said(admin(town, "feeds list"))


def test_a_member_cannot_press_the_button_that_adds(town: Town) -> None:
    town.probe.gives(FEED, *papers(1))
    used = admin(town, "feeds add", url=FEED)
    preview = answer_to(used)

    with pytest.raises(ImpossibleError):  # it is the manager's own message
        town.server.click(town.ada, preview, preview.buttons["Add this feed"])


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("ftp://blog.example/", "cannot be read by ftp"),
        ("http://127.0.0.1:8080/", "only ports 80 and 443"),
        (FEED, "does not answer; is the address right?"),
    ],
)
def test_a_bad_address_is_refused_in_one_line(town: Town, url: str, line: str) -> None:
    text = said(admin(town, "feeds add", url=url))

    assert line.casefold() in text.casefold()
    assert "\n" not in text


def test_looking_at_feeds_is_limited(town: Town) -> None:
    for _ in range(5):
        answer_to(admin(town, "feeds add", url=FEED))

    assert "Too many feeds at once; try again in" in said(admin(town, "feeds add", url=FEED))


def test_a_feed_that_is_read_no_more_is_shown_and_tried_again_by_adding_it(town: Town) -> None:
    feed = has_feed(town, "blog-1")
    town.storage.feeds.save_trouble(
        FeedTrouble(
            feed=feed,
            failures=10,
            since=NOON,
            error="answered with 500",
            stopped_at=NOON,
            told=True,
        )
    )
    assert "**stopped** <t:" in said(admin(town, "feeds list"))

    town.probe.gives(feed.url, *papers(1))
    preview = answer_to(admin(town, "feeds add", url=feed.url))
    assert "Added" in said(town.server.click(town.eve, preview, preview.buttons["Add this feed"]))

    assert "stopped" not in said(admin(town, "feeds list"))


def test_a_feed_that_is_not_there_cannot_be_removed(town: Town) -> None:
    assert 'There is no feed "x" here' in said(admin(town, "feeds remove", name="x"))
