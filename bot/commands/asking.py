"""``/ask``."""

from __future__ import annotations

from discord import app_commands

from bot.context import Interaction
from bot.replies import show_all, think
from bot.users import call
from bot.views.questions import LONGEST_QUESTION, answer_messages


@app_commands.command(description="Ask the archive; it answers in its own sentences, with links")
@app_commands.describe(question="A question in plain words")
async def ask(
    interaction: Interaction, question: app_commands.Range[str, 1, LONGEST_QUESTION]
) -> None:
    """Answer from the archive, or say that it has no answer."""
    await think(interaction)
    answer = await call(interaction, lambda s: s.questions.ask(question, by=s.viewer))
    await show_all(interaction, answer_messages(answer))
