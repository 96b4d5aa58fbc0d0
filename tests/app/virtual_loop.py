"""An event loop whose time passes at once, and the clock on the wall with it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

import time_machine

from tests.fakes import NOON


class _Selector(selectors.DefaultSelector):
    """Does not wait until a time has passed; it says that it has."""

    def __init__(self, wall: time_machine.Traveller) -> None:
        super().__init__()
        self.now = 0.0
        self._wall = wall

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select()
        self.now += max(timeout, 0.0)
        self._wall.shift(max(timeout, 0.0))
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Measures the time that was waited for."""

    def __init__(self, wall: time_machine.Traveller) -> None:
        self._virtual = _Selector(wall)
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """Run it to its end, in no time."""
    with (
        time_machine.travel(NOON, tick=False) as wall,
        asyncio.Runner(loop_factory=lambda: VirtualLoop(wall)) as runner,
    ):
        runner.run(scenario)
