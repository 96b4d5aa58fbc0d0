"""What is wrong with a setting or with a command line, in one line of plain words.

pydantic and typer check both; what they say of it is made for programmers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.spelling import nearest

if TYPE_CHECKING:
    from typer.exceptions import TyperException

_NOT_ONE_OF = re.compile(r"'(?P<typed>.*)' is not one of (?P<choices>'.*?)\.?", re.DOTALL)

_TYPES = {
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "int_from_float": "is not a whole number",
    "float_parsing": "is not a number",
    "float_type": "is not a number",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
    "string_type": "is not a text",
    "tuple_type": "is not a list",
    "list_type": "is not a list",
    "finite_number": "is not a finite number",
}
"""What is wrong with a value, by pydantic's name for it."""

_PLAIN = {"missing": "is missing; set it"}
"""What is wrong where there is no value."""

_LIMITS = {
    "greater_than_equal": ("ge", "or more"),
    "less_than_equal": ("le", "or less"),
    "greater_than": ("gt", "is too little"),
    "less_than": ("lt", "is too much"),
}


def value_problem(error: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, as a sentence without its subject.

    Args:
        error: one of those that a pydantic ``ValidationError`` lists.
    """
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind in _TYPES:
        return f"{_typed(error['input'])} {_TYPES[kind]}"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"{_typed(error['input'])} is out of range: {context[name]:g} {words}"
    listed = re.fullmatch(r"\^\((\w+(?:\|\w+)+)\)\$", str(context.get("pattern", "")))
    if listed:
        return not_one_of(error["input"], listed[1].split("|"))
    if kind in {"literal_error", "enum"}:
        choices = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return not_one_of(error["input"], choices)
    message = (
        _PLAIN.get(kind, str(error["msg"]))
        .removeprefix("Value error, ")
        .removeprefix("Assertion failed, ")
    )
    if match := _NOT_ONE_OF.fullmatch(message):
        return not_one_of(match["typed"], re.findall(r"'([^']*)'", match["choices"]))
    return f"{message[:1].lower()}{message[1:]}"


def not_one_of(typed: object, choices: Iterable[str], what: str = "") -> str:
    """Say that a value is none of the choices, and which it may have been meant for.

    Args:
        typed: the value.
        choices: what it may be.
        what: what it is to name, such as "format".
    """
    listed = list(choices)
    named = f"there is no {what} {typed!r}" if what else f"there is no {typed!r}"
    guess = nearest(str(typed), listed)
    if guess:
        return f"{named}; did you mean {guess}?"
    return f"{named}; choose one of {', '.join(listed)}" if listed else f"{named}, and no other yet"


def usage_problem(error: TyperException, called: str) -> str:
    """Say in one line what is wrong with a command line, and where to read how it is right.

    Args:
        error: what typer says.
        called: the command, such as ``tidings search``; some errors do not name theirs.
    """
    context: Any = getattr(error, "ctx", None)
    path = f"{context.command_path if context is not None else called} --help"
    told = error.format_message()
    if told.startswith("No such") and context is not None:
        return _unknown(error, context, path)
    parameter: Any = getattr(error, "param", None)
    if parameter is None:
        return f"{_of_line(told)}; see {path}"
    if told.startswith("Missing"):
        choices = re.findall(r"\t([\w-]+)", told)
        hint = f"choose one of {', '.join(choices)}" if choices else f"see {path}"
        return f"{_name(parameter)} is missing; {hint}"
    return f"{_name(parameter)}: {_of_cause(error)}"


def _unknown(error: TyperException, context: Any, path: str) -> str:  # noqa: ANN401 -- typer's
    option = getattr(error, "option_name", "")
    if option:
        typed, known = option, [name for one in context.command.params for name in one.opts]
        known = [name for name in known if name.startswith("--")]
        named = f"there is no option {typed if typed.isprintable() else repr(typed)}"
    else:
        typed, known = context.args[0] if context.args else "", list(context.command.commands)
        typed = error.format_message().partition("'")[2].rpartition("'.")[0] or typed
        named = f"there is no command {typed!r}"
    guess = nearest(typed, known)
    return f"{named}; did you mean {guess}?" if guess else f"{named}; see {path}"


def _of_line(told: str) -> str:
    """Say what typer says of a line as a whole."""
    line = told.replace("\n", " ").rstrip(".")
    if value := re.fullmatch(r"Option '(\S+)' (requires an argument|does not take a value)", line):
        needs = "needs a value" if value[2].startswith("requires") else "takes no value"
        return f"{value[1]} {needs}"
    if extra := re.fullmatch(r"Got unexpected extra argument\(?s?\)? \((.*)\)", line):
        return f"{extra[1]!r} is too much"
    return f"{line[:1].lower()}{line[1:]}"


def _of_cause(error: TyperException) -> str:
    from pydantic import ValidationError

    if isinstance(error.__cause__, ValidationError):
        return value_problem(error.__cause__.errors()[0])
    return value_problem({"type": "", "msg": error.message})


def _name(parameter: Any) -> str:  # noqa: ANN401 -- typer's own class is private
    long = [name for name in parameter.opts if name.startswith("--")]
    return str(long[0] if long else parameter.metavar or parameter.name.upper()).strip("[]…")


def _typed(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…'"
