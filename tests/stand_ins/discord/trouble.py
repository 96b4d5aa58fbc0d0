"""The tester's verbs that make things go wrong."""

from __future__ import annotations

from collections.abc import Callable

from tests.stand_ins.discord import gateway as gw
from tests.stand_ins.discord.call import Call
from tests.stand_ins.discord.faults import Fault, Gate, Planned
from tests.stand_ins.discord.limits import Rule
from tests.stand_ins.discord.runner import Runner
from tests.stand_ins.discord.sessions import Connection

POST_MESSAGE = "POST /channels/{channel_id}/messages"
GET_MESSAGES = "GET /channels/{channel_id}/messages"
FOREVER = float("inf")


class Trouble(Runner):
    """Faults of REST and of the gateway."""

    def plan(
        self,
        route: str,
        fault: Fault,
        *,
        times: float = 1,
        chance: float = 1.0,
        when: Callable[[Call], bool] = lambda _: True,
    ) -> Planned:
        """Let a fault strike.

        Args:
            route: such as ``POST_MESSAGE``; ``*`` for all.
            fault: what happens.
            times: at most so often; ``FOREVER`` too.
            chance: of striking a matching request, by the seed of the settings.
            when: which requests match; runs in the stand-in's thread.
        """
        return self.on_loop(
            lambda: self.platform.faults.plan(route, fault, times=times, chance=chance, when=when)
        )

    def heal(self) -> None:
        """Take back every fault that is still planned."""
        self.on_loop(self.platform.faults.planned.clear)

    def hold(
        self, route: str, *, after: bool, when: Callable[[Call], bool] = lambda _: True
    ) -> Gate:
        """Hold the next request of a route, before or after its effect, until the gate opens."""
        gate = self.on_loop(lambda: Gate(self._loop))
        self.plan(route, Fault(gate=gate, after=after), when=when)
        return gate

    def limit(self, route: str, *, limit: int, per: float) -> None:
        """Set a route's rate limit: so many requests in so many (real) seconds."""
        rule = Rule(limit=limit, per=per)
        self.on_loop(lambda: self.platform.limits.rules.__setitem__(route, rule))

    def limit_globally(self, limit: int) -> None:
        """Set the requests per second over all routes."""
        self.on_loop(lambda: setattr(self.platform.limits, "global_limit", limit))

    def cut_gateway(self) -> None:
        """Break every websocket without a close frame."""
        self._each(lambda connection: connection.cut())

    def close_gateway(self, code: int) -> None:
        """Close every websocket with a code."""
        self._each(lambda connection: connection.close(code))

    def ask_to_reconnect(self) -> None:
        """Send op 7."""
        self._each(lambda connection: connection.send(gw.RECONNECT))

    def ask_for_heartbeat(self) -> None:
        """Send op 1."""
        self._each(lambda connection: connection.send(gw.HEARTBEAT))

    def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Send op 9; unless resumable, the sessions are forgotten too."""

        def do() -> None:
            if not resumable:
                self.platform.gateway.sessions.clear()
            for connection in self.platform.gateway.connections:
                connection.send(gw.INVALID_SESSION, data=resumable)

        self.on_loop(do)

    def forget_sessions(self) -> None:
        """Let the next RESUME fail."""
        self.on_loop(self.platform.gateway.sessions.clear)

    def drop_acks(self, count: int) -> None:
        """Leave that many heartbeats without an answer."""
        self.on_loop(lambda: setattr(self.platform.gateway, "dropped_acks", count))

    def refuse_gateway(self, times: int) -> None:
        """Answer that many attempts to connect with 503."""
        self.on_loop(lambda: setattr(self.platform.gateway, "refuse_next", times))

    def _each(self, act: Callable[[Connection], None]) -> None:
        def do() -> None:
            for connection in list(self.platform.gateway.connections):
                act(connection)

        self.on_loop(do)
