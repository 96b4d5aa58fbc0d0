"""The column that ``docs/adding-a-column.md`` adds as an example works as it stands there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from storage import open_storage
from storage.migrations import HEAD
from tests.fakes import NOON, an_item

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-column.md").read_text(encoding="utf-8")
NEEDED = ("core", "language", "storage", "tests/__init__.py", "tests/conftest.py", "tests/fakes.py")
FIELD_TESTS = "tests/storage/test_item_fields.py"
TABLE_TEST = (
    "tests/storage/test_opening.py::test_the_tables_of_the_classes_are_those_of_the_migrations"
)
OPEN_OLD = """
import sys
from dataclasses import replace
from storage import open_storage
from tests.fakes import NOON, an_item

with open_storage(sys.argv[1]) as storage:
    old = storage.store.item(an_item().key)
    assert old == an_item() and old.venue == "", old
    assert storage.store.upsert([old], now=NOON).updated == 0
    assert storage.store.upsert([replace(old, venue="NeurIPS 2026")], now=NOON).updated == 1
    assert storage.store.item(old.key).venue == "NeurIPS 2026"
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy what the archive needs, with its tests of fields and tables."""
    copy = tmp_path / "tree"
    for name in (*NEEDED, "tests/storage"):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return copy


def apply_page(tree: Path, *, without: str = "") -> None:
    """Make the changes of the page, but not the line that holds ``without``."""
    blocks = re.findall(r"^```(diff|python) (\S+)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    number = f"{int(HEAD) + 1:04}"  # the page's stays an example when others are added
    for kind, name, block in blocks:
        lines = [line for line in block.splitlines() if not without or without not in line]
        if kind == "python":
            file = tree / name.replace("0012", number)
            text = "\n".join(lines) + "\n"
            file.write_text(text.replace("0012", number).replace("0011", HEAD), encoding="utf-8")
        else:
            file = tree / name
            before = "\n".join(line[1:] for line in lines if not line.startswith("+"))
            after = "\n".join(line[1:] for line in lines)
            source = file.read_text(encoding="utf-8")
            assert source.count(before) == 1, f"{name} does not hold, once:\n{before}"
            file.write_text(source.replace(before, after), encoding="utf-8")


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own code
        [sys.executable, *arguments], cwd=tree, check=False, capture_output=True, text=True
    )


def run_tests(tree: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return run(tree, "-m", "pytest", "-q", "--rootdir", str(tree), *names)


def test_the_page_adds_a_column_and_an_older_database_takes_it(tree: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with open_storage(url) as storage:
        storage.store.upsert([an_item()], now=NOON)
    apply_page(tree)
    assert (ran := run(tree, "-c", OPEN_OLD, url)).returncode == 0, ran.stderr
    assert (ran := run_tests(tree, FIELD_TESTS, TABLE_TEST)).returncode == 0, ran.stdout


@pytest.mark.parametrize(
    ("step", "failing"),
    [
        ("venue={self.venue}", "test_a_field_is_in_the_fingerprint"),
        ("venue=stored.venue", "test_a_field_is_stored[venue]"),
        ('"venue": "NeurIPS', "KeyError: 'venue'"),
    ],
)
def test_a_step_that_is_left_out_fails_a_test(tree: Path, step: str, failing: str) -> None:
    apply_page(tree, without=step)
    ran = run_tests(tree, FIELD_TESTS, "-k", "venue")
    assert ran.returncode == 1
    assert failing in ran.stdout
