"""Sign texts with the installation's key (HMAC-SHA-256 by ``itsdangerous``), a salt per purpose."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from core.errors import UsageError

MAX_TOKEN_LENGTH = 1000
"""Characters of a token that are read; real ones have about a hundred."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs a text for a purpose, for which alone the token is valid; ``key``: 32 secret bytes."""

    key: bytes

    def sign(self, purpose: str, text: str, *, ends: datetime | None = None) -> str:
        """Return a URL-safe token that holds the text, readable; the same each time.

        Args:
            purpose: what it is for.
            text: what it holds.
            ends: when it expires (aware UTC); None is never.
        """
        content = [text, int(ends.timestamp())] if ends else [text]
        return str(self._serializer(purpose).dumps(content))

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the text of a token that was signed for this purpose.

        Raises:
            UsageError: if it was not, or it has expired.
        """
        try:
            text, *ends = self._serializer(purpose).loads(token[:MAX_TOKEN_LENGTH])
        except (BadData, UnicodeEncodeError):  # a half surrogate pair is no text of ours
            raise UsageError(
                "this link is incomplete; copy the whole link from the email"
            ) from None
        if ends and now >= datetime.fromtimestamp(ends[0], UTC):
            raise UsageError("this link has expired; ask for a new one")
        return str(text)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        kwargs = {"digest_method": hashlib.sha256}
        return URLSafeSerializer(self.key, salt=f"tidings {purpose}", signer_kwargs=kwargs)
