"""10,000 digests that are due at once, drained while members go on using commands.

``./run bench discord-load [--subscriptions N] [--runs N] [--json]`` starts ``tidings serve`` as it
is, as a process of its own with a database file, against a stand-in for Discord on loopback, and
measures:

- resident memory with nothing going on: connected, after the first ranking, when all is drained,
  when further runs were opened; and at its peak;
- how fast the outbox is drained: messages per second from the first to the last, of the 50
  requests per second that Discord allows, and how many answers were a global 429;
- how soon slash commands, buttons and autocompletes are acknowledged meanwhile, as the stand-in
  sees it;
- how many runs ``serve`` opens in a second, each for another profile, and how soon members are
  acknowledged meanwhile.

The digests to drain are made beforehand by the real ranker from a made-up archive, for twenty
readers, and frozen in the outbox for a moment a little ahead, so that nothing but delivering is
measured. The stand-in checks every request against its own rules at once; one in fifty, and the
first of every route, is checked against Discord's OpenAPI file, where that is present, when all is
over: each takes up to 0.1 s, in which requests would pile up before the stand-in.

It fails when a figure misses its target, and says which.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from benchmarks._load_figures import Acks, Checked, Drained, Figures, Memory, Opened
from benchmarks._load_world import WORDS, channels, fall_due, freeze, items, reader
from fetchers import FETCHERS
from storage import open_storage
from storage.delivery_tables import RUN
from storage.opening import Storage
from tests.stand_ins.discord import (
    POST_MESSAGE,
    Call,
    DiscordStandIn,
    Interaction,
    NotAnsweredError,
    Settings,
)
from tests.stand_ins.discord import world as w

SAMPLED = 50
"""One in so many requests is checked against Discord's OpenAPI file."""
BETWEEN_ACTS = 0.1
"""Seconds between two things that a member does."""
NEVER = 3.0
"""Seconds that count for an act that was not acknowledged in Discord's three."""


def main() -> int:
    """Run it and print the figures; 0 if all targets are met."""
    parser = argparse.ArgumentParser(prog="./run bench discord-load")
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=100, help="runs to open, to measure that")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(Path(folder), arguments.subscriptions, arguments.runs)
    print(figures.as_json() if arguments.json else figures.as_text())
    for miss in figures.misses():
        print(f"missed: {miss}", file=sys.stderr)
    return 1 if figures.misses() else 0


def _measure(folder: Path, count: int, runs: int) -> Figures:
    """Do one run."""
    url, busy = f"sqlite:///{folder / 'tidings.db'}", os.getloadavg()[0]
    settings = Settings(validate_every=10**9, gateway_events=10_000)
    with DiscordStandIn(settings) as server, open_storage(url) as storage:
        places = channels(server, max(count, runs))
        ada = server.add_user("ada")
        server.join(server.platform.world.guilds[places[0].guild_id or 0], ada)
        storage.store.upsert(items(), now=datetime.now(UTC))
        storage.store.save_profile(reader(f"discord:{ada.id}", 0))
        with _serving(server, url) as process:
            server.expect_connected().wait(60)
            _quiet(server)
            member = _Member(server, ada, places[0])
            idle = _memory(process.pid, "VmRSS")
            member.act("digest now").answered.wait(60)
            ranked = _memory(process.pid, "VmRSS")
            drained = _drain(process.pid, storage, member, places[:count])
            after = _memory(process.pid, "VmRSS")
            opened = _open(storage, member, places[:runs])
            memory = Memory(
                idle=idle,
                ranked=ranked,
                drained=after,
                opened=_memory(process.pid, "VmRSS"),
                peak=_memory(process.pid, "VmHWM"),
            )
        return Figures(
            drained=drained,
            opened=opened,
            memory=memory,
            checked=_checked(server),
            load=(busy, os.getloadavg()[0]),
        )


class _Member:
    """Somebody who uses the bot all the time, in one channel."""

    def __init__(self, server: DiscordStandIn, user: w.User, channel: w.Channel) -> None:
        self.server = server
        self.channel = channel
        self._user = user

    def act(self, command: str, **options: str) -> Interaction:
        """Use a command."""
        return self.server.slash(self._user, self.channel, command, options)

    def acts_while(self, storage: Storage, opened: int) -> Acks:
        """Do one thing after the other until so many runs were opened and nothing waits."""
        acts: list[Interaction] = []
        while (
            _opened(storage)[0] < opened
            or storage.outbox.next_due(schemes=("discord",)) is not None
        ):
            acts.append(self._next(len(acts)))
            time.sleep(BETWEEN_ACTS)
        acks = [_acknowledged(one) for one in acts]
        for one in acts:
            _answered(one)
        return Acks.of(acks)

    def _next(self, number: int) -> Interaction:
        """Do the next thing of a round of ten, of which one asks for a ranking."""
        word = WORDS[number % len(WORDS)]
        match number % 10:
            case 0:
                return self.act("digest now")
            case 1 | 4 | 7:
                return self.act("search", query=word)
            case 2 | 5 | 8:
                return self.server.autocomplete(self._user, self.channel, "similar", "item", word)
            case 3:
                return self.act("subscriptions")
            case 6:
                return self.act("start")
            case _:
                return self.act("saved")


def _acknowledged(one: Interaction) -> float:
    try:
        one.acknowledged.wait(10)
    except NotAnsweredError:
        return NEVER
    return one.ack_seconds or NEVER


def _answered(one: Interaction) -> None:
    """Wait until an act has its whole answer, so that memory is measured with nothing going on."""
    try:
        one.answered.wait(120)
    except NotAnsweredError:
        return


def _drain(pid: int, storage: Storage, member: _Member, places: list[w.Channel]) -> Drained:
    """Let all be due at one moment, and measure until nothing waits any more."""
    server = member.server
    freeze(storage, places)
    refused, spent = len(server.refusals), _processor_seconds(pid)
    acks = member.acts_while(storage, len(places))
    spent = _processor_seconds(pid) - spent
    posts = sorted(call.started for call in server.calls(POST_MESSAGE) if call.status == 200)
    scopes = [refusal.scope for refusal in server.refusals[refused:]]
    return Drained(
        wanted=len(places),
        arrived=server.on_loop(lambda: sum(len(one.messages) for one in places)),
        seconds=posts[-1] - posts[0],
        global_429s=scopes.count("global"),
        other_429s=len(scopes) - scopes.count("global"),
        cpu_ms=1000 * spent / len(places),
        acks=acks,
    )


def _open(storage: Storage, member: _Member, places: list[w.Channel]) -> Opened:
    """Let so many subscriptions fall due, and measure how ``serve`` opens their runs."""
    before, _ = _opened(storage)
    fall_due(storage, places)
    acks = member.acts_while(storage, before + len(places))
    _, at = _opened(storage, after=before)
    return Opened(runs=len(places), seconds=(max(at) - min(at)) / 1e6, acks=acks)


def _opened(storage: Storage, after: int | None = None) -> tuple[int, list[int]]:
    """Return how many runs there are, and when those after a number of them were opened (µs)."""
    with storage.database.reading() as connection:
        count = connection.scalar(select(func.max(RUN.c.id))) or 0
        if after is None:
            return count, []
        later = select(RUN.c.opened_at).where(RUN.c.id > after)
        return count, list(connection.scalars(later))


@contextmanager
def _serving(server: DiscordStandIn, url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``tidings serve`` against the stand-in, with no source to read."""
    environment = {
        **os.environ,
        "TIDINGS_STORAGE__URL": url,
        "TIDINGS_DISCORD__TOKEN": server.token,
        "TIDINGS_DISCORD__API_URL": server.api_url,
        "TIDINGS_DISCORD__GATEWAY_URL": server.gateway_url,
        **{f"TIDINGS_SOURCES__{name.upper()}__ENABLED": "false" for name in FETCHERS},
    }
    command = [str(Path(sys.executable).with_name("tidings")), "serve"]
    process = subprocess.Popen(command, env=environment)  # noqa: S603 -- our own program
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _quiet(server: DiscordStandIn) -> None:
    """Wait until the bot has read all that it was told, and then for two more of its looks."""
    for _ in range(3):
        heartbeat = server.expect_heartbeat()
        server.ask_for_heartbeat()
        heartbeat.wait(60)
        time.sleep(5)


def _memory(pid: int, name: str) -> float:
    """Return a figure of a process's memory in megabytes (proc(5))."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"the system does not tell {name}")


def _processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used so far (proc(5))."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = after_name[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _checked(server: DiscordStandIn) -> Checked:
    calls = server.calls()
    first = {call.route: call for call in reversed(calls)}
    sample = list(dict.fromkeys([*first.values(), *calls[::SAMPLED]]))
    described = server.platform.validator.openapi
    found = [*map(str, server.violations), *map(str, server.own_violations)]
    if described is None:
        return Checked(requests=len(calls), against_openapi=0, routes=0, violations=tuple(found))

    def problems(one: Call) -> list[str]:
        query = described.query(one.method, one.template, one.query)
        body = described.request(one.method, one.template, one.body)
        return [f"{one.route}: {problem}" for problem in (*query, *body)]

    return Checked(
        requests=len(calls),
        against_openapi=len(sample),
        routes=len(first),
        violations=(*found, *(problem for one in sample for problem in problems(one))),
    )


if __name__ == "__main__":
    sys.exit(main())
