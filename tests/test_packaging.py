"""What is built is whole, runs from anywhere, and the tools know every package."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
CONTRACTS: list[dict[str, Any]] = PYPROJECT["tool"]["importlinter"]["contracts"]
DEVELOPMENT = {"tests", "benchmarks", "docs"}
# As the console script does it, but with nothing on the path that comes from this folder.
CONSOLE_SCRIPT = """
import sys
from importlib.metadata import entry_points
(script,) = entry_points(group="console_scripts", name="tidings")
sys.exit(script.load()())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(  # noqa: S603 -- our own build
        [*command, "--directory", folder], cwd=ROOT, check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked: all that installing a wheel of pure Python does but for the script."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(installed: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    libraries = sysconfig.get_path("purelib")
    env = {"HOME": str(cwd), "PATH": os.defpath}
    env["PYTHONPATH"] = os.pathsep.join([str(installed), libraries])
    return subprocess.run(  # noqa: S603 -- our own command; -S leaves the editable install out
        [sys.executable, "-S", "-P", "-c", CONSOLE_SCRIPT, *args],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def sources() -> list[Path]:
    return [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]


def test_the_wheel_holds_every_file_of_every_package(wheel: Path) -> None:
    here = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == here
    for needed in ("digests/templates/", "storage/migrations/", "sample/day/"):
        assert any(name.startswith(needed) for name in packed)


def test_the_command_tells_its_version_from_another_folder(installed: Path, tmp_path: Path) -> None:
    answer = run_installed(installed, tmp_path, "--version")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert PYPROJECT["project"]["version"] in answer.stdout


def test_the_command_finds_its_templates_and_the_sample_day(
    installed: Path, tmp_path: Path
) -> None:
    answer = run_installed(installed, tmp_path, "digest", "--offline", "--format", "html")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.lstrip().lower().startswith("<!doctype html>")
    assert not any((installed / package / "var").exists() for package in PACKAGES)


def test_every_package_is_built_linted_and_measured() -> None:
    folders = {
        path.parent.name for path in ROOT.glob("[!.]*/*.py") if path.parent.name not in DEVELOPMENT
    }
    assert folders == set(PACKAGES)
    assert all((ROOT / package / "__init__.py").exists() for package in PACKAGES)
    sdist = PYPROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {f"/{package}" for package in PACKAGES} <= set(sdist)
    assert set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)
    assert set(PYPROJECT["tool"]["coverage"]["run"]["source"]) == set(PACKAGES) - {"sample"}


def test_every_package_has_its_layer() -> None:
    layers = next(contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")
    placed = [name.strip() for layer in layers for name in layer.split("|")]
    assert sorted(placed) == sorted(set(PACKAGES) - {"sample"})


def test_every_package_but_its_home_is_barred_from_a_confined_library() -> None:
    """A package that a contract forgets would escape it."""
    homes = {
        "sqlmodel": {"storage"},
        "requests": {"net", "fetchers"},
        "feedparser": {"fetchers"},
        "typer": {"app"},
        "rich": {"app", "digests"},
        "discord": {"bot"},
        "aiohttp": {"bot", "web"},
        "itsdangerous": {"web"},
        "prometheus_client": {"web"},
    }
    for library, home in homes.items():
        barred = {
            package
            for contract in CONTRACTS
            if library in contract.get("forbidden_modules", ())
            for package in contract["source_modules"]
        }
        assert barred == set(PACKAGES) - home - {"sample"}, library


def test_every_library_that_is_imported_is_declared() -> None:
    project = PYPROJECT["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {canonicalize_name(Requirement(line).name) for lines in groups for line in lines}
    owners = packages_distributions()
    known = set(PACKAGES) | set(sys.stdlib_module_names)
    strangers = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in sources()
        for name in _imported(file) - known
        if declared.isdisjoint(canonicalize_name(owner) for owner in owners.get(name, [name]))
    }
    assert strangers == set()


def test_pinned_and_installed_versions_are_those_that_are_asked_for() -> None:
    groups = PYPROJECT["dependency-groups"]
    usual = [line for name in ("dev", "build") for line in groups[name]]
    wanted = [*PYPROJECT["project"]["dependencies"], *usual]
    pins = _pins("requirements.lock")
    for line in wanted:
        requirement = Requirement(line)
        pinned = pins[canonicalize_name(requirement.name)]
        assert pinned in requirement.specifier
        assert Version(version(requirement.name)) == pinned


def test_every_extra_has_a_lock_that_pins_what_it_asks_for() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"] | PYPROJECT["dependency-groups"]
    usual = _pins("requirements.lock")
    for name in sorted(set(extras) - {"dev", "build"}):
        pins = _pins(f"requirements-{name}.lock")
        for requirement in map(Requirement, extras[name]):
            assert pins[canonicalize_name(requirement.name)] in requirement.specifier
        shared = pins.keys() & usual.keys()
        assert {name: pins[name] for name in shared} == {name: usual[name] for name in shared}


def _pins(lock: str) -> dict[str, Version]:
    """What a lock pins for this python and system."""
    lines = re.findall(r"^[\w.-]+==[^\\\n]+", (ROOT / lock).read_text(), re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    return {
        canonicalize_name(pin.name): Version(str(pin.specifier).removeprefix("=="))
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def _imported(file: Path) -> set[str]:
    """The first names of all absolute imports of a file, wherever they stand in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Not for types and not inside a function either."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
    }
    imported: dict[str, set[str]] = {}
    for name, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                targets = [f"{node.module}.{one.name}" for one in node.names]
                found = {t if t in modules else node.module for t in targets}
                imported.setdefault(name, set()).update(found & modules.keys() - {name})
    TopologicalSorter(imported).prepare()
