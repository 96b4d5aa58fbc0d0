"""``core.ports.mail.LinkSigner``: signed links to the web page."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.ports.clock import Clock
from core.signed_links import LinkPurpose
from web.signing import Signer

LIFETIMES = {LinkPurpose.CONFIRM: timedelta(days=3)}
"""How long links are valid; all others are as long as their subject is known."""


class SignedLinks:
    """Makes and reads links signed with the installation's key."""

    def __init__(self, *, key: bytes, base_url: str, clock: Clock) -> None:
        """Take a secret key of 32 bytes, and scheme and host of the page, or "" without one."""
        self._signer = Signer(key)
        self._base_url = base_url.rstrip("/")
        self._clock = clock

    def link(self, purpose: str, subject: str) -> str:
        """Return the whole URL, or "" where there is no page that people can reach."""
        return f"{self._base_url}{self.path(purpose, subject)}" if self._base_url else ""

    def path(self, purpose: str, subject: str) -> str:
        """Return the URL without scheme and host: ``/view/…``."""
        life = LIFETIMES.get(LinkPurpose(purpose))
        ends = self._clock() + life if life else None
        return f"/{purpose}/{self._signer.sign(purpose, subject, ends=ends)}"

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the subject of a token that this installation made for this purpose.

        Raises:
            UsageError: if it did not, or the token has expired.
        """
        return self._signer.read(LinkPurpose(purpose), token, now=now)
