"""What ``discord-load`` measured, what it is held to, and how it is told."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

LEAST_RATE, MOST_ACK_MS, MOST_IDLE_MB, MOST_RANKED_MB = 45.0, 500.0, 120.0, 160.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acks:
    """How soon members' acts were acknowledged, in milliseconds, as the stand-in saw it."""

    acts: int
    p50: float
    p99: float
    longest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Acks:
        """Sum up."""
        ordered = sorted(1000 * one for one in seconds)
        return cls(
            acts=len(ordered),
            p50=statistics.median(ordered),
            p99=ordered[int(0.99 * (len(ordered) - 1))],
            longest=ordered[-1],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was checked of the requests.

    Attributes:
        requests: all; each passed the stand-in's own rules.
        against_openapi: how many of them were held against Discord's OpenAPI file; 0 without it.
        routes: how many different routes those were.
        violations: problems found by either, in the bot's requests or the stand-in's answers.
    """

    requests: int
    against_openapi: int
    routes: int
    violations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Resident memory of ``tidings serve`` in MB: at four moments, and at the most."""

    idle: float
    ranked: float
    drained: float
    opened: float
    peak: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """How the outbox was drained, of which all was due at once.

    Attributes:
        wanted: parts that waited.
        arrived: messages that the channels have.
        seconds: from the first arrival to the last.
        global_429s: refusals by the limit over all routes.
        other_429s: other refusals.
        cpu_ms: processor time of ``tidings serve`` for each message, members' acts included.
        acks: members' acts meanwhile.
    """

    wanted: int
    arrived: int
    seconds: float
    global_429s: int
    other_429s: int
    cpu_ms: float
    acks: Acks

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.arrived / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """How runs were opened: ranked, composed, laid out and frozen, each for another profile.

    Attributes:
        runs: how many.
        seconds: from the first to the last.
        acks: members' acts meanwhile.
    """

    runs: int
    seconds: float
    acks: Acks

    @property
    def rate(self) -> float:
        """Runs a second."""
        return (self.runs - 1) / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a run measured; ``load`` is the machine's load average before and after it."""

    drained: Drained
    opened: Opened
    memory: Memory
    checked: Checked
    load: tuple[float, float]

    def misses(self) -> list[str]:
        """Return the targets that were missed."""
        drained, opened, memory = self.drained, self.opened, self.memory
        met = {
            f"{drained.arrived} messages, not {drained.wanted}": drained.arrived == drained.wanted,
            f"{drained.rate:.1f} messages/s, not {LEAST_RATE}": drained.rate >= LEAST_RATE,
            f"{drained.global_429s} global 429s": drained.global_429s == 0,
            _late("draining", drained.acks): drained.acks.p99 < MOST_ACK_MS,
            _late("opening", opened.acks): opened.acks.p99 < MOST_ACK_MS,
            _big("idle", memory.idle, MOST_IDLE_MB): memory.idle <= MOST_IDLE_MB,
            _big("ranked", memory.ranked, MOST_RANKED_MB): memory.ranked <= MOST_RANKED_MB,
            _big("drained", memory.drained, MOST_RANKED_MB): memory.drained <= MOST_RANKED_MB,
            _big("opened", memory.opened, MOST_RANKED_MB): memory.opened <= MOST_RANKED_MB,
            f"{len(self.checked.violations)} violations": not self.checked.violations,
        }
        return [line for line, is_met in met.items() if not is_met]

    def as_json(self) -> str:
        """Return everything in one line."""
        rates = {"drained_per_second": self.drained.rate, "opened_per_second": self.opened.rate}
        return json.dumps({**asdict(self), **rates, "missed": self.misses()})

    def as_text(self) -> str:
        """Return everything in a few lines."""
        drained, opened, memory, checked = self.drained, self.opened, self.memory, self.checked
        texts = {
            "drained": f"{drained.arrived} of {drained.wanted} messages in {drained.seconds:.1f} s:"
            f" {drained.rate:.1f} a second, {drained.cpu_ms:.1f} ms of processor time each",
            "429s": f"{drained.global_429s} global, {drained.other_429s} others",
            "acks": f"{_told(drained.acks)} while draining, {_told(opened.acks)} while opening",
            "opened": f"{opened.runs} runs, each for another profile, in {opened.seconds:.1f} s: "
            f"{opened.rate:.1f} a second",
            "memory": f"{memory.idle:.0f} MB idle, {memory.ranked:.0f} after the first ranking, "
            f"{memory.drained:.0f} drained, {memory.opened:.0f} after opening; "
            f"{memory.peak:.0f} at the most",
            "validated": f"{checked.requests} requests by the stand-in's rules, "
            f"{checked.against_openapi} of them on {checked.routes} routes by Discord's OpenAPI "
            f"file: {len(checked.violations)} violations",
            "load": f"{self.load[0]:.1f} before, {self.load[1]:.1f} after",
        }
        lines = [f"{name:10} {text}" for name, text in texts.items()]
        return "\n".join([*lines, *checked.violations[:10]])


def _told(acks: Acks) -> str:
    return (
        f"p50 {acks.p50:.0f}, p99 {acks.p99:.0f}, longest {acks.longest:.0f} ms of {acks.acts} acts"
    )


def _late(when: str, acks: Acks) -> str:
    return f"p99 of {acks.p99:.0f} ms while {when}, not {MOST_ACK_MS:.0f}"


def _big(when: str, found: float, most: float) -> str:
    return f"{found:.0f} MB {when}, not {most:.0f}"
