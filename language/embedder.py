"""An ``Embedder`` in a process of its own, which ends with the work and frees its memory.

The process that serves keeps its size that way, and a model that crashes on an odd processor
harms nobody.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from core.errors import ConfigError, UnavailableError
from language.embedding import LONGEST, MODEL_FILE, SCALE, TOKENIZER_FILE, TOKENS

_WORKER = Path(__file__).with_name("embedding.py")
_NEEDED = ("numpy", "onnxruntime", "tokenizers")


class LocalEmbedder:
    """Embeds texts with a model that lies in a folder.

    Args:
        folder: holds ``model.onnx`` and ``tokenizer.json``.

    Raises:
        UnavailableError: if the packages that run it are not installed.
        ConfigError: if it is no such folder.
    """

    def __init__(self, folder: Path) -> None:
        require_packages()
        for name in (MODEL_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise ConfigError(
                    f"ranking.model: there is no {name} in {folder}; name a folder that holds it"
                )
        self._folder = folder

    @cached_property
    def model(self) -> str:
        """The model's files and how they are used, as a short text."""
        digest = hashlib.sha256()
        for name in (MODEL_FILE, TOKENIZER_FILE):
            digest.update((self._folder / name).read_bytes())
        return f"{digest.hexdigest()[:16]}/{TOKENS}/{SCALE}"

    def embed(self, texts: Iterable[str]) -> Generator[bytes, None, None]:
        """Yield the vector of each text; the process lives until the last one, or ``close``."""
        return answers([sys.executable, "-I", str(_WORKER), str(self._folder)], texts)


def answers(command: Sequence[str], texts: Iterable[str]) -> Generator[bytes, None, None]:
    """Start a process, hand it one text a line as JSON, and yield its lines, read as hex.

    Raises:
        UnavailableError: if it ends early, with the last line of what it complained of.
    """
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603  our own script, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints
        )
        try:
            for text in texts:
                yield _vector(process, text, complaints)
        finally:
            _end(process)


def _vector(process: subprocess.Popen[bytes], text: str, complaints: IO[bytes]) -> bytes:
    """Hand over one text and return its vector; an empty line is none."""
    given, answered = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        given.write(json.dumps(text[:LONGEST]).encode() + b"\n")
        given.flush()
        if answer := answered.readline().strip():
            return bytes.fromhex(answer.decode())
        raise ValueError("it ended early")
    except (OSError, ValueError) as error:
        process.kill()
        process.wait()
        complaints.seek(0)
        said = complaints.read().decode(errors="replace").strip().splitlines()
        line = (said or [str(error)])[-1]
        raise UnavailableError(f"the model does not work: {line}") from error


def require_packages() -> None:
    """Check that the extra is installed, without loading it.

    Raises:
        UnavailableError: if it is not.
    """
    if not all(find_spec(name) for name in _NEEDED):
        raise UnavailableError(
            "ranking.model is set, but what runs it is not installed: ./run extra semantic"
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # what it was still to read is lost with it
            cast("IO[bytes]", pipe).close()
