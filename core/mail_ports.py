"""What mailing needs from the outside: addresses, frozen digests, and letters as texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.delivery_ports import Outbox, SubscriptionStore
from core.digests import Digest
from core.mail import Address, Letter
from core.member_ports import PersonalData
from core.ports import Store


class AddressStore(Protocol):
    """Keeps addresses. Every method is one transaction and raises only ``StorageError``."""

    def address(self, id_: str) -> Address | None:
        """Return one, if it exists."""
        ...

    def addresses(
        self, *, owner: str = "", address: str = "", subscription: str = ""
    ) -> Sequence[Address]:
        """Return those of an owner, of one text, of a subscription, or all; oldest first."""
        ...

    def save_address(self, address: Address) -> None:
        """Create or replace one; its subscription has to exist, and takes it along when it goes."""
        ...

    def try_once(self, subject: str, *, now: datetime, since: datetime, most: int) -> bool:
        """Count an attempt, unless there were ``most`` since then already.

        Args:
            subject: keyed hash of whom or what is tried.
            now: aware UTC.
            since: earlier attempts do not count, and are forgotten (aware UTC).
            most: attempts that are allowed.

        Returns:
            Whether it is allowed; if not, nothing is counted.
        """
        ...

    def bounced(self, address: str, *, most: int, now: datetime) -> int:
        """Count a refused mail for a text; at ``most`` in a row its addresses are ``BOUNCED``.

        Returns:
            How many in a row there are now.
        """
        ...

    def arrived(self, address: str) -> None:
        """Forget earlier refusals of a text."""
        ...


class DigestShelf(Protocol):
    """Keeps whole digests but for their ``making``, so that a week looks the same for ever.

    Every method is one transaction and raises only ``StorageError``.
    """

    def issue(self, subscription: str, period: str) -> Digest | None:
        """Return the digest of a subscription's period, if it was kept."""
        ...

    def issues(self, subscription: str, *, limit: int) -> Sequence[Digest]:
        """Return the digests that were kept of a subscription, latest first."""
        ...

    def keep_issue(self, period: str, digest: Digest) -> Digest:
        """Keep a subscription's digest, recorded as delivered; return the first one kept of it."""
        ...

    def forget_issues(self, *, before: datetime) -> int:
        """Delete the digests of subscriptions that were made before then; return how many."""
        ...

    def edition(self, week: str) -> Digest | None:
        """Return the edition for everybody of a week, if it was made."""
        ...

    def keep_edition(self, week: str, digest: Digest, text: str) -> Digest:
        """Keep an edition and the text that it is found by; return the first one kept of it."""
        ...

    def weeks(self) -> Sequence[str]:
        """Return the weeks of which there is an edition, latest first."""
        ...

    def editions_with(self, words: Sequence[str], *, limit: int) -> Sequence[tuple[str, Digest]]:
        """Return the editions whose text holds all these words (casefolded), latest first."""
        ...


class ReadAddress(Protocol):
    """Reads an address as people type it."""

    def __call__(self, typed: str) -> str:
        """Return it normalised, in ASCII, as mail is sent to it.

        Raises:
            UsageError: if it is none.
        """
        ...


class WriteLetter(Protocol):
    """Writes letters as texts that can be sent."""

    def __call__(self, letter: Letter) -> str:
        """Return a whole mail (RFC 5322)."""
        ...


class Hasher(Protocol):
    """Turns names into something that tells nothing without the installation's key."""

    def __call__(self, text: str) -> str:
        """Return the keyed hash of a text, 32 hexadecimal digits."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStores:
    """Where mailing keeps things, each in the same database.

    Attributes:
        addresses: the addresses.
        shelf: whole digests.
        subscriptions: standing orders.
        outbox: what is on its way.
        archive: profiles.
        personal: everything that is held about a person.
    """

    addresses: AddressStore
    shelf: DigestShelf
    subscriptions: SubscriptionStore
    outbox: Outbox
    archive: Store
    personal: PersonalData
