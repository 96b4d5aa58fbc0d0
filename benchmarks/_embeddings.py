"""Vectors for the ranking benchmark, made when it runs and kept in memory alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from core.embeddings import TextVectors
from core.items import ItemKey
from language.embedder import ModelFiles, require_packages
from language.embedding import SentenceModel


class Embeddings:
    """Embeddings of the texts of some tasks.

    Args:
        files: of the model.
        texts: the items that have prose.
        phrases: all written interests.
    """

    def __init__(
        self, files: ModelFiles, texts: Mapping[ItemKey, str], phrases: Iterable[str]
    ) -> None:
        model = SentenceModel(files.model, files.tokenizer)
        written = list(dict.fromkeys(phrases))
        self._items = dict(zip(texts, model.embed(texts.values()), strict=True))
        self._phrases = dict(zip(written, model.embed(written), strict=True))

    def of(self, keys: Iterable[ItemKey], phrases: Iterable[str]) -> TextVectors:
        """Return those that there are."""
        return TextVectors(
            items={key: self._items[key] for key in keys if key in self._items},
            phrases={phrase: self._phrases[phrase] for phrase in phrases},
        )


def model_files(folder: str) -> ModelFiles:
    """Return the files of the model in a folder, or of that of the extra if none is named.

    Raises:
        ConfigError: if the folder holds no model.
        UnavailableError: if the extra is not installed.
    """
    require_packages()
    return ModelFiles.of_folder(Path(folder)) if folder else ModelFiles.of_extra()
