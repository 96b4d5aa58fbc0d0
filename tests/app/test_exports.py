"""Who may read what is written, and what a deletion says of files that it cannot reach."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.conftest import Tidings


@pytest.fixture(autouse=True, params=[0o022, 0], ids=["usual", "none"])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def subscribed(live: Tidings) -> None:
    live("fetch")
    for name in ("ann", "bob"):
        interests = ("--interests", "language models", "--confirmed")
        live("subscribe", "add", f"{name}@example.org", *interests)


def test_what_shows_a_persons_digest_is_the_owners_alone(live: Tidings, tmp_path: Path) -> None:
    subscribed(live)
    live("digest")
    live("digest", "--format", "eml", "--out", "one.eml")
    live("digest", "--format", "html", "--out", "site.html")
    live("email", "export", "--out", "mails", "--all")
    live("email", "export", "--out", "box", "--all", "--format", "mbox")
    live("email", "export", "--out", "edition", "--community")
    private = [tmp_path / "archive.db", tmp_path / "digest.html", tmp_path / "one.eml"]
    private += [*(tmp_path / "mails").iterdir(), *(tmp_path / "box").iterdir()]
    assert len(private) == 6
    assert {mode(path) for path in private} == {0o600}
    assert (mode(tmp_path / "mails"), mode(tmp_path / "site.html")) == (0o700, 0o644)
    assert {mode(path) for path in (tmp_path / "edition").glob("*.html")} == {0o644}


def test_doctor_names_each_file_that_others_can_read(live: Tidings, tmp_path: Path) -> None:
    def permissions() -> tuple[str, str]:
        checks = live("doctor", "--json").data["checks"]
        [found] = [(c["state"], c["text"]) for c in checks if c["name"] == "permissions"]
        return found

    tmp_path.chmod(0o700)
    subscribed(live)
    live("digest")
    live("email", "export", "--out", "mails", "--all")
    assert permissions() == ("ok", "only you can read your data")
    mail = next((tmp_path / "mails").iterdir())
    for path in (tmp_path / "digest.html", mail):
        path.chmod(0o644)
    tmp_path.chmod(0o755)
    state, text = permissions()
    assert state == "warn"
    for path in (tmp_path / "digest.html", mail):
        assert str(path) in text
    assert f"&& chmod 700 {tmp_path}" in text
    tmp_path.chmod(0o700)


def test_a_deletion_names_the_files_that_it_cannot_reach(live: Tidings, tmp_path: Path) -> None:
    subscribed(live)
    live("profile", "set", "ann", "--interests", "graphs")
    live("digest", "--profile", "ann")
    live("digest", "--profile", "ann", "--format", "html", "--out", "ann.html")
    live("email", "export", "--out", "mails", "--all")
    live("email", "export", "--out", "box", "--all", "--format", "mbox")
    [box] = (tmp_path / "box").iterdir()
    files = live("privacy", "delete", "ann", "--json").data["files"]
    assert files == [str(tmp_path / name) for name in ("digest.html", "ann.html")] + [str(box)]
    assert live("privacy", "delete", "ann", "--json").data["files"] == [str(box)]
    told = live("privacy", "delete", "ann@example.org").out.splitlines()
    mails = [line for line in told if ".eml" in line]
    assert len(mails) == 1
    assert mails[0].startswith("not deleted, since it is a file of yours: ")
    assert Path(mails[0].partition(": ")[2]).is_file()
    left = b"".join(file.read_bytes() for file in tmp_path.glob("archive.db*"))
    assert b"ann@example.org" not in left


def test_files_that_are_gone_are_not_named(live: Tidings, tmp_path: Path) -> None:
    live("profile", "set", "ann", "--interests", "graphs")
    live("digest", "--profile", "ann", "--format", "html", "--out", "ann.html")
    (tmp_path / "ann.html").unlink()
    assert live("privacy", "delete", "ann", "--json").data["files"] == []
