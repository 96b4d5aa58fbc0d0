"""The parts of the stand-in, put together; the REST handlers and the tester's verbs work on it."""

from __future__ import annotations

from tests.stand_ins.discord import permissions
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.call import Call
from tests.stand_ins.discord.clock import Clock, Snowflakes
from tests.stand_ins.discord.commands import Commands
from tests.stand_ins.discord.errors import (
    MISSING_ACCESS,
    MISSING_PERMISSIONS,
    UNKNOWN_CHANNEL,
    UNKNOWN_GUILD,
    UNKNOWN_MESSAGE,
    ApiError,
)
from tests.stand_ins.discord.faults import Faults
from tests.stand_ins.discord.gateway import Gateway
from tests.stand_ins.discord.interactions import Interactions
from tests.stand_ins.discord.limits import Limits
from tests.stand_ins.discord.permissions import Permission
from tests.stand_ins.discord.posting import Posting
from tests.stand_ins.discord.settings import Settings
from tests.stand_ins.discord.validation import Validator
from tests.stand_ins.discord.waiting import Board


class Platform:
    """Discord, as far as it stands here. Everything in it belongs to one event loop."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.ids = Snowflakes(clock)
        self.world = _empty_world(self.ids)
        self.board = Board()
        self.gateway = Gateway(settings, self.world, clock)
        self.gateway.changed = self.board.changed
        self.posting = Posting(settings, self.world, self.gateway, clock, self.ids)
        self.commands = Commands(self.world.application_id, self.ids)
        self.interactions = Interactions(settings, clock, self.ids)
        self.faults = Faults(settings.seed)
        self.limits = Limits(
            global_limit=settings.global_limit, invalid_limit=settings.invalid_limit
        )
        self.validator = Validator(settings.openapi, every=settings.validate_every, clock=clock)
        self.calls: list[Call] = []
        self.in_flight: set[Call] = set()

    def channel(self, number: int, *needed: Permission) -> w.Channel:
        """Return a channel in which the bot may do that.

        Raises:
            ApiError: there is none, the bot does not see it, or lacks a permission.
        """
        channel = self.world.channels.get(number)
        if channel is None:
            raise ApiError.of(UNKNOWN_CHANNEL)
        self._check_access(channel, needed)
        return channel

    def _check_access(self, channel: w.Channel, needed: tuple[Permission, ...]) -> None:
        guild = self.world.guild_of(channel)
        bits = permissions.in_channel(self.world, channel, self.world.bot.id)
        if guild is not None and not guild.has_bot:
            bits = 0
        if not bits & Permission.VIEW_CHANNEL:
            raise ApiError.of(MISSING_ACCESS)
        if any(not bits & one for one in needed):
            raise ApiError.of(MISSING_PERMISSIONS)

    def message(self, call: Call) -> w.Message:
        """Return the message of the path; an ephemeral one is not found this way.

        Raises:
            ApiError: the bot may not read it, or there is none.
        """
        channel = self.channel(call.id("channel_id"))
        message = channel.messages.get(call.id("message_id"))
        if message is None:
            raise ApiError.of(UNKNOWN_MESSAGE)
        return message

    def guild(self, number: int, *needed: Permission) -> w.Guild:
        """Return a guild that the bot is in, where it may do that.

        Raises:
            ApiError: there is none, the bot is not in it, or lacks a permission.
        """
        guild = self.world.guilds.get(number)
        if guild is None:
            raise ApiError.of(UNKNOWN_GUILD)
        if not guild.has_bot:
            raise ApiError.of(MISSING_ACCESS)
        bits = permissions.in_guild(guild, self.world.bot.id)
        if any(not bits & one for one in needed):
            raise ApiError.of(MISSING_PERMISSIONS)
        return guild


def _empty_world(ids: Snowflakes) -> w.World:
    # As usual, the bot's account has its application's id.
    bot = w.User(id=ids(), username="tidings-bot", bot=True)
    owner = w.User(id=ids(), username="owner")
    users = {bot.id: bot, owner.id: owner}
    return w.World(bot=bot, application_id=bot.id, owner=owner, users=users)
