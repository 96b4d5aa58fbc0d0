"""The stand-in as tests see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import Call
from tests.stand_ins.discord.limits import Refusal
from tests.stand_ins.discord.members import Members
from tests.stand_ins.discord.posting import Tally
from tests.stand_ins.discord.trouble import Trouble
from tests.stand_ins.discord.validation import Violation
from tests.stand_ins.discord.waiting import Expectation


class DiscordStandIn(Members, Trouble):
    """A Discord on loopback: ``with DiscordStandIn() as server: …``.

    Its verbs may be called from any thread. Waiting is done on what they return (``await`` it or
    call ``wait()``) or with ``expect``.
    """

    @property
    def bot(self) -> w.User:
        """The bot's account."""
        return self.platform.world.bot

    @property
    def violations(self) -> list[Violation]:
        """What was wrong with the bot's requests."""
        return list(self.platform.validator.violations)

    @property
    def own_violations(self) -> list[Violation]:
        """What was wrong with the stand-in's own answers."""
        return list(self.platform.validator.own_violations)

    @property
    def uses_openapi(self) -> bool:
        """Whether Discord's OpenAPI file was found."""
        return self.platform.validator.openapi is not None

    @property
    def tally(self) -> Tally:
        """How many messages were made, and how many were known by their nonce."""
        return self.platform.posting.tally

    @property
    def refusals(self) -> list[Refusal]:
        """The 429s that the limits gave (not those of planned faults)."""
        return list(self.platform.limits.refusals)

    @property
    def commands(self) -> list[w.JsonObject]:
        """The global commands that the bot has synced."""
        return self.on_loop(self.platform.commands.all)

    def messages(self, channel: w.Channel, *, by: w.User | None = None) -> list[w.Message]:
        """Return a channel's messages, the oldest first; ephemeral ones are not among them."""
        found = self.on_loop(lambda: list(channel.messages.values()))
        return [message for message in found if by in {None, message.author}]

    def all_messages(self, *, by: w.User | None = None) -> list[w.Message]:
        """Return the messages of all channels, ephemeral ones too, the oldest first."""
        found = self.on_loop(lambda: list(self.platform.world.messages.values()))
        return [message for message in found if by in {None, message.author}]

    def calls(self, route: str | None = None) -> list[Call]:
        """Return the requests so far, of one route if named."""
        found = self.on_loop(lambda: list(self.platform.calls))
        return [call for call in found if route in {None, call.route}]

    def in_flight(self, route: str | None = None) -> list[Call]:
        """Return the requests that wait for their answer at this moment."""
        found = self.on_loop(lambda: list(self.platform.in_flight))
        return [call for call in found if route in {None, call.route}]

    def forget_calls(self) -> None:
        """Drop the record of requests, so that a long run does not keep them all."""
        self.on_loop(self.platform.calls.clear)

    def expect(self, what: str, probe: Callable[[], object]) -> Expectation[object]:
        """Return an expectation of the first true value of ``probe``.

        It is looked at after every request, gateway frame and verb, in the stand-in's thread.
        """
        return self.on_loop(lambda: self.platform.board.expect(what, probe))

    def expect_messages(
        self, channel: w.Channel, count: int, *, by: w.User | None = None
    ) -> Expectation[object]:
        """Return an expectation of that many messages in a channel."""
        return self.expect(
            f"{count} messages in {channel.name or 'the DM'}",
            lambda: _enough(channel.messages.values(), by, count),
        )

    def expect_connected(self) -> Expectation[object]:
        """Return an expectation of a session that is connected."""
        gateway = self.platform.gateway
        return self.expect(
            "a connected bot", lambda: any(one.session for one in gateway.connections)
        )

    def expect_resumed(self, times: int = 1) -> Expectation[object]:
        """Return an expectation of that many RESUMEs beyond those so far."""
        gateway = self.platform.gateway
        target = gateway.resumes + times
        return self.expect("a RESUME", lambda: gateway.resumes >= target)

    def expect_identified(self, times: int = 1) -> Expectation[object]:
        """Return an expectation of that many IDENTIFYs beyond those so far."""
        gateway = self.platform.gateway
        target = len(gateway.identifies) + times
        return self.expect("an IDENTIFY", lambda: len(gateway.identifies) >= target)

    def expect_heartbeat(self) -> Expectation[object]:
        """Return an expectation of one more heartbeat."""
        gateway = self.platform.gateway
        target = gateway.heartbeats + 1
        return self.expect("a heartbeat", lambda: gateway.heartbeats >= target)

    def assert_clean(self) -> None:
        """Check that the bot kept to Discord's description in every request, and so did we.

        Raises:
            AssertionError: with all violations.
        """
        found = [*self.violations, *self.own_violations]
        assert not found, "\n".join(map(str, found))


def _enough(messages: Iterable[w.Message], by: w.User | None, count: int) -> list[w.Message] | None:
    found = [message for message in messages if by in {None, message.author}]
    return found if len(found) >= count else None
