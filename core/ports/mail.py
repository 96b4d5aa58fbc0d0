"""Ports of email: signed links, addresses, kept digests, writing a mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.digests import Digest
from core.mail import Address, ConfirmationEmail


class LinkSigner(Protocol):
    """Makes signed links; whoever holds one may do what it is for, without an account."""

    def link(self, purpose: str, subject: str) -> str:
        """Return the whole address of a page, or "" where there is no page that people can reach.

        The same arguments give the same link, but for ``CONFIRM``, which holds its expiry.

        Args:
            purpose: one of ``LinkPurpose``.
            subject: what it is about; signed but readable, so it holds no address and no name.
        """
        ...

    def read(self, purpose: str, token: str, *, now: datetime) -> str:
        """Return the subject of a token, the last part of a link.

        Args:
            purpose: what it is used for.
            token: as it came in.
            now: aware UTC.

        Raises:
            UsageError: if it was changed, is for another purpose, or has expired.
        """
        ...


class AddressStore(Protocol):
    """Keeps addresses. Every method is one transaction and raises only ``StorageError``."""

    def address(self, id_: str) -> Address | None:
        """Return one, if it exists."""
        ...

    def addresses(
        self, *, owner: str = "", address: str = "", subscription: str = ""
    ) -> Sequence[Address]:
        """Return those of an owner, an address, a subscription, or all; oldest first."""
        ...

    def save_address(self, address: Address) -> None:
        """Create or replace one; its subscription must exist, and is deleted together with it."""
        ...

    def try_once(self, subject: str, *, now: datetime, since: datetime, most: int) -> bool:
        """Count an attempt, unless there were ``most`` since then already.

        Args:
            subject: keyed hash of what is tried.
            now: aware UTC.
            since: earlier attempts do not count and are deleted (aware UTC).
            most: attempts that are allowed.

        Returns:
            Whether it is allowed; if not, nothing is counted.
        """
        ...

    def bounced(self, address: str, *, most: int, now: datetime) -> int:
        """Count a bounce of an address; after ``most`` in a row it is ``BOUNCED`` for all owners.

        Returns:
            How many in a row there are now.
        """
        ...

    def arrived(self, address: str) -> None:
        """Reset the count of bounces of an address."""
        ...


class SnapshotStore(Protocol):
    """Keeps whole digests but for their ``log_entry``, so that a week looks the same for ever.

    Every method is one transaction and raises only ``StorageError``.
    """

    def issue(self, subscription: str, period: str) -> Digest | None:
        """Return the digest of a subscription's period, if it was kept."""
        ...

    def issues(self, subscription: str, *, limit: int) -> Sequence[Digest]:
        """Return the digests that were kept of a subscription but for previews, latest first."""
        ...

    def sent_as(self, part: str) -> Digest | None:
        """Return the digest of which a part of the outbox is one, by the part's key, if kept."""
        ...

    def keep_issue(self, period: str, digest: Digest) -> Digest:
        """Keep a digest that is recorded as delivered; return the first one kept of its period."""
        ...

    def keep_preview(self, period: str, digest: Digest, *, now: datetime) -> None:
        """Keep a digest that counts as seen by nobody, until the next preview of its period.

        Its period is ``PREVIEW`` and the name of the period, and its subscription must exist. It
        is as old as ``now`` for ``forget_issues``.
        """
        ...

    def forget_issues(self, *, before: datetime) -> int:
        """Delete the digests of subscriptions that were made before then; return how many."""
        ...

    def edition(self, week: str) -> Digest | None:
        """Return the edition for everybody of a week, if it was made."""
        ...

    def keep_edition(self, week: str, digest: Digest, text: str) -> Digest:
        """Keep an edition and the text that it is found by, unless one made as late is kept.

        Returns:
            The one that is kept: one that was made before its week was over gives way.
        """
        ...

    def weeks(self) -> Sequence[str]:
        """Return the weeks that have an edition, latest first."""
        ...

    def editions_with(self, words: Sequence[str], *, limit: int) -> Sequence[tuple[str, Digest]]:
        """Return the editions whose text holds all these words (casefolded), latest first."""
        ...


class ReadAddress(Protocol):
    """Reads an address as typed."""

    def __call__(self, typed: str) -> str:
        """Return it normalised, in ASCII, as mail is sent to it.

        Raises:
            UsageError: if it is none.
        """
        ...


class WriteConfirmation(Protocol):
    """Writes a confirmation email as a whole mail."""

    def __call__(self, email: ConfirmationEmail) -> str:
        """Return the mail (RFC 5322)."""
        ...


class Hasher(Protocol):
    """Hashes a text with the installation's key."""

    def __call__(self, text: str) -> str:
        """Return the keyed hash of a text, 32 hexadecimal digits."""
        ...
