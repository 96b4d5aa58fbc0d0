"""``/admin`` by one who manages the server, and by one who only sees it in the menu."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from core.sources import FetchReport, SourceStatus
from tests.bot.library import ALL, papers
from tests.bot.simulated.environment import SimulatedEnvironment

FEED = "https://blog.example/feed.xml"
COMMANDS: dict[str, dict[str, str]] = {
    "admin sources": {},
    "admin deliveries": {},
    "admin post": {"channel": "the channel"},
    "admin feeds list": {},
    "admin feeds add": {"url": FEED},
    "admin feeds remove": {"name": "x"},
}


def given(sim: SimulatedEnvironment, name: str) -> dict[str, Any]:
    return {k: sim.channel if k == "channel" else v for k, v in COMMANDS[name].items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_not_offered_without_the_permission(sim: SimulatedEnvironment, name: str) -> None:
    with pytest.raises(simcord.SetupError, match="not visible to this user"):
        sim.slash(sim.ada, name, **given(sim, name))


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_refused_where_an_admin_opened_the_command_to_all(
    sim: SimulatedEnvironment, name: str
) -> None:
    commands = sim.run(sim.running.client().tree.fetch_commands())
    admin = next(one for one in commands if one.name == "admin")
    sim.guild.set_command_permissions(admin, {sim.ada: True})

    heard = sim.slash(sim.ada, name, **given(sim, name))

    assert heard.said == "You need the Manage Server permission for this. Ask somebody who has it."


def test_sources_and_deliveries_are_shown(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    report = FetchReport(source="github", status=SourceStatus.FAILED, error="answered 503")
    sim.storage.store.record_fetch(report, now=sim.clock())
    sim.slash(
        sim.eve, "subscribe", schedule="daily", at="8", channel=sim.channel, interests="graphs"
    )
    sim.slash(sim.eve, "admin post", channel=sim.channel)

    assert (
        "GitHub: **failed**, never read · answered 503" in sim.slash(sim.eve, "admin sources").said
    )
    assert "pending" in sim.slash(sim.eve, "admin deliveries").said


def test_a_feed_is_looked_at_added_after_a_restart_listed_and_removed(
    sim: SimulatedEnvironment,
) -> None:
    sim.probe.gives(FEED, *papers(7), title="A *blog*")
    preview = sim.slash(sim.eve, "admin feeds add", url=FEED)
    assert "and 2 more" in preview.said
    sim.restarts()

    assert "Added" in sim.click(sim.eve, preview.message, "Add this feed").said
    assert f"A *blog* ([open]({FEED}))" in sim.slash(sim.eve, "admin feeds list").said
    ((name, _),) = sim.types(sim.eve, "admin feeds remove", "name", "blog")
    assert "Removed" in sim.slash(sim.eve, "admin feeds remove", name=name).said

    assert "No feeds" in sim.slash(sim.eve, "admin feeds list").said
