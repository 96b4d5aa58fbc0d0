"""Every format of the registry can be had, and the one that ``docs/adding-a-format.md`` adds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.digests import Digest, Section
from core.errors import UsageError
from digests.formats import FORMATS, format_named
from tests.app.conftest import Tidings, tidings
from tests.digests.examples import draft, example, item, ranked
from tests.docs.markdown import ROOT, page

__all__ = ["tidings"]

EVERY_FORMAT = pytest.mark.parametrize("name", FORMATS)
STARTS = {
    "html": "<!doctype html>",
    "text": "sample data",
    "markdown": "# Tidings",
    "json": "{",
    "ics": "BEGIN:VCALENDAR",
    "atom": "<?xml",
    "eml": "From: Tidings",
}
PAGE = page("docs/adding-a-format.md")


def test_each_format_has_its_beginning_here() -> None:
    assert list(FORMATS) == ["terminal", *STARTS]


@EVERY_FORMAT
@pytest.mark.parametrize("digest", [example(), example(sample=True), draft(considered=0)])
def test_every_format_writes_every_digest_and_the_same_each_time(name: str, digest: Digest) -> None:
    written = FORMATS[name].render(digest)
    assert written == FORMATS[name].render(replace(digest))
    written.decode("utf-8")


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "ics"])
def test_every_format_shows_the_sentence_that_says_what_is_new(name: str) -> None:
    summary = "Owls are loud. We propose a microphone that sleeps by day. It is cheap."
    paper = ranked(item("arxiv/1", title="A microphone for owls", summary=summary))
    section = Section(kind="papers", title="Papers", items=(paper,))
    written = FORMATS[name].render(draft(sections=(section,))).decode("utf-8")
    assert "We propose a microphone that sleeps by day." in " ".join(written.split())
    assert "Owls are loud." not in written


@pytest.mark.parametrize(("name", "start"), STARTS.items())
def test_every_format_is_offered_by_the_command(tidings: Tidings, name: str, start: str) -> None:
    ran = tidings("digest", "--offline", "--format", name)
    assert ran.code == 0
    assert ran.out.lstrip().startswith(start)


def test_the_help_of_the_command_names_every_format(tidings: Tidings) -> None:
    shown = " ".join(re.sub(r"[│\s]+", " ", tidings("digest", "--help").out).split())
    for one in FORMATS.values():
        assert f"{one.name} ({one.what})" in shown


@pytest.mark.parametrize("replay", [(), ("--replay", "2026-W47")])
def test_an_unknown_format_is_one_line_that_lists_the_known_ones(
    tidings: Tidings, replay: tuple[str, ...]
) -> None:
    ran = tidings("digest", "--offline", "--format", "pdf", *replay)
    assert (ran.code, ran.out) == (2, "")
    known = ", ".join(FORMATS)
    assert ran.err == f"tidings: there is no format 'pdf'; choose one of {known}\n"
    with pytest.raises(UsageError, match="choose one of"):
        format_named("")


def test_adding_a_format_touches_the_two_places_that_the_page_names(
    tidings: Tidings,  # noqa: ARG001 -- clears the environment and sets its own first
    tmp_path: Path,
) -> None:
    for package in (one.parent for one in ROOT.glob("*/__init__.py")):
        if package.name not in {"tests", "benchmarks"}:
            shutil.copytree(package, tmp_path / package.name)
    renderer, line = PAGE.blocks("python")
    (tmp_path / "digests" / "render" / "links.py").write_text(renderer, encoding="utf-8")
    registry = tmp_path / "digests" / "formats.py"
    old = registry.read_text(encoding="utf-8")
    head, mark, tail = old.partition("_FORMATS = (\n")
    registry.write_text(f"{head}{mark}    {line.strip()},\n{tail}", encoding="utf-8")

    def run(*arguments: str) -> str:
        program = "from app.cli import main; main()"
        command = [sys.executable, "-c", program, "digest", *arguments]
        ran = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)  # noqa: S603  our own
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    addresses = run("--offline", "--format", "links").split()
    assert addresses
    assert all(address.startswith("https://") for address in addresses)
    assert "links" in run("--help")
