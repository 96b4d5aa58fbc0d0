from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import Tidings
from tests.app.weeks import store_past_weeks, weeks_ago
from tests.docs.markdown import page, shape

CLI = page("docs/cli.md")
TALKS_JSON = [section.title for section in CLI.sections if section.blocks("json")]

ARGUMENTS = {
    "tidings digest": ("--offline", "--json"),
    "Replaying a week": (
        "digest",
        "--replay",
        weeks_ago(3),
        "--interests",
        "drug discovery",
        "--profile",
        "ann",
        "--json",
    ),
    "tidings fetch": ("--json",),
    "tidings sources": ("--json",),
    "tidings search": ("attention", "--json"),
    "tidings ask": ("Is attention enough without recurrence and convolutions?", "--json"),
    "tidings similar": ("1706.03762", "--json"),
    "tidings why": ("1706.03762", "--json"),
    "tidings deadlines": ("--json",),
    "tidings subscribe add": (
        "new@example.org",
        "--interests",
        "graphs",
        "--confirmed",
        "--json",
    ),
    "tidings subscribe list": ("--json",),
    "tidings subscribe off": ("ann@example.org", "--json"),
    "tidings subscribe delete": ("ann@example.org", "--json"),
    "tidings email status": ("--json",),
    "tidings email export": ("--out", "mails", "--all", "--json"),
    "tidings stats": ("--json",),
    "tidings audit": ("--json",),
    "tidings saved": ("--profile", "ann", "--json"),
    "tidings trending": ("--json",),
    "tidings feeds list": ("--json",),
    "tidings feedback": ("1706.03762", "more", "--json"),
    "tidings profile list": ("--json",),
    "tidings profile show": ("ann", "--json"),
    "tidings profile weaken": ("ann", "graph neural networks", "--json"),
    "tidings config show": ("--json",),
    "tidings doctor": ("--offline", "--json"),
    "tidings health": ("--json",),
    "tidings privacy export": ("ann", "--json"),
    "tidings privacy delete": ("ann", "--json"),
}
"""How to get the real output of each command with an example."""


def leaves(value: Any) -> dict[str, set[str]]:
    """Return the types of each leaf of a JSON value."""
    found: dict[str, set[str]] = {}
    for path, kind in shape(value):
        found.setdefault(path, set()).add(kind)
    return found


@pytest.fixture
def taught(live: Tidings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tidings:
    """A live archive with a profile that has said something."""
    live("fetch")
    live("profile", "set", "ann", "--interests", "graph neural networks", "--muted", "crypto",
         "--followed", "cs.LG")  # fmt: skip
    live("feedback", "1706.03762", "more", "--profile", "ann")
    live("subscribe", "add", "ann@example.org", "--profile", "ann", "--confirmed")
    store_past_weeks(tmp_path / "archive.db")
    live("feedback", "arxiv/graphs-3-0", "save", "--profile", "ann")
    shown = live("digest", "--json").data["digest"]["sections"]
    for section in shown:  # one of each, the drawn one included, so that stats has an estimate
        live("feedback", section["items"][0]["key"], "save")
    with monkeypatch.context() as patched:  # an email that waits, since nobody listens there
        patched.setenv("TIDINGS_EMAIL__HOST", "127.0.0.1")
        patched.setenv("TIDINGS_EMAIL__SENDER", "t@example.org")
        live("subscribe", "add", "bob@example.org")
    return live


def test_every_command_with_json_is_compared() -> None:
    assert set(TALKS_JSON) == set(ARGUMENTS)
    with_option = {
        section.title
        for section in CLI.sections
        if section.title.startswith("tidings ") and "--json" in section.first_column()
    }
    # It says that it prints what "profile show" prints, which is compared below.
    # It says that it prints what "subscribe list" prints, and needs a code from an email.
    with_option -= {"tidings subscribe confirm"}
    # The first prints what "email status" prints; the second needs an email in doubt.
    with_option -= {"tidings email send", "tidings email decide"}
    assert with_option - set(ARGUMENTS) == {"tidings profile set"}


def test_the_examples_have_the_keys_and_types_of_the_real_output(taught: Tidings) -> None:
    for title in TALKS_JSON:
        [example] = CLI.section(title).blocks("json")
        written, real = leaves(json.loads(example)), leaves(taught(*command(title)).data)
        assert written.keys() == real.keys(), title
        for path, kinds in written.items():
            known = real[path] - {"NoneType"}
            assert not known or kinds - {"NoneType"} <= known, f"{title}: {path}"


def test_profile_set_prints_what_profile_show_prints(taught: Tidings) -> None:
    changed = taught("profile", "set", "ann", "--zone", "Europe/Berlin", "--json").data
    assert changed == taught("profile", "show", "ann", "--json").data


def test_the_stages_of_why_are_those_that_are_explained(taught: Tidings) -> None:
    rows = CLI.section("tidings why").rows
    explained = [row[0].strip("`") for row in rows[rows.index(["stage", "what passes"]) + 1 :]]
    met: set[str] = set()
    for hit in taught("search", "model", "--limit", "40", "--json").data["results"]:
        stages = [s["stage"] for s in taught("why", hit["key"], "--json").data["stages"]]
        assert stages == [name for name in explained if name in stages]
        met.update(stages)
    # None of the sample day is on another item's card in this digest.
    assert set(explained) - met <= {"work"}


def command(title: str) -> tuple[str, ...]:
    words = title.split()[1:] if title.startswith("tidings ") else ()
    return (*words, *ARGUMENTS[title])
