"""What a wrong command line is answered with, and how one asks for help."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import Tidings


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("serch graphs", "there is no command 'serch'; did you mean search?"),
        ("profile sett ann", "there is no command 'sett'; did you mean set?"),
        ("qqq", "there is no command 'qqq'; see tidings --help"),
        ("search x --kind papers", "--kind: there is no 'papers'; did you mean paper?"),
        ("search x --kind DATASETS", "--kind: there is no 'DATASETS'; did you mean dataset?"),
        ("search x --limt 3", "there is no option --limt; did you mean --limit?"),
        ("search x --limit many", "--limit: 'many' is not a whole number"),
        ("search x --limit 0", "--limit: '0' is out of range: 1 or more"),
        ("digest --limit 201", "--limit: '201' is out of range: 200 or less"),
        ("search", "QUERY is missing; see tidings search --help"),
        ("email export", "--out is missing; see tidings email export --help"),
        ("feedback 1706.03762", "VERDICT is missing; choose one of more, less, save, known"),
        ("feedback 1706.03762 mor", "VERDICT: there is no 'mor'; did you mean more?"),
        ("email decide key yes", "DECISION: there is no 'yes'; choose one of arrived, again"),
        ("digest --format htm", "there is no format 'htm'; did you mean html?"),
        ("digest graphs", "'graphs' is too much; see tidings digest --help"),
        ("search x --since", "--since needs a value; see tidings search --help"),
        (
            "profile set x --popularity=so",
            "--popularity takes no value; see tidings profile set --help",
        ),
        ("--config", "--config needs a value; see tidings --help"),
        ("fetch ARXIV", "there is no source 'ARXIV'; did you mean arxiv?"),
        ("trending --source Git", "there is no source 'Git'; did you mean github?"),
        (
            "subscribe add a@example.org --interests x --sources ARXIV --confirmed",
            "there is no source “ARXIV”. Did you mean arxiv?",
        ),
        (
            "subscribe add a@example.org --interests x --sources ,, --confirmed",
            "--sources names no source; leave it out for all of them",
        ),
        (
            "subscribe add a@example.org --interests x --schedule mondays --confirmed",
            "there is no schedule 'mondays'; did you mean monday?",
        ),
        ("subscribe add a@example.org --minutes soon", "--minutes: 'soon' is not a number"),
        ("help serch", "there is no command 'serch'; did you mean search?"),
        ("help digest now", "tidings digest has no further commands"),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_was_probably_meant(
    tidings: Tidings, line: str, answer: str
) -> None:
    ran = tidings(*line.split())
    assert (ran.code, ran.out, ran.err) == (2, "", f"tidings: {answer}\n")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (("search", "x", "--since", ""), "'' is neither a duration such as 7d nor a date"),
        (("trending", "--since", ""), "'' is neither a duration such as 7d nor a date"),
        (("digest", "--offline", "--since", ""), "'' is neither a duration such as 7d nor a date"),
        (("digest", "--offline", "--out", ""), "--out: the name is empty; name a file"),
        (("deadlines", "--ics", ""), "--ics: the name is empty; name a file"),
        (("email", "export", "--community", "--out", ""), "--out: the name is empty; name a file"),
        (("email", "export", "--out", "mails", "--week", ""), "'' is not a week such as"),
        (("db", "backup", ""), "PATH: the name is empty; name a file"),
        (("db", "restore", ""), "PATH: the name is empty; name a file"),
        (("config", "init", ""), "PATH: the name is empty; name a file"),
        (("--config", "", "config", "check"), "--config: the name is empty; name a file"),
        (("undo", ""), "no item '' in the archive"),
        (("digest", "--offline", "--profile", ""), "create it with tidings profile set NAME"),
        (
            ("subscribe", "add", "a@example.org", "--confirmed", "--interests", ""),
            "name at least one interest",
        ),
        (
            ("subscribe", "add", "a@example.org", "--confirmed", "--profile", ""),
            "there is no profile ''",
        ),
    ],
)
def test_an_empty_value_is_no_value_left_out(
    tidings: Tidings, line: tuple[str, ...], answer: str
) -> None:
    tidings("digest", "--offline")
    tidings("feedback", "1", "save")
    ran = tidings(*line)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("tidings: ")
    assert answer in ran.err
    assert len(tidings("saved", "--json").data["saved"]) == 1
    assert tidings("subscribe", "list", "--json").data == {"addresses": []}


def test_a_mistyped_profile_is_told_the_nearest_and_no_number_of_an_account(
    tidings: Tidings,
) -> None:
    for name in ("ann", "discord:123"):
        tidings("profile", "set", name, "--interests", "graphs")
    for line in (("saved", "--profile", "anm"), ("profile", "show", "Ann"), ("why", "x/y")):
        tidings("digest", "--offline")
        ran = tidings(*line)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert ("did you mean ann?" in ran.err) == ("why" not in line)
    for line in (("saved", "--profile", "zoe"), ("profile", "delete", "zoe")):
        told = tidings(*line).err
        assert "ann" in told
        assert "discord" not in told


@pytest.mark.parametrize("sign", ["\n", "\x1b[2J", "\u202e"])
def test_signs_that_move_the_cursor_do_not_leave_the_line(tidings: Tidings, sign: str) -> None:
    for line in ((f"a{sign}b",), ("digest", f"--a{sign}b"), ("search", "x", "--kind", f"a{sign}b")):
        ran = tidings(*line)
        assert (ran.code, ran.err.count("\n"), sign in ran.err[:-1]) == (2, 1, False)


def test_help_is_a_command_too(tidings: Tidings) -> None:
    assert tidings("help").out == tidings("--help").out
    assert tidings("help", "email", "export").out == tidings("email", "export", "--help").out
    assert tidings("help").code == 0


@pytest.mark.parametrize("group", [(), ("profile",), ("email",)])
def test_a_group_alone_shows_its_help_and_is_wrong_usage(
    tidings: Tidings, group: tuple[str, ...]
) -> None:
    ran = tidings(*group)
    assert (ran.code, "Usage: tidings" in ran.out + ran.err) == (2, True)


@pytest.mark.parametrize(
    "line",
    [
        "digest --offline --format html --out reprots/new/digest.html",
        "deadlines --ics reprots/dates.ics",
        "email export --out reprots/mails",
        "email export --out reprots/mails --community",
        "config init reprots/config.toml",
        "db backup reprots/copy.db",
    ],
)
def test_a_mistyped_folder_is_refused_and_not_made(
    tidings: Tidings, tmp_path: Path, line: str
) -> None:
    (tmp_path / "reports").mkdir()
    ran = tidings(*line.split())
    assert ran.code == 2
    assert ran.err == "tidings: there is no folder reprots; did you mean reports?\n"
    assert not (tmp_path / "reprots").exists()


def test_a_missing_folder_that_is_like_no_other_is_named(tidings: Tidings, tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "digest.html"
    ran = tidings("digest", "--offline", "--out", str(path))
    assert (ran.code, f"there is no folder {tmp_path}/one; make it first" in ran.err) == (2, True)
