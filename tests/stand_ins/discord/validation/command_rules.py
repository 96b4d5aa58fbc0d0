"""What Discord demands of application commands (docs: interactions/application-commands)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.stand_ins.discord.validation.text import (
    JsonObject,
    Path,
    Problem,
    length,
    over,
    unknown_fields,
)

CHAT_INPUT = 1
SUBCOMMAND = 1
GROUP = 2
MOST = {CHAT_INPUT: 100, 2: 15, 3: 15}
"""How many commands of each type an application may have in one place."""

_COMMAND = {
    "id", "type", "name", "name_localizations", "description", "description_localizations",
    "options", "default_member_permissions", "dm_permission", "default_permission", "nsfw",
    "integration_types", "contexts", "handler",
}  # fmt: skip
_OPTION = {
    "type", "name", "name_localizations", "description", "description_localizations", "required",
    "choices", "options", "channel_types", "min_value", "max_value", "min_length", "max_length",
    "autocomplete",
}  # fmt: skip


def check_bulk(commands: Sequence[JsonObject]) -> Iterator[Problem]:
    """Check all commands of one place, as PUT replaces them."""
    for index, command in enumerate(commands):
        yield from check_command(command, (index,))
    kinds = Counter(command.get("type") or CHAT_INPUT for command in commands)
    for kind, most in MOST.items():
        if kinds[kind] > most:
            yield Problem(
                path=(),
                code="APPLICATION_COMMAND_TOO_MANY",
                message=f"At most {most} commands of type {kind}, got {kinds[kind]}.",
            )
    names = Counter((command.get("type") or CHAT_INPUT, command["name"]) for command in commands)
    for (_, name), often in names.items():
        if often > 1:
            yield Problem(
                path=(),
                code="APPLICATION_COMMANDS_DUPLICATE_NAME",
                message=f"Application command names must be unique: {name}",
            )


def check_command(command: JsonObject, path: Path = ()) -> Iterator[Problem]:
    """Check one command with its options."""
    kind = command.get("type") or CHAT_INPUT
    yield from unknown_fields(command, _COMMAND, path=path)
    if kind == CHAT_INPUT:
        yield from _check_name(command, path)
        yield from _check_description(command, path)
        yield from _check_options(command, path)
    else:
        yield from length(command, "name", 32, least=1, path=path)
        if command.get("description") or command.get("options"):
            yield Problem(
                path=(*path, "description"),
                code="APPLICATION_COMMAND_CONTEXT_MENU",
                message="A context menu command has neither description nor options.",
            )
    if (size := _size(command)) > 8000:
        yield Problem(
            path=path,
            code="APPLICATION_COMMAND_TOO_LARGE",
            message=f"Names, descriptions and values exceed 8000 characters: {size}.",
        )


def valid_name(name: str) -> bool:
    """Tell whether a chat input command or option may be called so.

    The docs' pattern is ``^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$``, in lower case
    where a letter has one; marks of those two scripts are recognised by their Unicode names.
    """
    return 1 <= len(name) <= 32 and name == name.lower() and all(map(_in_names, name))


def _in_names(character: str) -> bool:
    return (
        character in "-_'"
        or unicodedata.category(character)[0] in "LN"
        or unicodedata.name(character, "").startswith(("DEVANAGARI", "THAI"))
    )


def _check_name(one: JsonObject, path: Path) -> Iterator[Problem]:
    if not valid_name(str(one.get("name", ""))):
        yield Problem(
            path=(*path, "name"),
            code="APPLICATION_COMMAND_INVALID_NAME",
            message="Command name is invalid",
        )


def _check_description(one: JsonObject, path: Path) -> Iterator[Problem]:
    if not 1 <= len(one.get("description") or "") <= 100:
        yield Problem(
            path=(*path, "description"),
            code="BASE_TYPE_BAD_LENGTH",
            message="Must be between 1 and 100 in length.",
        )


def _check_options(one: JsonObject, path: Path) -> Iterator[Problem]:
    options = one.get("options") or []
    yield from over(one, "options", 25, path=path)
    names = Counter(option.get("name") for option in options)
    optional_seen = False
    for index, option in enumerate(options):
        here = (*path, "options", index)
        yield from _check_option(option, here)
        if names[option.get("name")] > 1:
            yield Problem(
                path=(*here, "name"),
                code="APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                message="Option names must be unique.",
            )
        if option.get("required") and optional_seen:
            yield Problem(
                path=(*here, "required"),
                code="APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                message="Required options must be placed before non-required options",
            )
        optional_seen |= option["type"] > GROUP and not option.get("required")


def _check_option(option: JsonObject, path: Path) -> Iterator[Problem]:
    yield from unknown_fields(option, _OPTION, path=path)
    yield from _check_name(option, path)
    yield from _check_description(option, path)
    if option["type"] in {SUBCOMMAND, GROUP}:
        yield from _check_options(option, path)
    yield from over(option, "choices", 25, path=path)
    if option.get("choices") and option.get("autocomplete"):
        yield Problem(
            path=(*path, "autocomplete"),
            code="APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES",
            message="An option has choices or autocomplete, not both.",
        )
    for index, choice in enumerate(option.get("choices") or []):
        here = (*path, "choices", index)
        yield from length(choice, "name", 100, least=1, path=here)
        yield from length(choice, "value", 100, path=here)


def _size(one: JsonObject) -> int:
    texts = [one.get("name"), one.get("description"), one.get("value")]
    children = [*(one.get("options") or []), *(one.get("choices") or [])]
    own = sum(len(text) for text in texts if isinstance(text, str))
    return own + sum(_size(child) for child in children)
