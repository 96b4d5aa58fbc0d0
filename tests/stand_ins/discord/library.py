"""Pointing an unmodified discord.py, in this process, at the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.stand_ins.discord.server import DiscordStandIn


@contextmanager
def pointed_at(server: DiscordStandIn) -> Iterator[None]:
    """Let every discord.py client that logs in meanwhile talk to the stand-in.

    Two class attributes are all that it takes (2.7.1); they are put back at the end.
    """
    import yarl
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    kept = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = server.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = kept
