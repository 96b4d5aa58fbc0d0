"""The button behind ``/privacy delete``."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Interaction
from bot.replies import say, think
from bot.users import call, name_of
from core.errors import UsageError
from services.privacy import Count


async def erase(interaction: Interaction, owner: str) -> None:
    """Delete everything that is held about the presser, who must be the one who asked."""
    name = name_of(interaction)
    if owner != name:  # an ephemeral message has one reader, but nothing depends on that here
        raise UsageError("only you can delete what is held about you: use /privacy delete")
    await think(interaction)
    gone = await call(interaction, lambda services: services.privacy.delete(name))
    if not gone:
        await say(interaction, "Nothing was held about you, so nothing had to go.")
        return
    await say(interaction, f"Deleted for good, with your id:\n{count_lines(gone)}")


def count_lines(counts: Sequence[Count]) -> str:
    """Write how many rows of each kind there are, one line each."""
    return "\n".join(f"- {count.kind.replace('_', ' ')}: {count.rows}" for count in counts)
