"""Files that are fetched once, known by their checksum."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import FetchError, StorageError
from net.client import HttpClient

MAX_FILE_BYTES = 64_000_000
"""Bytes of a file at the most; it passes through memory, and the process ends soon after."""

MAX_FILE_SECONDS = 600.0
"""Most that one file may take: 23 MB over a line of half a megabit a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file that must be what it is expected to be.

    Attributes:
        name: what it is called here.
        url: where it is.
        sha256: its checksum, in hex.
    """

    name: str
    url: str
    sha256: str


def download(file: RemoteFile, folder: Path, http: HttpClient, *, source: str) -> Path:
    """Fetch a file unless it is there, and put it in place whole or not at all.

    A download that ends early is begun anew the next time. Two at once do no harm.

    Args:
        file: which one.
        folder: where it goes; made where it is missing.
        http: the client; its limits on size and time are those of pages and are widened.
        source: what this is for, as errors name it.

    Raises:
        FetchError: if it cannot be had, or is not what it should be.
        StorageError: if it cannot be written.
    """
    path = folder / file.name
    if path.exists():
        return path
    wide = replace(
        http,
        max_bytes=MAX_FILE_BYTES,
        request_seconds=MAX_FILE_SECONDS,
        session_seconds=MAX_FILE_SECONDS,
    )
    with wide.session(source) as session:
        body = session.get(file.url).body
    if hashlib.sha256(body).hexdigest() != file.sha256:
        raise FetchError(
            source, f"the file at {file.url} is not the expected one: its checksum differs"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(body)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error
    return path
