"""The tester's verbs that make and change guilds, channels and people."""

from __future__ import annotations

from datetime import timedelta

from tests.stand_ins.discord import gateway as gw
from tests.stand_ins.discord import payloads
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.clock import ShiftableClock
from tests.stand_ins.discord.guild_payloads import guild_create_json
from tests.stand_ins.discord.permissions import BOT_DEFAULT, MEMBER_DEFAULT
from tests.stand_ins.discord.posting import Context
from tests.stand_ins.discord.rest import channels
from tests.stand_ins.discord.runner import Runner


class SettingUp(Runner):
    """Makes the world; what changes while a bot is connected is told to it as an event."""

    def advance(self, by: timedelta) -> None:
        """Let time pass for nonces, tokens, deadlines and sessions, without waiting."""
        if not isinstance(self.clock, ShiftableClock):
            raise TypeError("the clock was handed in: advance that one, then call clock_moved()")
        self.clock.advance(by)
        self.clock_moved()

    def clock_moved(self) -> None:
        """Let deadlines that are over now have their effect."""
        self.on_loop(self.platform.interactions.expire)

    def add_user(self, name: str, *, locale: str = "en-US") -> w.User:
        """Make an account."""

        def make() -> w.User:
            user = w.User(id=self.platform.ids(), username=name, locale=locale)
            self.platform.world.users[user.id] = user
            return user

        return self.on_loop(make)

    def add_guild(
        self,
        name: str = "Builders",
        *,
        owner: w.User | None = None,
        bot_permissions: int = BOT_DEFAULT,
        locale: str = "en-US",
        invited_by: w.User | None = None,
        system_channel: str = "",
    ) -> w.Guild:
        """Make a guild with @everyone, its owner and the bot, which has a role of its own.

        Where a name is given, it has a channel for Discord's own messages.
        """

        def make() -> w.Guild:
            guild = self._make_guild(name, owner, bot_permissions, locale)
            if invited_by is not None:
                self._join(guild, invited_by, [])
                guild.invited_by = invited_by.id
            if system_channel:
                channel = w.Channel(
                    id=self.platform.ids(), type=w.TEXT, name=system_channel, guild_id=guild.id
                )
                guild.system_channel_id = channel.id
                guild.channels[channel.id] = self.platform.world.channels[channel.id] = channel
            body = guild_create_json(self.platform.world, guild, all_members=False)
            del body["unavailable"]  # by which clients tell a server that was joined
            self.platform.gateway.emit("GUILD_CREATE", body, guild_id=guild.id, intents=gw.GUILDS)
            return guild

        return self.on_loop(make)

    def _make_guild(
        self, name: str, owner: w.User | None, bot_permissions: int, locale: str
    ) -> w.Guild:
        world, ids = self.platform.world, self.platform.ids
        owner = owner or world.owner
        guild = w.Guild(id=ids(), name=name, owner_id=owner.id, locale=locale)
        everyone = w.Role(id=guild.id, name="@everyone", permissions=MEMBER_DEFAULT, position=0)
        own = w.Role(
            id=ids(), name=world.bot.username, permissions=bot_permissions, position=1, managed=True
        )
        guild.roles = {everyone.id: everyone, own.id: own}
        world.guilds[guild.id] = guild
        self._join(guild, owner, [])
        self._join(guild, world.bot, [own.id])
        return guild

    def _join(self, guild: w.Guild, user: w.User, roles: list[int]) -> w.Member:
        member = w.Member(user=user, joined_at=self.platform.clock(), role_ids=roles)
        guild.members[user.id] = member
        return member

    def join(self, guild: w.Guild, *users: w.User, roles: tuple[w.Role, ...] = ()) -> None:
        """Let users become members."""

        def do() -> None:
            for user in users:
                member = self._join(guild, user, [role.id for role in roles])
                body = {**payloads.member_json(member), "guild_id": str(guild.id)}
                self.platform.gateway.emit(
                    "GUILD_MEMBER_ADD", body, guild_id=guild.id, intents=gw.GUILD_MEMBERS
                )

        self.on_loop(do)

    def add_role(self, guild: w.Guild, name: str, permissions: int = 0) -> w.Role:
        """Make a role."""

        def make() -> w.Role:
            position = len(guild.roles)
            role = w.Role(
                id=self.platform.ids(), name=name, permissions=permissions, position=position
            )
            guild.roles[role.id] = role
            self._tell_role("GUILD_ROLE_CREATE", guild, role)
            return role

        return self.on_loop(make)

    def set_permissions(self, guild: w.Guild, role: w.Role, permissions: int) -> None:
        """Change what a role may do."""

        def do() -> None:
            role.permissions = permissions
            self._tell_role("GUILD_ROLE_UPDATE", guild, role)

        self.on_loop(do)

    def _tell_role(self, event: str, guild: w.Guild, role: w.Role) -> None:
        body = {"guild_id": str(guild.id), "role": payloads.role_json(role)}
        self.platform.gateway.emit(event, body, guild_id=guild.id, intents=gw.GUILDS)

    def add_channel(
        self, guild: w.Guild, name: str, *, kind: int = w.TEXT, parent: w.Channel | None = None
    ) -> w.Channel:
        """Make a guild's channel."""

        def make() -> w.Channel:
            channel = w.Channel(
                id=self.platform.ids(),
                type=kind,
                name=name,
                guild_id=guild.id,
                parent_id=None if parent is None else parent.id,
                position=len(guild.channels),
            )
            guild.channels[channel.id] = self.platform.world.channels[channel.id] = channel
            channels.tell(self.platform, "CHANNEL_CREATE", channel)
            return channel

        return self.on_loop(make)

    def add_thread(self, parent: w.Channel, name: str, owner: w.User) -> w.Channel:
        """Let a member start a public thread."""
        kind = w.PUBLIC_THREAD
        return self.on_loop(
            lambda: channels.start(self.platform, parent, {"name": name}, kind, owner=owner)
        )

    def archive(self, thread: w.Channel, *, locked: bool = False) -> None:
        """Archive a thread, for good if locked."""

        def do() -> None:
            assert thread.thread is not None, f"{thread.name} is not a thread"
            thread.thread.archived, thread.thread.locked = True, locked
            thread.thread.archived_at = self.platform.clock()
            channels.tell(self.platform, "THREAD_UPDATE", thread)

        self.on_loop(do)

    def overwrite(
        self, channel: w.Channel, who: w.Role | w.User, *, allow: int = 0, deny: int = 0
    ) -> None:
        """Set what a role or member may do in a channel."""

        def do() -> None:
            kind = 0 if isinstance(who, w.Role) else 1
            channel.overwrites[who.id] = w.Overwrite(id=who.id, kind=kind, allow=allow, deny=deny)
            channels.tell(self.platform, "CHANNEL_UPDATE", channel)

        self.on_loop(do)

    def delete_channel(self, channel: w.Channel) -> None:
        """Let an admin delete a channel or thread."""
        self.on_loop(lambda: channels.remove(self.platform, channel))

    def delete_message(self, message: w.Message) -> None:
        """Let a moderator delete a message."""
        self.on_loop(lambda: self.platform.posting.delete(message))

    def kick_bot(self, guild: w.Guild) -> None:
        """Let an admin remove the bot from a guild."""

        def do() -> None:
            guild.has_bot = False
            del guild.members[self.platform.world.bot.id]
            body = {"id": str(guild.id)}
            self.platform.gateway.emit("GUILD_DELETE", body, guild_id=guild.id, intents=gw.GUILDS)

        self.on_loop(do)

    def close_dms(self, user: w.User) -> None:
        """Let a user refuse direct messages."""
        self.on_loop(lambda: setattr(user, "accepts_dms", False))

    def dm(self, user: w.User) -> w.Channel:
        """Return the DM between the bot and a user, made if need be."""
        return self.on_loop(lambda: channels.dm_with(self.platform, user))

    def say(
        self,
        user: w.User,
        channel: w.Channel,
        content: str,
        *,
        embeds: tuple[w.JsonObject, ...] = (),
    ) -> w.Message:
        """Let a user write a message."""
        body: w.JsonObject = {"content": content, "embeds": list(embeds)}
        return self.on_loop(
            lambda: self.platform.posting.create(channel, user, body, context=Context())
        )
