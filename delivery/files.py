"""Write mails to files atomically; writing the same again changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from core.errors import StorageError

PRIVATE = 0o600
"""Permissions of what only its owner may read."""

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def write_if_changed(folder: Path, name: str, content: bytes, *, private: bool = False) -> bool:
    """Write a file durably (temporary file, fsync, rename) unless it holds the same already.

    Args:
        folder: made where it is missing.
        name: of the file.
        content: all of it.
        private: whether only its owner may read it, and a folder that is made for it.

    Returns:
        Whether it was written.

    Raises:
        StorageError: if it cannot be written; what was there before is left as it was.
    """
    path = folder / name
    part = folder / f".{name}.part"
    try:
        if path.is_file() and path.read_bytes() == content:
            if private:
                path.chmod(PRIVATE)
            return False
        folder.mkdir(mode=0o700 if private else 0o755, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)  # one that a crash left may be readable for others
        with os.fdopen(os.open(part, _NEW, PRIVATE if private else 0o644), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(folder)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"cannot write {path}: {error.strerror}") from None
    return True


def mbox(mails: Iterable[str]) -> bytes:
    """Join mails to one mailbox file (RFC 4155, with ``>From`` quoting as in mboxrd)."""
    return b"".join(map(_entry, mails))


def _entry(mail: str) -> bytes:
    lines = mail.encode("ascii").replace(b"\r\n", b"\n").split(b"\n")
    quoted = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines]
    # The date belongs to delivery, which has not happened; it must be one all the same.
    return b"From - Thu Jan  1 00:00:00 1970\n" + b"\n".join(quoted) + b"\n"


def _sync_folder(folder: Path) -> None:
    """Make the rename durable: it is a change of the folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
