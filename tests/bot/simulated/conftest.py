"""The environment in which simcord plays Discord."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.opening import Storage
from tests.bot.simulated.environment import SimulatedEnvironment, simulated_environment
from tests.fakes import FakeClock


@pytest.fixture
def sim(storage: Storage, clock: FakeClock) -> Iterator[SimulatedEnvironment]:
    """A server with a channel, a member and a manager, and the bot in it."""
    with simulated_environment(storage, clock) as made:
        yield made
