"""Deliver digests by email: lay out, check the address again, send at a limited rate.

SMTP has no idempotency keys: if the outcome of a mail is unknown, nobody can ask for it, and
sending it again may deliver it twice. It is held, or sent again if the settings say so; either is
recorded.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr

from core.deliveries import Delivery, Part, Receipt, Subscription
from core.digests import Digest
from core.errors import CannotTellError, RefusedError
from core.mail import CONFIRMATION_PERIOD, SCHEME, AddressState, mail_key
from core.ports.clock import Clock
from core.ports.mail import AddressStore
from delivery.mail_layout import MailLayout
from delivery.policy import Policy
from delivery.smtp import SmtpConnection
from delivery.smtp_replies import BouncedError

Sleep = Callable[[float], Awaitable[None]]
"""Waits for seconds."""

log = logging.getLogger(__name__)

MAX_BOUNCES = 3
"""After so many bounces in a row an address is turned off."""

POSSIBLE_DUPLICATE = "may have come twice"
"""Added to the receipt of a mail that was sent again though it may have arrived; stored."""


def mail_policy(*, resend_doubtful: bool) -> Policy:
    """Return the times and limits for sending mail.

    One at a time, since all share one connection. An attempt takes at most two minutes
    (``delivery.smtp.MAX_SEND_TIME``), less than its timeout and its lease. Four days outlast
    greylisting and a server that is down over a weekend.
    """
    return Policy(
        lease=timedelta(minutes=6),
        attempt_timeout=timedelta(minutes=4),
        max_concurrent=1,
        max_attempts=400,
        give_up_after=timedelta(days=4),
        resend_doubtful=resend_doubtful,
    )


@dataclass(slots=True, kw_only=True)
class MailDeliverer:
    """Delivers digests by email.

    Attributes:
        connection: to the SMTP server.
        layout: writes digests as mails.
        addresses: who may get one.
        sender: as in the From header.
        wait_for_slot: waits until another mail may be sent.
        clock: the current time (aware UTC).
    """

    connection: SmtpConnection
    layout: MailLayout
    addresses: AddressStore
    sender: str
    wait_for_slot: Callable[[], Awaitable[None]]
    clock: Clock
    _again: set[str] = field(default_factory=set, init=False)  # keys of what may have arrived

    @property
    def scheme(self) -> str:
        """First part of the targets that it serves."""
        return SCHEME

    @property
    def ready(self) -> bool:
        """Always: a mail needs nothing but its server."""
        return True

    @property
    def same_key_window(self) -> timedelta:
        """Zero: SMTP servers do not drop duplicates."""
        return timedelta(0)

    def parts(self, digest: Digest, subscription: Subscription, period: str) -> Sequence[Part]:
        """Lay a digest out as one mail; the same input gives the same mail."""
        mail = self.layout.mail(digest, subscription, period)
        key = mail_key(subscription.id, period)
        return [Part(key=key, target=subscription.target, payload=mail)]

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Send a mail, after checking again that its address is confirmed."""
        address = delivery.part.target.partition(":")[2]
        await asyncio.to_thread(self._check, delivery)
        await self.wait_for_slot()
        mail, sender = delivery.part.payload.encode("ascii"), parseaddr(self.sender)[1]
        try:
            answer = await asyncio.to_thread(self.connection.send, sender, address, mail)
        except BouncedError as error:
            raise await asyncio.to_thread(self._bounced, address, str(error)) from None
        await asyncio.to_thread(self.addresses.arrived, address)
        again = delivery.part.key in self._again
        self._again.discard(delivery.part.key)
        return Receipt(
            remote_id=f"{answer} ({POSSIBLE_DUPLICATE})" if again else answer, at=self.clock()
        )

    async def reconcile(self, delivery: Delivery) -> Receipt | None:
        """Raise ``CannotTellError``: nobody can find out whether an earlier attempt arrived."""
        self._again.add(delivery.part.key)
        raise CannotTellError("it may have arrived: sending was cut off before the server's answer")

    def _check(self, delivery: Delivery) -> None:
        """Refuse all but confirmations to a pending address, and everything to one that is off."""
        found = self.addresses.addresses(subscription=delivery.subscription)
        state = found[0].state if found else AddressState.OFF
        is_confirmation = delivery.period.startswith(CONFIRMATION_PERIOD)
        allowed = {AddressState.CONFIRMED, *([AddressState.PENDING] if is_confirmation else [])}
        if state not in allowed:
            raise RefusedError(f"not sent: the address is {state}", turns_off=False)

    def _bounced(self, address: str, reason: str) -> RefusedError:
        """Count a bounce; return the error for it, which may turn the subscription off."""
        count = self.addresses.bounced(address, most=MAX_BOUNCES, now=self.clock())
        line = f"{reason} (bounce {count} of {MAX_BOUNCES})"
        return RefusedError(line, turns_off=count >= MAX_BOUNCES)


class MailRateLimiter:
    """Spaces mails evenly, so many a minute."""

    def __init__(self, per_minute: int, *, now: Callable[[], float], sleep: Sleep) -> None:
        """Take the rate; ``now`` returns monotonic seconds."""
        self._pause = 60 / per_minute
        self._now = now
        self._sleep = sleep
        self._free_at = 0.0

    async def __call__(self) -> None:
        """Wait until the next mail may be sent."""
        now = self._now()
        mine = max(now, self._free_at)
        self._free_at = mine + self._pause
        if mine > now:
            await self._sleep(mine - now)
