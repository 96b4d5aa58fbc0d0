from __future__ import annotations

import dataclasses

import pytest

from app.blocks import keys
from app.config_file import shown
from app.settings import load
from core.sources import SourceStatus
from fetchers import FETCHERS
from tests.app.conftest import Tidings
from tests.conftest import Generated
from tests.docs.markdown import ROOT, page

CONFIGURATION = page("docs/configuration.md")


@pytest.fixture(autouse=True)
def no_settings(
    tidings: Tidings,  # noqa: ARG001 -- clears the environment and sets its own first
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All defaults."""
    for path, _ in keys():
        name = f"TIDINGS_{path.replace('.', '__').upper()}"
        monkeypatch.delenv(name, raising=False)


def tables() -> str:
    """Return the tables of all settings, as they have to stand in the page."""
    defaults = {key: value for key, value, _ in shown(load())}
    lines: list[str] = []
    last = ""
    for key, setting in keys():
        table = key.rpartition(".")[0]
        if table != last:
            lines += ["", f"### `[{table}]`", "", "| key | default | meaning |", "|---|---|---|"]
            last = table
        lines.append(f"| `{key}` | `{defaults[key]}` | {setting.description} |")
    return "\n".join(lines[1:]) + "\n"


def test_every_setting_stands_in_its_table_with_its_default_and_meaning(
    generated: Generated,
) -> None:
    before, first, _ = CONFIGURATION.source.partition("### `[storage]`\n")
    assert first
    generated(ROOT / "docs" / "configuration.md", before + tables())


def test_the_variables_of_the_sources_own_tools_are_listed() -> None:
    borrowed = {
        f"| `{variable}` | `sources.{name}.{option.name}` |"
        for name, source in FETCHERS.items()
        for option in dataclasses.fields(source.options)
        for variable in option.metadata.get("env", ())
    }
    assert borrowed
    assert [line for line in borrowed if line not in CONFIGURATION.source] == []


def test_the_example_of_config_show_is_what_it_prints(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    [example, _] = CONFIGURATION.blocks("text")
    monkeypatch.setenv("TIDINGS_DIGEST__LIMIT", "20")
    assert example.strip() in tidings("config", "show").out


@pytest.mark.parametrize("name", FETCHERS)
def test_every_source_is_described(name: str) -> None:
    titles = {section.title.lower() for section in page("docs/sources.md").sections}
    assert any(name in title.split() for title in titles)


def test_every_status_of_a_source_is_explained() -> None:
    section = page("docs/operations.md").section("What the status of a source means")
    rows = [row[0].strip("`") for row in section.rows if len(row) == 3]
    assert sorted(rows) == sorted(["status", *(status.value for status in SourceStatus)])


def test_the_changelog_has_what_is_to_come_on_top() -> None:
    titles = [section.title for section in page("CHANGELOG.md").sections if section.title]
    assert titles[:2] == ["Changelog", "[Unreleased]"]
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert {title for title in titles[2:] if not title.startswith("[")} <= kinds
