"""Answers from the archive, and questions that are watched."""

from __future__ import annotations

from collections.abc import Iterator

from bot.context import Interaction
from bot.custom_ids import Menu, Verb, custom_id
from bot.escape import escape, moment
from bot.headings import Heading, heading, said_in
from bot.layout import MAX_OPTION, Component, Style, button, option, row, select, text
from bot.paginate import Block, assembled, pack
from bot.replies import defer, reply_text
from bot.services import Services
from bot.users import answer, answer_in_place, call, name_of
from bot.views.feedback import item_link
from core.answers import Answer, Quote
from language.plain import plain_line, shortened

MAX_QUESTION_CHARACTERS = 300
_QUOTE = 350
_LISTED = 50
"""Characters of each of the questions that are listed; so all of them fit one message."""


async def watch(interaction: Interaction, _: str) -> None:
    """Watch the question that stands in the message."""
    question = said_in(interaction.message, Heading.QUESTION)
    await defer(interaction)
    watched = await call(interaction, lambda s: s.questions.watch(name_of(interaction), question))
    await reply_text(
        interaction,
        "I will send you a direct message when something new answers it.",
        *watched_buttons(watched.id),
    )


async def list_questions(interaction: Interaction, _: str) -> None:
    """List the questions that the member watches."""
    await answer(interaction, lambda s: questions_page(s, name_of(interaction)))


async def stop_one(interaction: Interaction, _: str, id_: str) -> None:
    """Watch the question that was picked no more, and show those that are left in its place."""
    name = name_of(interaction)

    def left(services: Services) -> list[Component]:
        services.questions.unwatch(name, id_)
        return questions_page(services, name, "Stopped watching this question.")

    await answer_in_place(interaction, left)


async def unwatch(interaction: Interaction, id_: str) -> None:
    """Watch a question no more."""
    await defer(interaction)
    await call(interaction, lambda s: s.questions.unwatch(name_of(interaction), id_))
    await reply_text(interaction, "Stopped watching this question.")


def questions_page(services: Services, name: str, said: str = "") -> list[Component]:
    """Lay out the questions that somebody watches, with a menu to stop one."""
    watched = services.questions.watched(name)
    above = [said] if said else []
    if not watched:
        nothing = "You watch no questions. Use /ask, then **Watch this question** below the answer."
        return [text("\n".join([*above, nothing]))]
    lines = [
        f"- {escape(one.text, _LISTED)} · since {moment(one.asked_at, 'd')}" for one in watched
    ]
    options = [option(shortened(plain_line(one.text), MAX_OPTION), one.id) for one in watched]
    menu = select(custom_id(Menu.QUESTION), "Stop watching…", options)
    return [text("\n".join([*above, "### Watched questions", *lines])), menu]


def watched_buttons(id_: str) -> tuple[Component, Component]:
    """Return what can be done with a question that is watched."""
    return (
        button("Stop watching", custom_id(Verb.UNWATCH, id_)),
        button("My questions", custom_id(Verb.QUESTIONS)),
    )


def answer_messages(found: Answer) -> list[list[Component]]:
    """Lay out an answer: sentences of the archive with links and dates, or an honest no."""
    top = heading(Heading.QUESTION, found.question)
    if not found.answered:
        return [[text(f"{top}\n{_nothing(found)}"), row(_watch_button())]]
    parts = pack([Block(component=text(top)), *quote_blocks(found.quotes)])
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


def _nothing(found: Answer) -> str:
    if found.newest is None:
        return "The archive is still empty, so it has no answer yet."
    return (
        f"The archive has no answer: {found.archive_size:,} items were searched, the newest from "
        f"{moment(found.newest, 'D')}. I can watch the question and tell you when there is one."
    )


def _watch_button() -> Component:
    return button("Watch this question", custom_id(Verb.WATCH), Style.BLUE)
