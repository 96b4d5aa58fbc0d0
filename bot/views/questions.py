"""Answers from the archive, and questions that are watched."""

from __future__ import annotations

from collections.abc import Iterator

from bot.context import Interaction
from bot.custom_ids import Verb, custom_id
from bot.escape import escape, moment
from bot.headings import Heading, heading, said_in
from bot.layout import Component, Style, button, row, text
from bot.paginate import Block, assembled, pack
from bot.replies import defer, reply_text
from bot.users import call, name_of
from bot.views.feedback import item_link
from core.answers import Answer, Quote

MAX_QUESTION_CHARACTERS = 300
_QUOTE = 350


async def watch(interaction: Interaction, _: str) -> None:
    """Watch the question that stands in the message."""
    question = said_in(interaction.message, Heading.QUESTION)
    await defer(interaction)
    watched = await call(interaction, lambda s: s.questions.watch(name_of(interaction), question))
    await reply_text(
        interaction,
        "I will send you a direct message when something new answers it.",
        button("Stop watching", custom_id(Verb.UNWATCH, watched.id)),
    )


async def unwatch(interaction: Interaction, id_: str) -> None:
    """Watch a question no more."""
    await defer(interaction)
    await call(interaction, lambda s: s.questions.unwatch(name_of(interaction), id_))
    await reply_text(interaction, "Stopped watching this question.")


def answer_messages(answer: Answer) -> list[list[Component]]:
    """Lay out an answer: sentences of the archive with links and dates, or an honest no."""
    top = heading(Heading.QUESTION, answer.question)
    if not answer.answered:
        return [[text(f"{top}\n{_nothing(answer)}"), row(_watch_button())]]
    parts = pack([Block(component=text(top)), *quote_blocks(answer.quotes)])
    shown = [assembled(part) for part in parts]
    shown[0].append(row(_watch_button()))
    return shown


def quote_blocks(quotes: tuple[Quote, ...]) -> Iterator[Block]:
    """Yield a block for each quoted sentence, with its item and date."""
    for quote in quotes:
        item = quote.item
        when = moment(item.published_at or item.appeared_at, "D")
        said = f"“{escape(quote.text, _QUOTE)}”\n-# {item_link(item)} · {when}"
        yield Block(component=text(said), group="quotes")


def _nothing(answer: Answer) -> str:
    if answer.newest is None:
        return "The archive is still empty, so it has no answer yet."
    return (
        f"The archive has no answer: {answer.archive_size:,} items were searched, the newest from "
        f"{moment(answer.newest, 'D')}. I can watch the question and tell you when there is one."
    )


def _watch_button() -> Component:
    return button("Watch this question", custom_id(Verb.WATCH), Style.BLUE)
