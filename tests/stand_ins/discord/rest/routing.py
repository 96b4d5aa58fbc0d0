"""What a route is, so that each area can list its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.stand_ins.discord.call import Call, Reply
from tests.stand_ins.discord.platform import Platform

Handler = Callable[[Platform, Call], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route and its handler, which is not a coroutine: every effect is atomic.

    Attributes:
        by_token: whether a token in the path takes the place of the bot's, which also exempts
            the route from the global limit, as it does for the interaction endpoints.
    """

    method: str
    template: str
    handler: Handler
    by_token: bool = False


def route(name: str, handler: Handler, *, by_token: bool = False) -> Route:
    """Return the route named like ``GET /users/@me``."""
    method, template = name.split(" ", 1)
    return Route(method=method, template=template, handler=handler, by_token=by_token)
