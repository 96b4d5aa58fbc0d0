"""``core.ports.LinkSigner``: addresses on the web page that nobody can guess or change.

A token is the subject and, where the purpose has one, the end of its life, signed with HMAC-SHA-256
by ``itsdangerous``. The purpose is the salt: a token for one purpose is none for another. Nothing
else goes into it, so that the same link is the same text each time.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.errors import UsageError
from core.ports import Clock, LinkPurpose

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

LIVES = {LinkPurpose.CONFIRM: timedelta(days=3)}
"""How long links live; all others do until their subject is not known any more."""

LONGEST = 1000
"""Characters of a token that are looked at; real ones have about a hundred."""


class SignedLinks:
    """Makes and reads links that are signed with the installation's own key."""

    def __init__(self, *, key: bytes, base_url: str, clock: Clock) -> None:
        """Take what signs.

        Args:
            key: secret, 32 random bytes.
            base_url: scheme and host of the web page, or "" where people cannot reach one.
            clock: for the end of links.
        """
        self._key = key
        self._base_url = base_url.rstrip("/")
        self._clock = clock

    def link(self, purpose: str, subject: str) -> str:
        """Return the whole address, or "" where there is no page that people can reach."""
        return f"{self._base_url}{self.path(purpose, subject)}" if self._base_url else ""

    def path(self, purpose: str, subject: str) -> str:
        """Return the address without scheme and host: ``/view/…``."""
        life = LIVES.get(LinkPurpose(purpose))
        ends = [int((self._clock() + life).timestamp())] if life else []
        return f"/{purpose}/{self._serializer(purpose).dumps([subject, *ends])}"

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the subject of a token that this installation made for this purpose.

        Raises:
            UsageError: if it did not, or its time is over.
        """
        from itsdangerous import BadData

        try:
            content = self._serializer(purpose).loads(token[:LONGEST])
        except BadData:
            raise UsageError("this link is not complete; copy it whole from the mail") from None
        subject, *ends = content
        if ends and now >= datetime.fromtimestamp(ends[0], UTC):
            raise UsageError("this link is too old; ask for a new one")
        return str(subject)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(
            self._key,
            salt=f"tidings {LinkPurpose(purpose).value}",
            signer_kwargs={"digest_method": hashlib.sha256},
        )
