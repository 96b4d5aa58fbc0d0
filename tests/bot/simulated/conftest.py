"""The stage on which simcord plays Discord."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.opening import Storage
from tests.bot.simulated.environment import Stage, staged
from tests.fakes import FakeClock


@pytest.fixture
def stage(storage: Storage, clock: FakeClock) -> Iterator[Stage]:
    """A server with a channel, a member and a manager, and the bot in it."""
    with staged(storage, clock) as made:
        yield made
