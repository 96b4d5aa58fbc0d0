"""What a server's feed gives is seen there, and nowhere else: every command that reads is tried."""

from __future__ import annotations

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.escape import unescape
from core.feeds import AddedFeed, Feed
from core.items import ItemKind
from core.people import Interest
from core.sources import FetchReport, SourceStatus
from tests.bot.library import ALL
from tests.bot.simulated.environment import Outcome, SimulatedEnvironment, shown
from tests.fakes import an_item

FEED = Feed(name="blog-0a1b", url="https://blog.example/feed", title="A blog")
POST = an_item(
    f"{FEED.source}/1",
    kind=ItemKind.ARTICLE,
    title="Graph neural networks at the Tuesday club",
    url="https://blog.example/tuesday",
    summary="Members of the Tuesday club built graph neural networks for their garden.",
    metrics={"points": 99.0},
)
READING: dict[str, dict[str, str]] = {
    "search": {"query": "Tuesday club garden"},
    "digest now": {},
    "digest preview": {"interests": "graph neural networks"},
    "ask": {"question": "Who built graph neural networks for their garden?"},
    "similar": {"item": "2401.00001"},
    "trending": {"source": FEED.source},
    "why": {"item": str(POST.key)},
}


Elsewhere = tuple[MemberActor, ChannelHandle]


@pytest.fixture
def elsewhere(sim: SimulatedEnvironment) -> Elsewhere:
    """Ada in another server; the feed belongs to the environment's own."""
    sim.stores(*ALL, POST)
    sim.knows(sim.ada, interests=(Interest(text="graph neural networks"),))
    guild = f"discord:guild:{sim.guild.id}"
    owner = f"discord:{sim.eve.id}"
    added = AddedFeed(feed=FEED, owner=owner, guild=guild, added_at=sim.clock())
    sim.storage.feeds.add(added)
    report = FetchReport(source=FEED.source, status=SourceStatus.OK, new=1)
    sim.storage.store.record_fetch(report, now=sim.clock())
    other = sim.env.create_guild("Elsewhere")
    return other.add_member(sim.ada.user), other.create_text_channel("hall")


@pytest.mark.parametrize("command", READING)
def test_a_post_is_read_in_its_own_server_only(
    sim: SimulatedEnvironment, elsewhere: Elsewhere, command: str
) -> None:
    ada_there, hall = elsewhere

    here = sim.slash(sim.ada, command, **READING[command])
    there = Outcome(sim.run(ada_there.slash(hall, command, **READING[command])))

    assert POST.title in here.said
    assert "Tuesday" not in there.said.replace(READING["search"]["query"], "")


@pytest.mark.parametrize(
    ("command", "option", "typed"),
    [
        ("search", "source", "blog-0"),
        ("subscribe", "sources", "blog-0"),
        ("why", "item", "Tuesday"),
    ],
)
def test_nothing_of_it_is_proposed_elsewhere(
    sim: SimulatedEnvironment, elsewhere: Elsewhere, command: str, option: str, typed: str
) -> None:
    ada_there, hall = elsewhere

    assert sim.types(sim.ada, command, option, typed)
    assert not sim.run(ada_there.autocomplete(hall, command, option, typed))


def test_digests_of_its_own_channels_hold_it_and_those_of_others_do_not(
    sim: SimulatedEnvironment, elsewhere: Elsewhere
) -> None:
    _, hall = elsewhere
    assert hall.guild
    role = hall.guild.create_role("host", permissions=discord.Permissions(manage_guild=True))
    host = hall.guild.add_member(sim.env.create_user("host"), roles=[role])
    posted = {}
    for who, channel in ((sim.eve, sim.channel), (host, hall)):
        order = {"schedule": "daily", "at": "8", "interests": "graph neural networks"}
        sim.run(who.slash(channel, "subscribe", channel=channel, **order))
        sim.run(who.slash(channel, "admin post", channel=channel))
        target = f"discord:channel:{channel.id}"
        (waiting,) = sim.storage.outbox.deliveries(target=target)
        sim.run(sim.deliverer.deliver(waiting))
        posted[channel.id] = unescape(shown(channel.history(viewer=who)[-1]))

    assert POST.title in posted[sim.channel.id]
    assert "Graph neural networks for molecules" in posted[hall.id]
    assert "Tuesday" not in posted[hall.id]


def test_its_adder_sees_it_everywhere(sim: SimulatedEnvironment, elsewhere: Elsewhere) -> None:
    _, hall = elsewhere
    assert hall.guild
    sim.knows(sim.eve, interests=(Interest(text="graph neural networks"),))
    eve_there = hall.guild.add_member(sim.eve.user)

    assert POST.title in Outcome(sim.run(eve_there.slash(hall, "digest now"))).said


def test_its_health_is_told_to_its_own_server_only(
    sim: SimulatedEnvironment, elsewhere: Elsewhere
) -> None:
    _, hall = elsewhere
    assert hall.guild
    role = hall.guild.create_role("host", permissions=discord.Permissions(manage_guild=True))
    host = hall.guild.add_member(sim.env.create_user("host"), roles=[role])

    assert FEED.name in sim.slash(sim.eve, "admin sources").said
    assert FEED.name not in Outcome(sim.run(host.slash(hall, "admin sources"))).said
