"""The ``run`` script with stand-ins for uv and python: nothing is downloaded."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUN = ROOT / "run"
# What the script may expect of a bare system; anything else must not be needed.
NEEDED = ("basename", "cat", "dirname", "find", "mv", "readlink", "rm", "sh", "sort", "tr")
STAND_INS_NEED = ("chmod", "ln", "mkdir", "touch")

# In the environment, `python -m` tells what it was asked to do; everything else is real python.
VENV_PYTHON = """#!/bin/sh
case "$1 $2" in
"-m pip") echo "$* user=$PIP_USER" >>"$LOG"; exec sh "$TOOLS/install" "$@" ;;
"-m "*) echo "python $* in $PWD"; exit "${{PYTEST_ENDS-0}}" ;;
*) exec {python} "$@" ;;
esac
"""
# Fills the environment as an installer would; the project itself comes last.
INSTALL = """
for last; do :; done
case "$*" in
*' -e '*)
    for name in tidings ruff mypy lint-imports; do
        ln -sf "$TOOLS/$name" "$last/.venv/bin/$name"
    done ;;
esac
"""
MAKE_VENV = """
for last; do :; done
mkdir -p "$last/bin"
ln -sf "$TOOLS/venv-python" "$last/bin/python"
"""
UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
case $1 in
venv) exec sh "$TOOLS/make-venv" "$@" ;;
pip) [ -z "${BREAK-}" ] || exit 2; exec sh "$TOOLS/install" "$@" ;;
esac
"""
PINNING_UV = """#!/bin/sh
echo "uv $*" >>"$LOG"
case $* in *' - '*) cat >>"$LOG" ;; esac
"""
PYTHON = """#!/bin/sh
case "$1 $2" in
"-m venv")
    echo "venv" >>"$LOG"
    sh "$TOOLS/make-venv" "$@"
    touch "$3/bin/pip"
    chmod +x "$3/bin/pip" ;;
*) exec {python} "$@" ;;
esac
"""
SPEAK = """#!/bin/sh
echo "${{0##*/}} $* in $PWD"
exit {code}
"""


class Clone:
    """A clone of the project on a made-up system."""

    def __init__(self, place: Path) -> None:
        self.place = place / "clone"
        self.path = place / "bin"
        self.tools = place / "tools"
        self.log = place / "log"
        for folder in (self.place / "benchmarks", self.path, self.tools):
            folder.mkdir(parents=True)
        shutil.copy(RUN, self.place)
        (self.place / "requirements.lock").write_text("wheel==1\n")
        (self.place / "pyproject.toml").write_text("[project]\n")
        for name in (*NEEDED, *STAND_INS_NEED):
            (self.path / name).symlink_to(shutil.which(name) or name)
        real = Path(sys.executable).resolve()
        self.tool("venv-python", VENV_PYTHON.format(python=real))
        self.tool("install", INSTALL)
        self.tool("make-venv", MAKE_VENV)
        for name in ("tidings", "ruff", "mypy", "lint-imports"):
            self.tool(name, SPEAK.format(code=0))
        self.on_path("python3", PYTHON.format(python=real))

    def tool(self, name: str, script: str) -> None:
        (self.tools / name).write_text(script)
        (self.tools / name).chmod(0o755)

    def on_path(self, name: str, script: str) -> None:
        (self.path / name).write_text(script)
        (self.path / name).chmod(0o755)

    def start(self, *args: str, cwd: Path | None = None, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603  # our own script
            [self.place / "run", *args],
            cwd=cwd or self.place,
            env={"PATH": str(self.path), "LOG": str(self.log), "TOOLS": str(self.tools), **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, cwd: Path | None = None, **env: str) -> Answer:
        process = self.start(*args, cwd=cwd, **env)
        out, err = process.communicate(timeout=20)
        return Answer(process.returncode, out, err)

    def package(self) -> Path:
        """Add a package of one module to the clone."""
        (self.place / "ours").mkdir()
        (self.place / "ours" / "__init__.py").touch()
        source = self.place / "ours" / "module.py"
        source.write_text("ANSWER = 41\n")
        return source

    def installs(self) -> list[str]:
        """What installers were asked to do since the last look."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return lines


def compiled(source: Path) -> Path:
    """Where Python looks for a compiled module."""
    return Path(importlib.util.cache_from_source(str(source)))


class Answer:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


@pytest.fixture
def with_uv(clone: Clone) -> Clone:
    clone.on_path("uv", UV)
    return clone


@pytest.fixture
def ready(with_uv: Clone) -> Clone:
    assert with_uv.run("doctor").code == 0
    with_uv.installs()
    return with_uv


def test_the_first_run_sets_up_with_uv_and_says_so_in_one_line(with_uv: Clone) -> None:
    answer = with_uv.run()
    assert answer.out == f"tidings digest in {with_uv.place}\n"
    assert answer.err.count("\n") == 1
    assert "setting up .venv with uv" in answer.err
    venv, packages, project = with_uv.installs()
    assert venv.startswith("uv venv")
    assert "--require-hashes --only-binary :all: -r" in packages
    assert "--no-deps --no-build-isolation -e" in project


def test_a_system_without_uv_sets_up_with_pip(clone: Clone) -> None:
    answer = clone.run()
    assert answer.code == 0
    assert answer.err.count("\n") == 1
    assert "with pip" in answer.err
    venv, packages, project = clone.installs()
    assert venv == "venv"
    assert "--no-compile --require-hashes --only-binary :all: -r" in packages
    assert "--no-deps --no-build-isolation -e" in project


def test_a_personal_setting_for_the_home_folder_does_not_reach_pip(clone: Clone) -> None:
    assert clone.run(PIP_USER="1").code == 0
    assert all(line.endswith("user=0") for line in clone.installs()[1:])


def test_pip_takes_over_where_uv_cannot_install(with_uv: Clone) -> None:
    answer = with_uv.run(BREAK="1")
    assert answer.code == 0
    assert "trying pip" in answer.err
    assert sum(line.startswith("-m pip install") for line in with_uv.installs()) == 2


def test_later_runs_install_nothing_and_say_nothing(ready: Clone) -> None:
    answer = ready.run("sources")
    assert (answer.out, answer.err) == (f"tidings sources in {ready.place}\n", "")
    assert ready.installs() == []


def test_what_is_set_up_is_compiled_for_those_who_may_not_write_here(clone: Clone) -> None:
    source = clone.package()
    assert clone.run("doctor").code == 0
    assert compiled(source).exists()
    clone.place.chmod(0o555)
    (clone.place / ".venv").chmod(0o555)
    assert clone.run("doctor").err == ""


def test_changed_sources_are_compiled_again_without_a_word(with_uv: Clone) -> None:
    source = with_uv.package()
    with_uv.run("doctor")
    with_uv.installs()
    before = compiled(source).read_bytes()
    source.write_text("ANSWER = 42\n")
    os.utime(source, (2_000_000_000, 2_000_000_000))
    later = with_uv.run("doctor")
    assert (later.code, later.err, with_uv.installs()) == (0, "", [])
    assert compiled(source).read_bytes() != before
    compiled(source).unlink()
    assert with_uv.run("doctor").err == ""
    assert not compiled(source).exists()  # nothing has changed, so nothing was looked at


def test_a_source_that_cannot_be_compiled_stops_nothing(clone: Clone) -> None:
    clone.package().write_text("def broken(\n")
    assert clone.run("doctor").out.startswith("tidings doctor")


def test_an_environment_without_its_stamp_is_made_from_nothing(ready: Clone) -> None:
    (ready.place / ".venv/made-from").unlink()
    half_written = ready.place / ".venv/half-written"
    half_written.touch()
    assert ready.run().code == 0
    assert not half_written.exists()
    assert len(ready.installs()) == 3


def test_a_run_killed_half_way_is_repaired_by_the_next(with_uv: Clone) -> None:
    with_uv.tool("make-venv", MAKE_VENV + "kill -KILL $PPID\n")
    assert with_uv.run().code == -signal.SIGKILL
    with_uv.tool("make-venv", MAKE_VENV)
    assert with_uv.run().out.startswith("tidings digest")


def test_a_change_killed_half_way_does_not_count_as_done_when_it_is_undone(ready: Clone) -> None:
    pyproject = ready.place / "pyproject.toml"
    before = pyproject.read_text()
    pyproject.write_text("[project]\nname = 'x'\n")
    ready.tool("install", "kill -KILL $PPID\n")
    assert ready.run().code == -signal.SIGKILL
    ready.installs()
    pyproject.write_text(before)
    ready.tool("install", INSTALL)
    assert ready.run().code == 0
    assert len(ready.installs()) == 3


def test_an_environment_whose_python_does_not_start_is_made_anew(ready: Clone) -> None:
    python = ready.place / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    assert ready.run().code == 0
    assert len(ready.installs()) == 3


def test_an_environment_that_was_moved_is_made_anew(ready: Clone) -> None:
    ready.place = ready.place.rename(ready.place.with_name("moved here"))
    answer = ready.run()
    assert answer.out == f"tidings digest in {ready.place}\n"
    assert len(ready.installs()) == 3


def test_other_pinned_packages_make_the_environment_anew(ready: Clone) -> None:
    (ready.place / "requirements.lock").write_text("wheel==2\n")
    assert "setting up" in ready.run().err
    assert len(ready.installs()) == 3


def test_a_changed_pyproject_installs_the_project_alone(ready: Clone) -> None:
    (ready.place / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert "pyproject.toml has changed" in ready.run().err
    (project,) = ready.installs()
    assert "--no-deps --no-build-isolation -e" in project
    assert ready.run().err == ""


def test_of_two_at_once_one_sets_up_and_the_other_waits(with_uv: Clone) -> None:
    gate = with_uv.place / "gate"
    os.mkfifo(gate)
    with_uv.tool("make-venv", f'{MAKE_VENV}cat "{gate}"\n')
    first = with_uv.start("one")
    writer = gate.open("w")  # opens once the first is half-way
    second = with_uv.start("two")
    assert second.stderr is not None
    assert "waiting for it" in second.stderr.readline()
    writer.close()
    assert first.communicate(timeout=20)[0].startswith("tidings one")
    assert second.communicate(timeout=20)[0].startswith("tidings two")
    assert len(with_uv.installs()) == 3


def test_a_failed_installation_leaves_no_stamp_and_says_what_next(clone: Clone) -> None:
    clone.tool("install", "echo 'no space left' >&2; exit 1\n")
    answer = clone.run()
    assert answer.code == 1
    assert "no space left" in answer.err
    assert "then try ./run again" in answer.err
    assert not (clone.place / ".venv/made-from").exists()


@pytest.mark.parametrize(
    ("python", "advice"),
    [
        (None, "needs Python 3.11 or later"),
        ("#!/bin/sh\nexit 1\n", "needs Python 3.11 or later"),
        ('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\n', "apt install python3-venv"),
    ],
    ids=["none", "too old", "without venv"],
)
def test_a_missing_python_is_told_in_one_line(
    clone: Clone, python: str | None, advice: str
) -> None:
    (clone.path / "python3").unlink()
    if python:
        clone.on_path("python3", python)
    answer = clone.run()
    assert answer.code == 69
    assert answer.err.count("\n") == 1
    assert advice in answer.err
    assert not (clone.place / ".venv").exists()


def test_another_python_is_taken_where_the_first_is_too_old(clone: Clone) -> None:
    (clone.path / "python3").rename(clone.path / "python3.12")
    clone.on_path("python3", "#!/bin/sh\nexit 1\n")
    assert clone.run().code == 0


def test_commands_stay_in_the_folder_of_the_caller(ready: Clone, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    answer = ready.run("search", "two words", "--limit=3", cwd=elsewhere)
    assert answer.out == f"tidings search two words --limit=3 in {elsewhere}\n"


def test_tools_run_in_the_clone(ready: Clone, tmp_path: Path) -> None:
    answer = ready.run("test", "-k", "one", cwd=tmp_path)
    assert answer.out == f"python -m pytest -k one in {ready.place}\n"


def test_it_works_through_a_link(ready: Clone, tmp_path: Path) -> None:
    link = tmp_path / "tidings"
    link.symlink_to(ready.place / "run")
    out = subprocess.check_output(  # noqa: S603  # our own script
        [link, "health"], cwd=ready.place, env={"PATH": str(ready.path)}, text=True
    )
    assert out.startswith("tidings health")


def test_lint_shows_every_finding_before_it_fails(ready: Clone) -> None:
    ready.tool("ruff", SPEAK.format(code=1))
    answer = ready.run("lint")
    assert answer.code == 1
    assert [line.split(" in ")[0] for line in answer.out.splitlines()] == [
        "ruff format --check .",
        "ruff check .",
        "mypy --strict .",
        "lint-imports ",
    ]


@pytest.mark.parametrize(("finding", "code"), [(0, 0), (1, 1)])
def test_check_ends_with_the_tests_whatever_was_found_before(
    ready: Clone, finding: int, code: int
) -> None:
    ready.tool("mypy", SPEAK.format(code=finding))
    answer = ready.run("check")
    assert answer.code == code
    assert answer.out.splitlines()[-1].startswith("python -m pytest")


def test_failing_tests_decide_the_exit_code(ready: Clone) -> None:
    assert ready.run("test", PYTEST_ENDS="5").code == 5
    assert ready.run("check", PYTEST_ENDS="5").code == 1


def test_a_benchmark_is_found_by_its_name_with_dashes(ready: Clone) -> None:
    (ready.place / "benchmarks/why_not.py").touch()
    answer = ready.run("bench", "why-not", "--rows", "3")
    assert answer.out == f"python -m benchmarks.why_not --rows 3 in {ready.place}\n"


@pytest.mark.parametrize("name", [[], ["missing"], ["../run"], ["_shared"]])
def test_an_unknown_benchmark_lists_the_known(ready: Clone, name: list[str]) -> None:
    for file in ("ingest.py", "why_not.py", "_shared.py"):
        (ready.place / "benchmarks" / file).touch()
    answer = ready.run("bench", *name)
    assert answer.code == 2
    assert answer.err.strip() == "./run: benchmarks: ingest why-not"


@pytest.fixture
def with_extras(ready: Clone) -> Clone:
    for name in ("browser", "semantic"):
        (ready.place / f"requirements-{name}.lock").write_text(f"{name}==1\n")
    return ready


def test_extras_are_listed_without_setting_anything_up(clone: Clone) -> None:
    (clone.place / "requirements-semantic.lock").touch()
    answer = clone.run("extra")
    assert (answer.code, answer.out, answer.err) == (0, "semantic\n", "")
    assert clone.installs() == []


def test_an_extra_is_added_to_what_stands_and_to_the_list(with_extras: Clone) -> None:
    answer = with_extras.run("extra", "semantic")
    assert (answer.code, answer.err) == (0, "./run: installing the extra semantic\n")
    (packages,) = with_extras.installs()
    assert packages.endswith(
        f"--require-hashes --only-binary :all: -r {with_extras.place}/requirements-semantic.lock"
    )
    assert with_extras.run("extra").out == "browser\nsemantic (installed)\n"
    assert with_extras.run("doctor").err == ""
    assert with_extras.installs() == []


def test_an_extra_that_is_there_is_not_installed_again(with_extras: Clone) -> None:
    with_extras.run("extra", "semantic")
    with_extras.installs()
    answer = with_extras.run("extra", "semantic", "browser")
    assert answer.code == 0
    assert "semantic is already installed" in answer.err
    (packages,) = with_extras.installs()
    assert packages.endswith("requirements-browser.lock")


def test_an_extra_sets_up_first_where_nothing_stands(clone: Clone) -> None:
    (clone.place / "requirements-semantic.lock").touch()
    assert clone.run("extra", "semantic").code == 0
    venv, packages, _, extra = clone.installs()
    assert venv == "venv"
    assert packages.split(" user=")[0].endswith("requirements.lock")
    assert extra.split(" user=")[0].endswith("requirements-semantic.lock")
    assert all("--require-hashes --only-binary :all:" in line for line in (packages, extra))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-semantic.lock"])
def test_an_environment_made_anew_keeps_its_extras(with_extras: Clone, lock: str) -> None:
    with_extras.run("extra", "semantic")
    with_extras.installs()
    (with_extras.place / lock).write_text("other==2\n")
    assert with_extras.run().code == 0
    assert len(with_extras.installs()) == 4
    assert with_extras.run("extra").out == "browser\nsemantic (installed)\n"
    assert with_extras.run().err == ""


def test_extras_outlive_a_set_up_that_was_killed(with_extras: Clone) -> None:
    with_extras.run("extra", "semantic")
    (with_extras.place / "requirements.lock").write_text("wheel==2\n")
    with_extras.tool("make-venv", MAKE_VENV + "kill -KILL $PPID\n")
    assert with_extras.run().code == -signal.SIGKILL
    with_extras.tool("make-venv", MAKE_VENV)
    assert with_extras.run().code == 0
    assert with_extras.run("extra").out == "browser\nsemantic (installed)\n"


def test_an_extra_killed_half_way_leaves_an_environment_without_it(with_extras: Clone) -> None:
    with_extras.tool("install", "kill -KILL $PPID\n")
    assert with_extras.run("extra", "semantic").code == -signal.SIGKILL
    with_extras.installs()
    with_extras.tool("install", INSTALL)
    assert with_extras.run().code == 0
    assert len(with_extras.installs()) == 3
    assert with_extras.run("extra").out == "browser\nsemantic\n"


def test_an_extra_that_cannot_be_had_leaves_all_else_as_it_was(with_extras: Clone) -> None:
    with_extras.tool("install", "echo 'no network' >&2; exit 1\n")
    answer = with_extras.run("extra", "semantic")
    assert answer.code == 69
    assert "no network" in answer.err
    assert "the extra semantic could not be installed" in answer.err
    with_extras.installs()
    assert with_extras.run().err == ""
    assert with_extras.installs() == []


@pytest.mark.parametrize("gone", [True, False], ids=["lock gone", "not to be had"])
def test_an_extra_that_a_new_set_up_cannot_have_is_given_up(
    with_extras: Clone, *, gone: bool
) -> None:
    with_extras.run("extra", "semantic")
    (with_extras.place / "requirements.lock").write_text("wheel==2\n")
    if gone:
        (with_extras.place / "requirements-semantic.lock").unlink()
    with_extras.tool("install", 'case "$*" in *semantic*) exit 1 ;; esac\n' + INSTALL)
    answer = with_extras.run("doctor")
    assert answer.out.startswith("tidings doctor")
    assert "continuing without the extra semantic" in answer.err
    assert with_extras.run("doctor").err == ""


@pytest.mark.parametrize("name", ["missing", "../run", "", "sem", "*"])
def test_an_unknown_extra_lists_the_known(with_extras: Clone, name: str) -> None:
    answer = with_extras.run("extra", "semantic", name)
    assert answer.code == 2
    assert answer.err.strip() == "./run: extras: browser semantic"
    assert with_extras.installs() == []


def test_each_extra_is_pinned_beside_the_packages_that_everybody_has(with_uv: Clone) -> None:
    (with_uv.place / "pyproject.toml").write_text(
        "[project.optional-dependencies]\nsemantic = ['onnxruntime', 'tokenizers']\n"
        "[dependency-groups]\nbrowser = ['playwright']\ndev = ['pytest']\nbuild = ['hatchling']\n"
    )
    with_uv.on_path("uv", PINNING_UV)
    assert with_uv.run("lock").code == 0
    main, browser, playwright, semantic, *asked = with_uv.installs()
    assert "pip compile" in main
    assert main.endswith("pyproject.toml --group dev --group build -o requirements.lock")
    assert browser.endswith("- --constraint requirements.lock -o requirements-browser.lock")
    assert semantic.endswith("- --constraint requirements.lock -o requirements-semantic.lock")
    assert [playwright, *asked] == ["playwright", "onnxruntime", "tokenizers"]


def test_pinning_needs_uv_and_nothing_else(with_uv: Clone) -> None:
    assert with_uv.run("lock", "--upgrade").code == 0
    (call,) = with_uv.installs()
    assert call.startswith("uv pip compile")
    assert call.endswith("--upgrade")
    (with_uv.path / "uv").unlink()
    answer = with_uv.run("lock")
    assert answer.code == 69
    assert "needs uv" in answer.err


def test_pinned_packages_name_hashes_and_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text
        pins = text.count("==") - text.count("python_full_version ==")
        assert 0 < pins <= text.count("--hash=sha256:")


def test_every_extra_is_pinned_at_the_versions_that_everybody_has() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = set(told["dependency-groups"]) - {"dev", "build"}
    names = groups | set(told["project"]["optional-dependencies"])
    locks = {path.stem.removeprefix("requirements-") for path in ROOT.glob("requirements-*.lock")}
    assert names == locks
    everybody = pins(ROOT / "requirements.lock")
    for name in names:
        for package, versions in pins(ROOT / f"requirements-{name}.lock").items():
            assert versions <= everybody.get(package, versions)


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each package in a lock: several where they depend on the system."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def test_a_setup_of_somebody_else_is_left_to_them() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own may be for this user only
        place = Path(folder)
        shutil.copy(RUN, place / "run")
        (place / ".venv").mkdir()
        (place / ".venv").chmod(0o555)
        place.chmod(0o755)
        nobody = 65534 if os.getuid() == 0 else None  # root may write everywhere
        ran = subprocess.run(
            ["/bin/sh", "run", "--version"],
            cwd=place,
            check=False,
            capture_output=True,
            text=True,
            user=nobody,
        )
        (place / ".venv").chmod(0o755)
    assert ran.returncode == 69
    assert ran.stderr == (
        f"./run: {place}/.venv belongs to somebody else and needs a new setup: "
        "have them run ./run once\n"
    )
