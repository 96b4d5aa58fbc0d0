"""Waiting for something to happen, from a thread or from an event loop, without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds after which a wait is a failure: far more than anything here takes."""


class Expectation(Generic[T]):
    """Something that will happen or fail: ``await it`` in a loop, ``it.wait()`` in a thread."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._future: Future[T] = Future()

    @property
    def done(self) -> bool:
        """Whether it happened or failed."""
        return self._future.done()

    def meet(self, value: T) -> None:
        """Let it have happened; later calls change nothing."""
        if not self._future.done():
            self._future.set_result(value)

    def fail(self, error: Exception) -> None:
        """Let it have failed; later calls change nothing."""
        if not self._future.done():
            self._future.set_exception(error)

    def wait(self, seconds: float = PATIENCE) -> T:
        """Block the calling thread until it happened.

        Raises:
            TimeoutError: it did not happen in that time.
        """
        try:
            return self._future.result(seconds)
        except TimeoutError:
            raise self._late(seconds) from None

    def __await__(self) -> Generator[object, None, T]:
        return self._in_loop().__await__()

    async def _in_loop(self) -> T:
        # Shielded: a wait that times out must not cancel what others wait for too.
        waiting = asyncio.shield(asyncio.wrap_future(self._future))
        try:
            return await asyncio.wait_for(waiting, PATIENCE)
        except TimeoutError:
            raise self._late(PATIENCE) from None

    def _late(self, seconds: float) -> TimeoutError:
        return TimeoutError(f"{self.what}: not within {seconds:g} s")


class Board:
    """Expectations over the stand-in's state, looked at again after every change."""

    def __init__(self) -> None:
        self._open: list[tuple[Callable[[], object], Expectation[object]]] = []

    def expect(self, what: str, probe: Callable[[], object]) -> Expectation[object]:
        """Return an expectation that is met with the first true value of ``probe``."""
        expectation: Expectation[object] = Expectation(what)
        self._open.append((probe, expectation))
        self.changed()
        return expectation

    def changed(self) -> None:
        """Look at every open expectation again."""
        if not self._open:
            return
        for probe, expectation in self._open:
            if value := probe():
                expectation.meet(value)
        self._open = [pair for pair in self._open if not pair[1].done]
