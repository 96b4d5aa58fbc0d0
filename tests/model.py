"""The optional model: whether it can run here, and marks for tests that need it."""

from __future__ import annotations

from pathlib import Path

import pytest

from language.embedder import ModelFiles, has_extra

EXTRA = has_extra()

needs_extra = pytest.mark.skipif(not EXTRA, reason="needs ./run extra semantic")
without_extra = pytest.mark.skipif(EXTRA, reason="the extra semantic is installed here")


def model_folder(parent: Path) -> Path:
    """Make a folder that holds the model of the extra, as a person's own folder would."""
    files, folder = ModelFiles.of_extra(), parent / "minilm"
    folder.mkdir()
    (folder / "model.onnx").symlink_to(files.model)
    (folder / "tokenizer.json").symlink_to(files.tokenizer)
    return folder
