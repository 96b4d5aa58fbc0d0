from __future__ import annotations

import mailbox
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import StorageError
from delivery.files import mbox, write_if_changed
from digests.render.mail import render
from tests.digests.examples import example
from tests.digests.render.mails import Read, an_envelope


def test_a_file_is_written_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert write_if_changed(folder, "a.eml", b"one")
    before = (folder / "a.eml").stat()
    assert not write_if_changed(folder, "a.eml", b"one")
    assert (folder / "a.eml").stat().st_mtime_ns == before.st_mtime_ns
    assert write_if_changed(folder, "a.eml", b"two")
    assert [(f.name, f.read_bytes()) for f in folder.iterdir()] == [("a.eml", b"two")]


def test_a_private_file_is_its_owners_also_where_it_was_open_before(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    write_if_changed(folder, "a.eml", b"one", private=True)
    assert [p.stat().st_mode & 0o777 for p in (folder, folder / "a.eml")] == [0o700, 0o600]
    (folder / "a.eml").chmod(0o644)
    (folder / ".a.eml.part").touch(0o644)
    assert not write_if_changed(folder, "a.eml", b"one", private=True)
    assert (folder / "a.eml").stat().st_mode & 0o777 == 0o600
    assert write_if_changed(folder, "a.eml", b"two", private=True)
    assert [(f.name, f.stat().st_mode & 0o777) for f in folder.iterdir()] == [("a.eml", 0o600)]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot write .*a\.eml: (Not a directory|File exists)"):
        write_if_changed(tmp_path / "file", "a.eml", b"x")


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    write_if_changed(tmp_path, "a.eml", b"old")
    code = (
        "import sys; from pathlib import Path; from delivery.files import mbox, write_if_changed\n"
        "try: write_if_changed(Path(sys.argv[1]), 'a.eml', b'x' * 100_000)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    ran = subprocess.run(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", code, str(tmp_path)],
        preexec_fn=limited,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert ran.stdout == f"StorageError cannot write {tmp_path}/a.eml: File too large\n"
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("a.eml", b"old")]


def test_a_mailbox_gives_back_every_mail(tmp_path: Path) -> None:
    mails = [render(example(), an_envelope(name=(f"2026-W{n}", "x"))) for n in range(40, 43)]
    mails[1] = mails[1].replace("TIDINGS", "From here\r\n>From there\r\nTIDINGS", 1)
    write_if_changed(tmp_path, "all.mbox", mbox(mails))
    box = mailbox.mbox(tmp_path / "all.mbox", create=False)
    found = [Read.of(box.get_bytes(key)) for key in box.iterkeys()]
    box.close()
    assert [mail.message["Message-ID"] for mail in found] == [
        Read.of(mail).message["Message-ID"] for mail in mails
    ]
    assert found[0].html.rstrip() == Read.of(mails[0]).html.rstrip()
    assert ">From here\n>>From there\n" in found[1].text
