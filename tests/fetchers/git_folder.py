"""A folder of a repository as GitHub lists and serves it, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping

from fetchers.git_files import blob_name


def git_folder(
    repository: str, folder: str, files: Mapping[str, bytes], *, served: bool = True
) -> dict[str, bytes]:
    """Return the answers of a folder by path: its list, and its files unless not ``served``."""
    rows = [
        {"name": name, "type": "file", "size": len(body), "sha": blob_name(body)}
        for name, body in files.items()
    ]
    inside = f"{folder}/" if folder else ""
    answers = {f"/repos/{repository}/contents/{folder}".rstrip("/"): json.dumps(rows).encode()}
    if served:
        answers |= {f"/{repository}/main/{inside}{name}": body for name, body in files.items()}
    return answers
