"""``core.ports.mail.LinkSigner``: addresses on the web page that nobody can guess or change."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.ports.clock import Clock
from core.signed_links import LinkPurpose
from web.signing import Signer

LIVES = {LinkPurpose.CONFIRM: timedelta(days=3)}
"""How long links live; all others do until their subject is not known any more."""


class SignedLinks:
    """Makes and reads links that are signed with the installation's own key."""

    def __init__(self, *, key: bytes, base_url: str, clock: Clock) -> None:
        """Take what signs.

        Args:
            key: secret, 32 random bytes.
            base_url: scheme and host of the web page, or "" where people cannot reach one.
            clock: for the end of links.
        """
        self._signer = Signer(key)
        self._base_url = base_url.rstrip("/")
        self._clock = clock

    def link(self, purpose: str, subject: str) -> str:
        """Return the whole address, or "" where there is no page that people can reach."""
        return f"{self._base_url}{self.path(purpose, subject)}" if self._base_url else ""

    def path(self, purpose: str, subject: str) -> str:
        """Return the address without scheme and host: ``/view/…``."""
        life = LIVES.get(LinkPurpose(purpose))
        ends = self._clock() + life if life else None
        return f"/{purpose}/{self._signer.sign(purpose, subject, ends=ends)}"

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the subject of a token that this installation made for this purpose.

        Raises:
            UsageError: if it did not, or its time is over.
        """
        return self._signer.read(LinkPurpose(purpose), token, now=now)
