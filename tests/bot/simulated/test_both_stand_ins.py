"""The same story with simcord and with the stand-in on sockets: the bot asks Discord for the same.

Neither was written from the other, so where they agree a mistake in one of them is unlikely.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from simcord.types import HttpLogEntry

from storage import open_storage
from storage.opening import Storage
from tests.bot.environment import BotEnvironment, answer_to
from tests.bot.library import ALL, papers
from tests.bot.simulated.environment import simulated_environment
from tests.fakes import FakeClock
from tests.stand_ins.discord.call import Call

STORY: tuple[tuple[str, dict[str, str | int]], ...] = (
    ("search", {"query": "graph networks", "source": "arxiv"}),
    ("digest preview", {"interests": "graph neural networks", "days": 7}),
    ("saved", {}),
    ("deadlines", {}),
    ("privacy export", {}),
    ("privacy delete", {}),
)
ITEMS = (*ALL, *papers(12))

_SNOWFLAKE = re.compile(r"\d{17,20}")


def asked(requests: Iterable[Call | HttpLogEntry]) -> list[tuple[str, str]]:
    """Return kind of route and body of each request that answers somebody, without ids."""
    found = []
    for one in requests:
        path = one.template if isinstance(one, Call) else one.path
        if path.startswith(("/interactions", "/webhooks")):
            body = one.body if isinstance(one, Call) else one.json
            kind = f"{one.method} {path.split('/')[1]}"
            found.append((kind, _SNOWFLAKE.sub("ID", json.dumps(body, sort_keys=True))))
    return found


def in_process(storage: Storage, clock: FakeClock) -> list[list[tuple[str, str]]]:
    """Play the story with simcord; return what was asked for by the end of each scene."""
    scenes = []
    with simulated_environment(storage, clock) as sim:
        sim.stores(*ITEMS)
        for command, options in STORY:
            heard = sim.slash(sim.ada, command, **options)
            if command == "search":
                sim.click(sim.ada, heard.message, "Next ▶")
            scenes.append(asked(sim.env.http_requests))
    return scenes


def test_the_bot_makes_the_same_requests_of_both(
    env: BotEnvironment, clock: FakeClock, tmp_path: Path
) -> None:
    other = open_storage(f"sqlite:///{tmp_path / 'other.db'}")
    scenes = in_process(other, clock)
    other.close()

    env.stores(*ITEMS)
    for (command, options), expected in zip(STORY, scenes, strict=True):
        used = env.server.slash(env.ada, env.channel, command, options)
        message = answer_to(used)
        if command == "search":
            env.server.click(env.ada, message, message.buttons["Next ▶"])
        enough = partial(_at_least, len(expected), env)
        env.server.expect(f"the requests of {command}", enough).wait()
        assert asked(env.server.calls()) == expected


def _at_least(count: int, env: BotEnvironment) -> bool:
    return len(asked(env.server.platform.calls)) >= count
