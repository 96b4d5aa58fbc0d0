"""The page on the architecture names files and functions that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text()
NAMED = re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?)(?::([\w.]+))?`", TEXT)


def definitions(module: Path) -> set[str]:
    """Return what a module defines: functions, classes and their methods, as ``Class.method``."""
    found = set()
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            inner = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{method.name}" for method in inner}
    return found


def test_the_page_names_files_and_functions() -> None:
    assert len(NAMED) > 50
    assert sum(bool(name) for _, name in NAMED) > 20


@pytest.mark.parametrize(("path", "name"), sorted(set(NAMED)))
def test_what_the_page_names_is_there(path: str, name: str) -> None:
    assert (ROOT / path).exists()
    assert not name or name in definitions(ROOT / path)


def test_every_protocol_is_a_port() -> None:
    tracked = [path for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] in PACKAGES]
    strays = [
        str(path.relative_to(ROOT))
        for path in tracked
        if re.search(r"^class \w+\((?:.*\W)?Protocol\b", path.read_text(), re.MULTILINE)
        and path.parent != ROOT / "core" / "ports"
    ]
    assert strays == []


PACKAGES = {
    "app", "bot", "core", "delivery", "digests", "fetchers", "language", "net", "ranking",
    "search", "services", "storage", "web",
}  # fmt: skip
