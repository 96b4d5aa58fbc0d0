"""Real texts beside the project, for properties that must hold of any text."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="needs ../shared/corpus")


def rows(name: str, *, every: int = 1, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield every so many records of a corpus, at most ``limit``."""
    path = CORPUS / name
    with gzip.open(path, "rt") if name.endswith(".gz") else path.open() as lines:
        yield from map(json.loads, islice(lines, 0, limit and limit * every, every))
