"""``/admin`` by one who manages the server, and by one who only sees it in the menu."""

from __future__ import annotations

from typing import Any

import pytest
import simcord

from core.sources import FetchReport, SourceStatus
from tests.bot.library import ALL, papers
from tests.bot.simulated.environment import Stage

FEED = "https://blog.example/feed.xml"
COMMANDS: dict[str, dict[str, str]] = {
    "admin sources": {},
    "admin deliveries": {},
    "admin post": {"channel": "the channel"},
    "admin feeds list": {},
    "admin feeds add": {"url": FEED},
    "admin feeds remove": {"name": "x"},
}


def given(stage: Stage, name: str) -> dict[str, Any]:
    return {k: stage.channel if k == "channel" else v for k, v in COMMANDS[name].items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_not_offered_without_the_permission(stage: Stage, name: str) -> None:
    with pytest.raises(simcord.SetupError, match="not visible to this user"):
        stage.slash(stage.ada, name, **given(stage, name))


@pytest.mark.parametrize("name", COMMANDS)
def test_it_is_refused_where_an_admin_opened_the_command_to_all(stage: Stage, name: str) -> None:
    commands = stage.run(stage.here.client().tree.fetch_commands())
    admin = next(one for one in commands if one.name == "admin")
    stage.guild.set_command_permissions(admin, {stage.ada: True})

    heard = stage.slash(stage.ada, name, **given(stage, name))

    assert heard.said == "This takes the permission Manage Server; ask somebody who has it"


def test_sources_and_deliveries_are_shown(stage: Stage) -> None:
    stage.stores(*ALL)
    report = FetchReport(source="github", status=SourceStatus.FAILED, error="answered 503")
    stage.storage.store.record_fetch(report, now=stage.clock())
    stage.slash(
        stage.eve, "subscribe", schedule="daily", at="8", channel=stage.channel, interests="graphs"
    )
    stage.slash(stage.eve, "admin post", channel=stage.channel)

    assert (
        "GitHub: **failed**, never read · answered 503"
        in stage.slash(stage.eve, "admin sources").said
    )
    assert "pending" in stage.slash(stage.eve, "admin deliveries").said


def test_a_feed_is_looked_at_added_after_a_restart_listed_and_removed(stage: Stage) -> None:
    stage.probe.gives(FEED, *papers(7), title="A *blog*")
    preview = stage.slash(stage.eve, "admin feeds add", url=FEED)
    assert "and 2 more" in preview.said
    stage.restarts()

    assert "Added" in stage.click(stage.eve, preview.message, "Add this feed").said
    assert f"[A *blog*]({FEED})" in stage.slash(stage.eve, "admin feeds list").said
    ((name, _),) = stage.types(stage.eve, "admin feeds remove", "name", "blog")
    assert "Removed" in stage.slash(stage.eve, "admin feeds remove", name=name).said

    assert "No feeds" in stage.slash(stage.eve, "admin feeds list").said
