"""``/ask`` and ``/questions``: the archive's answers, and questions that wait for one."""

from __future__ import annotations

from discord import app_commands

from bot.context import Interaction
from bot.replies import defer, reply_messages
from bot.users import call
from bot.views.questions import MAX_QUESTION_CHARACTERS, answer_messages, list_questions


@app_commands.command(description="Ask the archive a question; it answers with quotes and links")
@app_commands.describe(question="A question in plain words")
async def ask(
    interaction: Interaction, question: app_commands.Range[str, 1, MAX_QUESTION_CHARACTERS]
) -> None:
    """Answer from the archive, or say that it has no answer."""
    await defer(interaction)
    found = await call(interaction, lambda s: s.questions.ask(question, by=s.viewer))
    await reply_messages(interaction, answer_messages(found))


@app_commands.command(description="The questions that you watch: list them, stop one")
async def questions(interaction: Interaction) -> None:
    """List them."""
    await list_questions(interaction, "")
