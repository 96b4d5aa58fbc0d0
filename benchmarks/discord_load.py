"""10,000 digests that are due at once, drained while members go on using commands.

``./run bench discord-load [--subscriptions N] [--json]`` starts ``tidings serve`` as it is, as a
process of its own with a database file, against a stand-in for Discord on loopback, and measures:

- resident memory: connected and idle, after the first ranking, when all is drained, at its peak;
- how fast the outbox is drained: messages per second from the first to the last, of the 50
  requests per second that Discord allows, and how many answers were a global 429;
- how soon slash commands, buttons and autocompletes are acknowledged meanwhile, as the stand-in
  sees it.

The digests are made beforehand by the real ranker from a made-up archive, for twenty readers, and
frozen in the outbox for a moment a little ahead: what is measured is delivering. How fast digests
are made is another question (``docs/operations.md``). The stand-in checks every
request against its own rules at once; one in fifty is checked against Discord's OpenAPI file, where
that is present, when all is over: each takes up to 0.1 s, in which requests would pile up before
the stand-in and break a limit that the bot had kept.

It fails when a figure misses its target.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from pathlib import Path
from typing import cast

from bot.connection import Connection
from bot.delivery import DiscordDeliverer
from core.deliveries import Cadence, DueRun, Rhythm, Subscription
from core.digests import Digest
from core.items import Item
from core.people import Interest, Profile
from core.ports import Budget
from core.services.digests import Digests, Request
from fetchers import FETCHERS
from storage import open_storage
from storage.opening import Storage
from tests.fakes import an_item
from tests.stand_ins.discord import POST_MESSAGE, Call, DiscordStandIn, Interaction, Settings
from tests.stand_ins.discord import world as w

CHANNELS_EACH = 250
READERS = 20
SAMPLED = 50
"""One in so many requests is checked against Discord's OpenAPI file."""
ITEMS = 1500
BETWEEN_ACTS = 0.1
"""Seconds between two things that a member does."""

LEAST_RATE, MOST_ACK_MS, MOST_IDLE_MB, MOST_RANKED_MB = 45.0, 500.0, 120.0, 160.0

_PLAIN = """
graph neural network transformer attention diffusion agent tool retrieval training
inference quantisation sparse kernel speech vision image video robot policy reward
molecule protein weather tabular boosting federated privacy causal bayesian language
translation code benchmark data set
"""
_WORDS = _PLAIN.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run measured."""

    subscriptions: int
    messages: int
    seconds: float
    rate: float
    global_429s: int
    other_429s: int
    acts: int
    ack_p50_ms: float
    ack_p99_ms: float
    ack_max_ms: float
    idle_mb: float
    ranked_mb: float
    drained_mb: float
    peak_mb: float
    validated: int
    violations: int

    def misses(self) -> list[str]:
        """Return the targets that were missed."""
        wanted = {
            f"{self.rate:.1f} messages/s, not {LEAST_RATE}": self.rate >= LEAST_RATE,
            f"{self.global_429s} global 429s": self.global_429s == 0,
            f"p99 of {self.ack_p99_ms:.0f} ms, not {MOST_ACK_MS}": self.ack_p99_ms < MOST_ACK_MS,
            f"{self.idle_mb:.0f} MB idle, not {MOST_IDLE_MB}": self.idle_mb <= MOST_IDLE_MB,
            f"{self.ranked_mb:.0f} MB ranked, not {MOST_RANKED_MB}": self.ranked_mb
            <= MOST_RANKED_MB,
            f"{self.messages} messages for {self.subscriptions}": self.messages
            == self.subscriptions,
            f"{self.violations} violations": self.violations == 0,
        }
        return [line for line, met in wanted.items() if not met]


def main() -> int:
    """Run it and print the figures; 0 if all targets are met."""
    parser = argparse.ArgumentParser(prog="./run bench discord-load")
    parser.add_argument("--subscriptions", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), arguments.subscriptions)
    if arguments.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(
                f"{name:14} {value:>10.1f}"
                if isinstance(value, float)
                else f"{name:14} {value:>10}"
            )
    for miss in figures.misses():
        print(f"missed: {miss}", file=sys.stderr)
    return 1 if figures.misses() else 0


def measure(folder: Path, count: int) -> Figures:
    """Do one run."""
    url = f"sqlite:///{folder / 'tidings.db'}"
    settings = Settings(validate_every=10**9, gateway_events=10_000)
    with DiscordStandIn(settings) as server, open_storage(url) as storage:
        channels = _channels(server, count)
        ada = server.add_user("ada")
        server.join(server.platform.world.guilds[channels[0].guild_id or 0], ada)
        storage.store.upsert(_items(), now=datetime.now(UTC))
        storage.store.save_profile(_reader(f"discord:{ada.id}", 0))
        with _serving(server, url) as process:
            server.expect_connected().wait(60)
            _quiet(server)
            idle = _memory(process.pid, "VmRSS")
            server.slash(ada, channels[0], "digest now").answered.wait(60)
            ranked = _memory(process.pid, "VmRSS")
            _freeze(storage, channels)
            acts = _act_until_drained(server, storage, ada, channels[0])
            drained, peak = _memory(process.pid, "VmRSS"), _memory(process.pid, "VmHWM")
        arrived = server.on_loop(lambda: sum(len(one.messages) for one in channels))
        return _figures(server, (count, arrived), acts, (idle, ranked, drained, peak))


def _figures(
    server: DiscordStandIn,
    counts: tuple[int, int],
    acts: list[Interaction],
    memory: tuple[float, float, float, float],
) -> Figures:
    sample = server.calls()[::SAMPLED]
    posts = sorted(call.started for call in server.calls(POST_MESSAGE) if call.status == 200)
    took = posts[-1] - posts[0]
    acks = sorted(1000 * (one.ack_seconds or 3.0) for one in acts)
    scopes = [refusal.scope for refusal in server.refusals]
    return Figures(
        subscriptions=counts[0],
        messages=counts[1],
        seconds=took,
        rate=len(posts) / took,
        global_429s=scopes.count("global"),
        other_429s=len(scopes) - scopes.count("global"),
        acts=len(acks),
        ack_p50_ms=statistics.median(acks),
        ack_p99_ms=acks[int(0.99 * (len(acks) - 1))],
        ack_max_ms=acks[-1],
        idle_mb=memory[0],
        ranked_mb=memory[1],
        drained_mb=memory[2],
        peak_mb=memory[3],
        validated=len(sample),
        violations=len(server.violations) + len(server.own_violations) + _refused(server, sample),
    )


def _refused(server: DiscordStandIn, sample: list[Call]) -> int:
    """Return how many problems Discord's OpenAPI file finds in these requests."""
    described = server.platform.validator.openapi
    if described is None:
        return 0
    return sum(
        len([*described.query(one.method, one.template, one.query)])
        + len([*described.request(one.method, one.template, one.body)])
        for one in sample
    )


def _channels(server: DiscordStandIn, count: int) -> list[w.Channel]:
    made: list[w.Channel] = []
    while len(made) < count:
        guild = server.add_guild(f"Server {len(made)}")
        size = min(CHANNELS_EACH, count - len(made))
        made += [server.add_channel(guild, f"digests-{n}") for n in range(size)]
    return made


def _items() -> list[Item]:
    chance = random.Random(7)  # noqa: S311 -- repeatable, not a secret
    now = datetime.now(UTC)
    return [
        an_item(
            f"arxiv/2611.{n:05}",
            title=" ".join(chance.choices(_WORDS, k=8)),
            summary=". ".join(" ".join(chance.choices(_WORDS, k=15)) for _ in range(6)),
            appeared_at=now - timedelta(minutes=5 * n),
        )
        for n in range(ITEMS)
    ]


def _reader(name: str, number: int) -> Profile:
    phrase = f"{_WORDS[number]} {_WORDS[number + 1]}"
    return Profile(name=name, interests=(Interest(text=phrase),))


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


def _freeze(storage: Storage, channels: list[w.Channel]) -> None:
    """Put one digest for each channel into the outbox, all due at one moment."""
    begun = datetime.now(UTC)
    due_at = begun + timedelta(seconds=10 + len(channels) / 100)
    rhythm = Rhythm(cadence=Cadence.DAILY, at=wall((begun.hour + 12) % 24), zone="UTC")
    # Laying out needs no connection.
    deliverer = DiscordDeliverer(
        connection=cast("Connection", None), outbox=storage.outbox, clock=lambda: due_at
    )
    digests = _digests(storage, begun)
    due = DueRun(period=f"{begun:%Y-%m-%d}", due_at=due_at, since=begun - timedelta(days=1))
    for number, channel in enumerate(channels):
        target = f"discord:channel:{channel.id}"
        order = Subscription(
            id=f"{number:012x}",
            owner="discord:1",
            profile=target,
            target=target,
            rhythm=rhythm,
            created_at=begun,
        )
        storage.subscriptions.save_subscription(order)
        digest = replace(
            digests[number % READERS], id=f"{order.id}@{due.period}", subscription=order.id
        )
        parts = deliverer.parts(digest, order, due.period)
        storage.outbox.open_run(order, due, digest, parts, now=due_at)


def _digests(storage: Storage, now: datetime) -> list[Digest]:
    """Make a digest for each reader, small enough for one message."""
    from digests.compose import Composer
    from ranking.ranker import WordRanker

    digests = Digests(
        store=storage.store,
        index=storage.index,
        ranker=WordRanker(),
        composer=Composer(),
        clock=lambda: now,
    )
    return [
        digests.make(
            Request(
                profile=_reader("reader", number),
                subscription="",
                since=now - timedelta(days=7),
                budget=Budget(items=5),
            )
        )
        for number in range(READERS)
    ]


def _act_until_drained(
    server: DiscordStandIn, storage: Storage, ada: w.User, channel: w.Channel
) -> list[Interaction]:
    """Let a member use the bot until nothing waits to be sent any more."""
    acts: list[Interaction] = []
    while storage.outbox.next_due(schemes=("discord",)) is not None:
        acts.append(_act(server, ada, channel, len(acts)))
        time.sleep(BETWEEN_ACTS)
    for one in acts:
        one.acknowledged.wait(10)
    return acts


def _act(server: DiscordStandIn, ada: w.User, channel: w.Channel, number: int) -> Interaction:
    """Do the next thing of a round of ten, of which one asks for a ranking."""
    match number % 10:
        case 0:
            return server.slash(ada, channel, "digest now")
        case 1 | 4 | 7:
            return server.slash(ada, channel, "search", {"query": _WORDS[number % len(_WORDS)]})
        case 2 | 5 | 8:
            typed = _WORDS[number % len(_WORDS)]
            return server.autocomplete(ada, channel, "similar", "item", typed)
        case 3:
            return server.slash(ada, channel, "subscriptions")
        case 6:
            return server.slash(ada, channel, "start")
        case _:
            return server.slash(ada, channel, "saved")


if __name__ == "__main__":
    sys.exit(main())
