"""The button behind ``/privacy delete``."""

from __future__ import annotations

from collections.abc import Sequence

from bot.context import Interaction
from bot.replies import defer, reply_text
from bot.users import call, name_of
from core.errors import UsageError
from services.privacy import Count


async def erase(interaction: Interaction, owner: str) -> None:
    """Delete everything that is held about the presser, who must be the one who asked."""
    name = name_of(interaction)
    if owner != name:  # an ephemeral message has one reader, but nothing depends on that here
        raise UsageError(
            "this button belongs to somebody else. Use /privacy delete to delete your own data"
        )
    await defer(interaction)
    gone = await call(interaction, lambda services: services.privacy.delete(name))
    if not gone:
        await reply_text(
            interaction, "Nothing was stored about you, so there was nothing to delete."
        )
        return
    await reply_text(interaction, f"Deleted for good, together with your ID:\n{count_lines(gone)}")


def count_lines(counts: Sequence[Count]) -> str:
    """Write how many rows of each kind there are, one line each."""
    return "\n".join(f"- {count.kind.replace('_', ' ')}: {count.rows}" for count in counts)
