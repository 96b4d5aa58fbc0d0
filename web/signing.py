"""Signing with the installation's own key: HMAC-SHA-256 by ``itsdangerous``, one salt a purpose."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import UsageError

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

LONGEST = 1000
"""Characters of a token that are looked at; real ones have about a hundred."""


class Signer:
    """Signs texts for purposes: what was signed for one is worth nothing for another."""

    def __init__(self, key: bytes) -> None:
        """Take the key: secret, 32 random bytes."""
        self._key = key

    def sign(self, purpose: str, text: str, *, ends: datetime | None = None) -> str:
        """Return a token that holds the text, readable, and stands in an address as it is.

        Nothing else goes into it, so that the same call gives the same token.

        Args:
            purpose: what it is for.
            text: what it holds.
            ends: from then on it is refused (aware UTC); None is never.
        """
        content = [text, int(ends.timestamp())] if ends else [text]
        return str(self._serializer(purpose).dumps(content))

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the text of a token that was signed for this purpose.

        Raises:
            UsageError: if it was not, or its time is over.
        """
        from itsdangerous import BadData

        try:
            text, *ends = self._serializer(purpose).loads(token[:LONGEST])
        except BadData:
            raise UsageError("this link is not complete; copy it whole from the mail") from None
        if ends and now >= datetime.fromtimestamp(ends[0], UTC):
            raise UsageError("this link is too old; ask for a new one")
        return str(text)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        from itsdangerous import URLSafeSerializer

        kwargs = {"digest_method": hashlib.sha256}
        return URLSafeSerializer(self._key, salt=f"tidings {purpose}", signer_kwargs=kwargs)
