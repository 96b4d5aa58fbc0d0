"""Files of a public repository at GitHub: listed, read, and checked against their own names.

Git names a file's content by its SHA-1. A list in YAML or Markdown that was cut short is still one,
so whatever does not have the name that was listed is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from core.errors import FetchError
from fetchers.rows import inner_rows, line, read_json
from fetchers.source import MalformedError, ends_fetch
from net.client import SourceSession

MOST_FILES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class GitFile:
    """A file of a repository.

    Attributes:
        name: of the file, without its folder.
        path: ``owner/repository/branch/folder/name``.
        mirrored: the same for the mirror.
        sha: git's name of its content.
    """

    name: str
    path: str
    mirrored: str
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GitFiles:
    """Reads files of public repositories.

    Attributes:
        session: asks.
        source: whose files they are.
        api_url: lists the files.
        raw_url: has the files.
        mirror_url: has them too.
    """

    session: SourceSession
    source: str
    api_url: str
    raw_url: str
    mirror_url: str

    def listed(
        self, repository: str, folder: str, endings: Collection[str], *, branch: str = "main"
    ) -> list[GitFile]:
        """Return the files of a folder whose names end so.

        Raises:
            FetchError: if it cannot be listed, or has none.
        """
        url = f"{self.api_url.rstrip('/')}/repos/{repository}/contents/{quote(folder)}".rstrip("/")
        rows = inner_rows({"files": read_json(self.session.get(url).body, self.source)}, "files")
        names = {line(row, "name"): line(row, "sha") for row in rows}
        inside = f"{quote(folder)}/" if folder else ""
        files = [
            GitFile(
                name=name,
                path=f"{repository}/{branch}/{inside}{quote(name)}",
                mirrored=f"gh/{repository}@{branch}/{inside}{quote(name)}",
                sha=sha,
            )
            for name, sha in names.items()
            if name.endswith(tuple(endings)) and sha
        ]
        if not files:
            where = f"{repository}/{folder}".rstrip("/")
            raise MalformedError(self.source, f"{self.source}: {where} lists no such files")
        return files[:MOST_FILES]

    def read(self, file: GitFile) -> bytes | None:
        """Return a file, from the mirror if it cannot be had; None if it has not changed.

        Raises:
            FetchError: if neither has it, or what they have is not what was listed.
        """
        try:
            response = self.session.get(f"{self.raw_url.rstrip('/')}/{file.path}", if_changed=True)
            if response.unchanged:
                return None
            body = response.body
        except FetchError as missed:
            if ends_fetch(missed):
                raise
            try:
                body = self.session.get(f"{self.mirror_url.rstrip('/')}/{file.mirrored}").body
            except FetchError as failure:
                raise missed from failure
        if blob_name(body) != file.sha:
            told = f"{self.source}: {file.name} is not the file that was listed"
            raise MalformedError(self.source, told)
        return body


def blob_name(body: bytes) -> str:
    """Return git's name of a file's content: the SHA-1 of a header and its bytes."""
    header = f"blob {len(body)}\0".encode()
    return hashlib.sha1(header + body, usedforsecurity=False).hexdigest()
