from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from typer.main import get_command

import app
from app.cli import application
from app.commands.email import Decision, FileFormat
from app.commands.manual import Shell
from core.items import ItemKind
from core.people import Verdict
from digests.formats import FORMATS
from tests.docs.markdown import ROOT, page

CLI = page("docs/cli.md")


def commands(command: Any, path: str = "tidings") -> Iterator[tuple[str, Any]]:
    for name, inner in getattr(command, "commands", {}).items():
        yield f"{path} {name}", inner
        yield from commands(inner, f"{path} {name}")


COMMANDS = dict(commands(get_command(application)))
LEAVES = {name: command for name, command in COMMANDS.items() if not hasattr(command, "commands")}


def spellings(command: Any) -> set[str]:
    """Return what can be typed after a command, arguments in capitals."""
    found: set[str] = set()
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            found.add(re.sub(r"\W", "", parameter.metavar or parameter.name).upper())
        else:
            found |= {*parameter.opts, *parameter.secondary_opts} - {"--help", "-h"}
    return found


def test_every_command_has_its_section_and_no_section_is_left_over() -> None:
    titles = {s.title for s in CLI.sections if s.title.startswith("tidings ")}
    assert titles == set(COMMANDS)


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_and_argument_has_its_row_and_no_row_is_left_over(name: str) -> None:
    written = {code.partition(" ")[0] for code in CLI.section(name).first_column()}
    stages = {code for code in written if code.islower() and not code.startswith("-")}
    assert written - stages == spellings(LEAVES[name])


def test_what_stands_before_the_command_is_documented() -> None:
    shared = CLI.section("What commands share").first_column()
    written = {code.partition(" ")[0] for code in shared}
    assert written == spellings(get_command(application))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("tidings search", ItemKind),
        ("tidings feedback", Verdict),
        ("tidings email export", FileFormat),
        ("tidings email decide", Decision),
        ("tidings completion", Shell),
    ],
)
def test_every_choice_is_named(name: str, choices: type[StrEnum]) -> None:
    assert {choice.value for choice in choices} <= CLI.section(name).codes


def test_only_formats_that_there_are_are_named() -> None:
    (row,) = (row for row in CLI.section("tidings digest").rows if "--format" in row[0])
    assert set(re.findall(r"`([a-z]+)`", row[1])) <= set(FORMATS)


def test_the_exit_codes_are_those_of_the_program_and_of_the_script() -> None:
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(app.__path__, f"{app.__name__}.")
    ]
    used = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.startswith("EXIT_")
    }
    script = re.findall(r"^EX_\w+=(\d+)$", (ROOT / "run").read_text(), re.MULTILINE)
    written = {int(row[0]) for row in CLI.section("Exit codes").rows[1:]}
    assert written == {0} | used | {int(code) for code in script}
