"""Text that a message carries for its own buttons: what is too long for a custom id.

A pressed button comes with the message that it stands in, and the message is ours. So what a
member asked for is read back from its heading, and nothing has to be stored.
"""

from __future__ import annotations

from enum import StrEnum

import discord

from bot.escape import escape, unescape
from core.errors import UsageError


class Heading(StrEnum):
    """How headings begin; part of messages that are out there, so never change one."""

    SEARCH = "### Search: "
    QUESTION = "### Question: "
    FEED = "### Feed: "


def heading(kind: Heading, said: str) -> str:
    """Return a heading that holds ``said`` as one line."""
    return f"{kind}{escape(said)}"


def said_in(message: discord.Message | None, kind: Heading) -> str:
    """Read back what a message's heading holds.

    Raises:
        UsageError: if it has none of this kind.
    """
    for component in message.components if message else ():
        if isinstance(component, discord.TextDisplay) and component.content.startswith(kind):
            return unescape(component.content.removeprefix(kind).splitlines()[0])
    raise UsageError("that message can no longer be read. Please use the command again")
