"""The templates: strict, escaped where they are HTML, read as package data."""

from __future__ import annotations

import textwrap
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from digests.times import BAR_WEEKS

if TYPE_CHECKING:
    from jinja2 import Environment

COLUMNS = 66
"""Width of plain text in characters: a mail program that quotes it twice stays below 72."""

NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT = 22
"""Characters of a part that is not worth a line break; names of authors may be longer."""


def fill(name: str, **values: object) -> str:
    """Fill the template of this name; a value that it misses is an error, not a blank."""
    return environment("digests").get_template(name).render(values)


def wrapped(text: str, indent: int = 0, further: int | None = None) -> str:
    """Break text into lines of at most ``COLUMNS`` characters.

    The first is indented by ``indent``, the others by ``further``, or by as much as the first.
    """
    lines = textwrap.fill(
        text,
        COLUMNS,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if further is None else further),
        break_on_hyphens=False,
    )
    return lines.replace(NO_BREAK, " ")  # it has done its work, and is no ASCII


def unbroken(text: str) -> str:
    """Keep a few words such as a date on one line."""
    return text.replace(" ", NO_BREAK) if len(text) <= SHORT else text


@cache
def environment(*packages: str) -> Environment:
    """Return an environment that looks for templates in these packages, first one first."""
    from jinja2 import ChoiceLoader, Environment, FunctionLoader, StrictUndefined, select_autoescape

    made = Environment(
        loader=ChoiceLoader([FunctionLoader(partial(_source, package)) for package in packages]),
        autoescape=select_autoescape(disabled_extensions=("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"wrapped": wrapped, "unbroken": unbroken}
    made.globals |= {"bar_weeks": BAR_WEEKS}
    return made


def _source(package: str, name: str) -> str | None:
    file = files(package).joinpath("templates", name)
    return file.read_text(encoding="utf-8") if file.is_file() else None
