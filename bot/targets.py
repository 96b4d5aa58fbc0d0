"""Names of people and places: ``discord:<user id>``, ``discord:channel:<id>`` and the like."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.errors import UsageError

SCHEME = "discord"

_ID = re.compile("[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a digest goes.

    Attributes:
        kind: ``channel`` (threads are channels) or ``dm``.
        id: of the channel, or of the user.
    """

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{SCHEME}:{self.kind}:{self.id}"


def parse_target(text: str) -> Target:
    """Read a target.

    Raises:
        UsageError: if it is not one of Discord's.
    """
    scheme, _, rest = text.partition(":")
    kind, _, number = rest.partition(":")
    if scheme != SCHEME or kind not in {"channel", "dm"} or not _ID.fullmatch(number):
        raise UsageError(f"{text!r} is neither discord:channel:<id> nor discord:dm:<id>")
    return Target(kind, int(number))


def channel_target(channel_id: int) -> str:
    """Name a channel or thread: as the place where digests go, and as its profile."""
    return str(Target("channel", channel_id))


def dm_target(user_id: int) -> str:
    """Name a person's direct messages as the place where digests go."""
    return str(Target("dm", user_id))


def person(user_id: int) -> str:
    """Name a person, as an owner and as a profile."""
    return f"{SCHEME}:{user_id}"


def guild_name(guild_id: int) -> str:
    """Name a guild, as the community that a feed was added for."""
    return f"{SCHEME}:guild:{guild_id}"


def user_id(owner: str) -> int | None:
    """Return the id of the person who is named so; None if it is nobody on Discord."""
    scheme, _, number = owner.partition(":")
    return int(number) if scheme == SCHEME and _ID.fullmatch(number) else None
