"""``tidings ask``: a question, answered in the archive's own sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import AsJson, console, opened, print_json

if TYPE_CHECKING:
    from core.answers import Answer


def ask(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(metavar="QUESTION", help="A full question.")],
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes from the archive."""
    with opened(context) as application:
        answer = application.questions().ask(" ".join(question))
    if as_json:
        print_json(_as_data(answer))
    else:
        _print(answer)


def _as_data(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "answered": answer.answered,
        "quotes": [
            {
                "text": quote.text,
                "key": str(quote.item.key),
                "title": quote.item.title,
                "url": quote.item.url,
            }
            for quote in answer.quotes
        ],
    }


def _print(answer: Answer) -> None:
    from rich.text import Text

    from app.listing import marked, print_address, print_block
    from digests.sources import source_name
    from digests.view import readable_title

    out = console()
    if answer.newest is None:
        out.print("The archive is empty. Run tidings fetch first.")
        return
    searched = f"{answer.archive_size:,} items, the newest of {answer.newest:%d %b %Y}"
    if not answer.answered:
        out.print(f"The archive has no answer ({searched})")
        return
    for quote in answer.quotes:
        item = quote.item
        print_block(out, marked(f"“{quote.text}”", answer.question), indent=0)
        origin = f"{source_name(item.key.source)}, {item.appeared_at:%d %b %Y}"
        print_block(out, Text.assemble((readable_title(item), "bold"), (f" ({origin})", "dim")))
        print_address(out, item)
        out.print()
    out.print(f"Quoted, not checked, from {searched}")
