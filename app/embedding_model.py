"""The sentence model that embeds texts: which one, and whether it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError, UnavailableError
from services.embeddings import EMBED_LIMIT, Embeddings, no_progress

if TYPE_CHECKING:
    from app.settings import Loaded
    from core.ports.clock import Clock
    from core.ports.storage import VectorStore

log = logging.getLogger(__name__)

OFF = "off"
"""Stands in the settings for no model."""


class EmbeddingModel:
    """The model that the settings name or the extra brought, if any, and its embeddings.

    Its methods raise ``UnavailableError`` if the packages are not installed or the model does not
    run, and ``ConfigError`` if the model's folder is none.

    Args:
        loaded: the settings.
        vectors: where vectors are kept.
        clock: the current time (aware UTC).
    """

    def __init__(self, loaded: Loaded, *, vectors: VectorStore, clock: Clock) -> None:
        self._named = loaded.settings.ranking.model
        self._folder = loaded.base / Path(self._named).expanduser()
        self._vectors = vectors
        self._clock = clock
        self._embeddings: Embeddings | None = None
        self._behind = True

    @property
    def wanted(self) -> bool:
        """Whether the settings name a model, or the extra is installed and they do not say off."""
        from language.embedder import has_extra

        return has_extra() if not self._named else self._named != OFF

    def check(self) -> None:
        """Check that what is wanted can be had."""
        self.embeddings()

    def embeddings(self) -> Embeddings | None:
        """Return the embeddings of the model; None if none is wanted."""
        if self._embeddings is None and self.wanted:
            from language.embedder import MINILM, LocalEmbedder, ModelFiles, require_packages

            require_packages()
            own = self._named in {"", MINILM}
            files = ModelFiles.of_extra() if own else ModelFiles.of_folder(self._folder)
            self._embeddings = Embeddings(
                embedder=LocalEmbedder(files), vectors=self._vectors, clock=self._clock
            )
        return self._embeddings

    def catch_up(
        self, *, limit: int = EMBED_LIMIT, progress: Callable[[int], None] = no_progress
    ) -> None:
        """Embed what has no vector yet.

        Args:
            limit: items at the most.
            progress: called with the number of those that are done.
        """
        embeddings = self.embeddings()
        if embeddings is not None:
            self._behind = embeddings.catch_up(limit=limit, progress=progress) == limit

    def tick(self, *, limit: int, news: bool) -> None:
        """Catch up by a little where there is something to do, and log what goes wrong.

        Args:
            limit: items at the most.
            news: whether sources were read since the last time.
        """
        if not (news or self._behind):
            return
        self._behind = False
        try:
            self.catch_up(limit=limit)
        except (UnavailableError, ConfigError) as error:
            log.warning("ranking by words alone: %s", error)

    def state(self) -> str:
        """Say in a few words whether embeddings count, and by which model."""
        embeddings = self.embeddings()
        if embeddings is None:
            off = (
                f'ranking.model is "{OFF}"' if self._named else "./run extra semantic adds meaning"
            )
            return f"off, only words count: {off}"
        from language.embedder import MINILM

        model = MINILM if self._named in {"", MINILM} else f"the model in {self._folder}"
        return f"on, {embeddings.count()} items have a vector by {model}"
