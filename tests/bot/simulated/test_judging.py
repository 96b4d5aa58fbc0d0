"""The judge of simcord's records sees what simcord itself lets through."""

from __future__ import annotations

import pytest
from discord.http import Route
from simcord.types import HttpLogEntry

from bot.layout import IS_COMPONENTS_V2, text
from tests.bot.simulated.environment import SimulatedEnvironment
from tests.bot.simulated.judging import violations
from tests.fakes import NOON
from tests.stand_ins.discord.settings import OPENAPI

POST = "/channels/1/messages"
SOUND = {
    "flags": IS_COMPONENTS_V2,
    "components": [text("hello")],
    "allowed_mentions": {"parse": []},
    "nonce": "a" * 25,
    "enforce_nonce": True,
}


def judged(method: str, path: str, body: object) -> list[str]:
    entry = HttpLogEntry(method, path, {}, body, None)
    return [str(one) for one in violations([entry], now=NOON)]


def test_what_is_sound_passes() -> None:
    assert judged("POST", POST, SOUND) == []


@pytest.mark.parametrize(
    "changes",
    [{"colour": "red"}, {"content": "beside components"}, {"components": []}],
    ids=["unknown field", "content in a v2 message", "empty message"],
)
def test_what_the_rules_forbid_is_seen(changes: dict[str, object]) -> None:
    assert judged("POST", POST, SOUND | changes)


@pytest.mark.skipif(not OPENAPI.is_file(), reason="Discord's OpenAPI file is not here")
def test_what_discords_file_forbids_is_seen() -> None:
    assert any("openapi" in line for line in judged("POST", POST, SOUND | {"nonce": "a" * 26}))


def test_a_route_that_discord_has_not_is_seen() -> None:
    assert judged("POST", "/channels/1/telegrams", {})


def test_simcord_takes_a_nonce_twice_so_doubles_are_not_tested_here(
    sim: SimulatedEnvironment,
) -> None:
    """Pins the gap for which the stand-in on sockets is needed; docs/discord.md names it."""
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=sim.channel.id)

    async def twice() -> None:
        for _ in range(2):
            await sim.running.client().http.request(route, json=SOUND)

    sim.run(twice())

    assert len(sim.channel.history()) == 2
