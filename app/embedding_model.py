"""The sentence model that embeds texts: found or fetched when it is first needed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError, FetchError, UnavailableError
from services.embeddings import EMBED_LIMIT, Embeddings, no_progress

if TYPE_CHECKING:
    from app.settings import Loaded
    from core.ports.clock import Clock
    from core.ports.storage import VectorStore
    from net.client import HttpClient

log = logging.getLogger(__name__)

KNOWN = "all-MiniLM-L6-v2"
"""The model that is fetched where it is named; any other name is a folder."""

_FILES = {
    "model.onnx": (
        "onnx/model_quint8_avx2.onnx",
        "b941bf19f1f1283680f449fa6a7336bb5600bdcd5f84d10ddc5cd72218a0fd21",
    ),
    "tokenizer.json": (
        "tokenizer.json",
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
}
"""Name here, path below ``ranking.model_url``, and SHA-256 of what must be there."""


class EmbeddingModel:
    """The model that the settings name, if any, and the embeddings that it makes.

    Its methods raise ``UnavailableError`` if the packages are not installed or the model does not
    run, and ``ConfigError`` if the model's folder is none.

    Args:
        loaded: the settings.
        vectors: where vectors are kept.
        clock: the current time (aware UTC).
        http: the way out, for the download.
    """

    def __init__(
        self, loaded: Loaded, *, vectors: VectorStore, clock: Clock, http: Callable[[], HttpClient]
    ) -> None:
        self._ranking = loaded.settings.ranking
        self._downloads = loaded.data_folder / "models" / KNOWN
        self._folder = loaded.base / Path(self._ranking.model).expanduser()
        self._vectors = vectors
        self._clock = clock
        self._http = http
        self._embeddings: Embeddings | None = None
        self._behind = True

    @property
    def wanted(self) -> bool:
        """Whether the settings name a model."""
        return bool(self._ranking.model)

    def check(self) -> None:
        """Check that what is wanted can be had, apart from the download."""
        self.embeddings()

    def embeddings(self) -> Embeddings | None:
        """Return the embeddings of the model; None if none is wanted, or it is not fetched yet."""
        if self._embeddings is None and self.wanted:
            from language.embedder import LocalEmbedder, require_packages

            require_packages()
            folder = self._folder
            if self._ranking.model == KNOWN:
                folder = self._downloads
                if not all((folder / name).exists() for name in _FILES):
                    return None
            embedder = LocalEmbedder(folder)
            self._embeddings = Embeddings(
                embedder=embedder, vectors=self._vectors, clock=self._clock
            )
        return self._embeddings

    def catch_up(
        self,
        *,
        offline: bool = False,
        limit: int = EMBED_LIMIT,
        progress: Callable[[int], None] = no_progress,
    ) -> None:
        """Fetch the model where that is due, and embed what has no vector yet.

        Where the model cannot be fetched, one line is logged, and ranking goes on by words alone.

        Args:
            offline: fetch nothing.
            limit: items at the most.
            progress: called with the number of those that are done.
        """
        if not self.wanted:
            return
        if self.embeddings() is None:
            self._fetch(offline=offline)
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
        """Say in a few words whether embeddings count."""
        if not self.wanted:
            return "off, only words count: ranking.model is not set"
        embeddings = self.embeddings()
        if embeddings is None:
            return f"only words count until the next fetch, which downloads the model {KNOWN}"
        return f"on, {embeddings.count()} items have a vector"

    def _fetch(self, *, offline: bool) -> None:
        from net.download import RemoteFile, download

        try:
            if offline:
                raise FetchError(KNOWN, "it is not downloaded yet, and nothing is fetched now")
            log.info("downloading the model %s, 23 MB, once", KNOWN)
            base = self._ranking.model_url.rstrip("/")
            for name, (path, sha256) in _FILES.items():
                file = RemoteFile(name=name, url=f"{base}/{path}", sha256=sha256)
                download(file, self._downloads, self._http(), source=KNOWN)
        except FetchError as error:
            log.warning("ranking by words alone, without the model %s: %s", KNOWN, error)
