"""The product's real client inside simcord, which takes the place of Discord within the process.

Beside the stand-in on sockets this is a second opinion on commands, buttons and forms, written by
others. The environment lives on a loop that runs only while somebody acts, so that tests read from
top to bottom.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import discord
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.results import InteractionResult, ResponseMessage

from bot.client import TidingsClient
from bot.delivery import DiscordDeliverer
from bot.escape import unescape
from bot.layout import Component, texts, walk
from bot.services import Services
from core.errors import TidingsError
from core.items import Item
from core.people import Profile
from core.ports.clock import Clock
from storage.opening import Storage
from tests.bot.environment import FakeProbe, services_for
from tests.bot.simulated.judging import violations

T = TypeVar("T")

Message = ResponseMessage | discord.Message
Choices = list[tuple[str, str]]
"""What autocomplete proposes: names and values."""


@dataclass
class Outcome:
    """What came of something that a member did.

    Attributes:
        result: as simcord tells it.
    """

    result: InteractionResult

    @property
    def messages(self) -> list[ResponseMessage]:
        """All answers, in order; every one of them is for the member alone."""
        first = [self.result.response] if self.result.response else []
        every = [*first, *self.result.followups]
        assert all(one.ephemeral for one in every)
        return every

    @property
    def message(self) -> ResponseMessage:
        """The first answer."""
        assert self.result.acknowledged
        return self.messages[0]

    @property
    def text(self) -> str:
        """All that the answers say, as they say it."""
        text = "\n".join(shown(one) for one in self.messages)
        assert "Something went wrong" not in text
        return text

    @property
    def said(self) -> str:
        """The same without the backslashes of escaped text."""
        return unescape(self.text)


def shown(message: Message) -> str:
    """Return all Markdown of a message."""
    return "\n".join(texts(components(message)))


def components(message: Message) -> list[Component]:
    """Return a message's components as JSON."""
    found: list[Any] = list(message.components)
    return [one if isinstance(one, dict) else one.to_dict() for one in found]


def custom_ids(message: Message) -> list[str]:
    """Return the custom ids of all buttons and menus of a message."""
    return [one["custom_id"] for one in walk(components(message)) if one.get("custom_id")]


class _RunningClient:
    """Stands for the connection: the client that simcord has logged in."""

    def __init__(self) -> None:
        self.now: TidingsClient | None = None

    def client(self) -> TidingsClient:
        assert self.now is not None
        return self.now


@dataclass
class SimulatedEnvironment:
    """Simcord, its people, the archive and the bot."""

    env: simcord.Env
    guild: GuildHandle
    channel: ChannelHandle
    ada: MemberActor
    """A member."""
    eve: MemberActor
    """Who may manage the server."""
    storage: Storage
    clock: Clock
    services: Services
    probe: FakeProbe
    deliverer: DiscordDeliverer
    runner: asyncio.Runner
    running: _RunningClient

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let the loop run until something is done."""
        return self.runner.run(work)

    def stores(self, *items: Item) -> None:
        self.storage.store.upsert(items, now=self.clock())

    def knows(self, who: MemberActor, **changes: Any) -> None:
        """Give a member a profile."""
        self.storage.store.save_profile(Profile(name=f"discord:{who.id}", **changes))

    def slash(self, who: MemberActor, command: str, /, **options: Any) -> Outcome:
        return Outcome(self.run(who.slash(self.channel, command, **options)))

    def types(
        self, who: MemberActor, command: str, option: str, typed: str, **more: Any
    ) -> Choices:
        """Type into an option, to see what is proposed."""
        found = self.run(who.autocomplete(self.channel, command, option, typed, **more))
        return [(one["name"], one["value"]) for one in found]

    def points(self, who: MemberActor, name: str, message: Message) -> Outcome:
        """Use a message's context menu."""
        return Outcome(self.run(who.context_menu(self.channel, name, message)))

    def click(self, who: MemberActor, message: Message, label: str = "", **more: str) -> Outcome:
        """Press a button by its label or ``custom_id``."""
        return Outcome(self.run(who.click(message, **({"label": label} if label else more))))

    def select(self, who: MemberActor, message: Message, value: str, menu: str) -> Outcome:
        """Choose from the menu whose custom id begins so."""
        custom_id = next(one for one in custom_ids(message) if one.startswith(menu))
        return Outcome(self.run(who.select(message, [value], custom_id=custom_id)))

    def submit(self, who: MemberActor, opened: Outcome, **values: Any) -> Outcome:
        """Send a form; fields are named by their labels in lower case with underscores.

        What is not named stays as the form opened, as it does in a person's client: simcord
        itself would send nothing for it.
        """
        fields = form_fields(opened)
        assert values.keys() <= fields.keys(), f"there are {sorted(fields)}"
        filled = {one["custom_id"]: values.get(n, _as_opened(one)) for n, one in fields.items()}
        sent = {name: value for name, value in filled.items() if value is not None}
        return Outcome(self.run(who.submit_modal(opened.result, sent)))

    def restarts(self) -> None:
        """Let a new client take the place of the one that runs."""
        self.running.now = TidingsClient(services=self.services)
        self.run(self.env.restart_bot(self.running.now))


def form_fields(opened: Outcome) -> Mapping[str, dict[str, Any]]:
    """Return the fields of a form by label, in lower case with underscores."""
    modal = opened.result.modal
    assert modal is not None
    return {
        one["label"].casefold().replace(" ", "_"): one["component"] for one in modal["components"]
    }


def _as_opened(field: Mapping[str, Any]) -> Any:
    if "options" not in field:
        return field.get("value", "")
    chosen = [one["value"] for one in field["options"] if one.get("default")]
    radio_group = 21
    return chosen if field["type"] != radio_group else next(iter(chosen), None)


@contextmanager
def simulated_environment(storage: Storage, clock: Clock) -> Iterator[SimulatedEnvironment]:
    """Start the bot in a server with a channel, a member and a manager.

    At the end every request that it made is judged, and so is every error that is none of ours.
    """
    probe, running = FakeProbe(), _RunningClient()
    deliverer = DiscordDeliverer(connection=running, outbox=storage.outbox, clock=clock)  # type: ignore[arg-type]  # stands for the connection
    services = services_for(storage, clock, probe, deliverers={"discord": deliverer})
    with asyncio.Runner() as runner:

        async def begin() -> simcord.Env:
            running.now = TidingsClient(services=services)
            env = simcord.Env(running.now)
            await env.start()
            return env

        env = runner.run(begin())
        try:
            guild = env.create_guild()
            permissions = discord.Permissions(manage_guild=True)
            manager = guild.create_role("manager", permissions=permissions)
            yield SimulatedEnvironment(
                env=env,
                guild=guild,
                channel=guild.create_text_channel("digests"),
                ada=guild.add_member(env.create_user("ada")),
                eve=guild.add_member(env.create_user("eve"), roles=[manager]),
                storage=storage,
                clock=clock,
                services=services,
                probe=probe,
                deliverer=deliverer,
                runner=runner,
                running=running,
            )
        finally:
            runner.run(env.shutdown())
    assert violations(env.http_requests, now=env.now()) == []
    assert [error for error in env.errors if not _is_told(error)] == []


def _is_told(error: BaseException) -> bool:
    """Whether an error is one that a member was told in words, and not a bug."""
    cause = getattr(error, "original", error)
    return isinstance(cause, TidingsError | discord.app_commands.AppCommandError)
