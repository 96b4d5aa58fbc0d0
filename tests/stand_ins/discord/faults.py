"""Things that go wrong when a test says so."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.stand_ins.discord.call import Call
from tests.stand_ins.discord.waiting import Expectation


class Gate:
    """Holds the requests that reach it until it is opened; made for faults that wait."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.reached: Expectation[Call] = Expectation("a request at the gate")
        self._loop = loop
        self._opened = asyncio.Event()

    def open(self) -> None:
        """Let them pass, from any thread."""
        self._loop.call_soon_threadsafe(self._opened.set)

    async def pass_through(self, call: Call) -> None:
        """Report the request and wait for the gate to open."""
        self.reached.meet(call)
        await self._opened.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to go wrong, before the request took effect or after it.

    Attributes:
        after: whether the effect stands.
        status: answer with this bare status (a proxy's page, not JSON).
        code: answer with Discord's error of this JSON code.
        cut: close the connection without an answer.
        delay: seconds to wait before going on.
        gate: hold the request here before going on.
        retry_after: answer 429 with that many seconds.
        scope: of that 429: ``user``, ``shared`` or ``global``.
    """

    after: bool = False
    status: int = 0
    code: int = 0
    cut: bool = False
    delay: float = 0.0
    gate: Gate | None = None
    retry_after: float = 0.0
    scope: str = "user"


@dataclass(slots=True)
class Planned:
    """A fault, the route that it waits on, and how often it still strikes."""

    route: str
    fault: Fault
    times: float
    chance: float
    when: Callable[[Call], bool]
    struck: int = 0


@dataclass(slots=True)
class Faults:
    """The faults that are planned; each request asks for its own."""

    seed: int
    planned: list[Planned] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 -- repeatable chance, not a secret

    def plan(
        self,
        route: str,
        fault: Fault,
        *,
        times: float = 1,
        chance: float = 1.0,
        when: Callable[[Call], bool] = lambda _: True,
    ) -> Planned:
        """Let the fault strike matching requests of the route, at most so many times."""
        plan = Planned(route=route, fault=fault, times=times, chance=chance, when=when)
        self.planned.append(plan)
        return plan

    def strike(self, call: Call) -> list[Fault]:
        """Return the faults that hit this request."""
        hit = [plan for plan in self.planned if self._hits(plan, call)]
        for plan in hit:
            plan.times -= 1
            plan.struck += 1
        self.planned = [plan for plan in self.planned if plan.times > 0]
        return [plan.fault for plan in hit]

    def _hits(self, plan: Planned, call: Call) -> bool:
        return (
            plan.route in {call.route, "*"}
            and plan.when(call)
            and self._random.random() < plan.chance
        )
