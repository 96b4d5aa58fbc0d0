"""The state behind the stand-in: guilds, channels, people and messages, as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.stand_ins.discord import components as tree

JsonObject = dict[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
HAS_THREAD = 1 << 5
COMPONENTS_V2 = 1 << 15

DM = 1
TEXT = 0
CATEGORY = 4
ANNOUNCEMENT = 5
ANNOUNCEMENT_THREAD = 10
PUBLIC_THREAD = 11
PRIVATE_THREAD = 12
FORUM = 15


@dataclass(slots=True, kw_only=True, eq=False)
class User:
    """An account, a person's or the bot's."""

    id: int
    username: str
    bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True

    @property
    def mention(self) -> str:
        """How a message mentions this account."""
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True, eq=False)
class Role:
    """A role of a guild; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int
    managed: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Overwrite:
    """What a channel allows or denies to a role (kind 0) or a member (kind 1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class File:
    """An uploaded file, served under its attachment's URL."""

    id: int
    filename: str
    content_type: str
    data: bytes
    url: str
    description: str | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A message as it is now; ``visible_to`` names the one reader of an ephemeral one."""

    id: int
    channel_id: int
    guild_id: int | None
    author: User
    created_at: datetime
    type: int = 0
    content: str = ""
    embeds: list[JsonObject] = field(default_factory=list)
    components: list[JsonObject] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    flags: int = 0
    edited_at: datetime | None = None
    nonce: str | int | None = None
    reference: JsonObject | None = None
    interaction: JsonObject | None = None
    from_webhook: bool = False
    visible_to: int | None = None
    pinned: bool = False
    thread_id: int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, set[int]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.visible_to is not None

    @property
    def loading(self) -> bool:
        """Whether it still says "is thinking"."""
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All that is readable in it: content, text displays, embeds; one line per part."""
        parts = [self.content, *tree.texts(self.components)]
        for embed in self.embeds:
            parts += [embed.get("title", ""), embed.get("description", "")]
            for one in embed.get("fields", []):
                parts += [one["name"], one["value"]]
        return "\n".join(part for part in parts if part)

    @property
    def custom_ids(self) -> list[str]:
        """The custom ids of its components, in reading order."""
        return [
            one["custom_id"]
            for _, one in tree.walk(self.components)
            if one.get("custom_id") is not None
        ]

    @property
    def buttons(self) -> dict[str, str]:
        """Label to custom id (or URL) of its buttons; an emoji stands for a missing label."""
        return {
            one.get("label") or one.get("emoji", {}).get("name", ""): one.get("custom_id")
            or one.get("url", "")
            for _, one in tree.walk(self.components)
            if one["type"] == tree.BUTTON
        }


@dataclass(slots=True, kw_only=True, eq=False)
class ThreadState:
    """What a thread has beyond a channel."""

    owner_id: int
    created_at: datetime
    archived_at: datetime
    auto_archive_minutes: int = 1440
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    member_ids: set[int] = field(default_factory=set)
    message_count: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Channel:
    """A guild channel, a thread or a DM; its messages are in the order of their ids."""

    id: int
    type: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    topic: str | None = None
    position: int = 0
    recipient: User | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    thread: ThreadState | None = None
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def mention(self) -> str:
        """How a message mentions this channel."""
        return f"<#{self.id}>"


@dataclass(slots=True, kw_only=True, eq=False)
class Guild:
    """A server.

    ``has_bot`` says whether the bot is in it, ``invited_by`` who added it, ``system_channel_id``
    where Discord's own messages go.
    """

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    events: dict[int, JsonObject] = field(default_factory=dict)
    has_bot: bool = True
    invited_by: int | None = None
    system_channel_id: int | None = None


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """Everything that there is."""

    bot: User
    application_id: int
    owner: User
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    dms: dict[int, Channel] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    files: dict[int, File] = field(default_factory=dict)

    def guild_of(self, channel: Channel) -> Guild | None:
        """Return the channel's guild; None for a DM."""
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def shares_guild(self, user_id: int) -> bool:
        """Tell whether the bot and this user are together in a guild."""
        return any(guild.has_bot and user_id in guild.members for guild in self.guilds.values())
