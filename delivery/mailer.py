"""Mails to people: laid out, checked once more, sent at a bearable pace.

SMTP knows no keys: a mail whose fate is unknown can neither be asked for nor sent again without
risk. It is held, or sent again where the settings say so; either way it is said.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from email.utils import parseaddr
from typing import Protocol

from core.deliveries import Delivery, Part, Receipt, Subscription
from core.digests import Digest
from core.errors import CannotTellError, RefusedError
from core.mail import LETTER, SCHEME, AddressState
from core.ports.clock import Clock
from core.ports.mail import AddressStore
from delivery.mail_layout import MailLayout, part_key
from delivery.policy import Policy
from delivery.smtp_replies import BouncedError

log = logging.getLogger(__name__)

MOST_BOUNCES = 3
"""Mails in a row that an address may refuse before nothing more is sent to it."""

AGAIN = "may have come twice"
"""What the receipt of a mail says that was sent again though it may have arrived."""


def mail_policy(*, resend_doubtful: bool) -> Policy:
    """Return how patient the sender of mails is.

    One at a time, since all go through one connection. An attempt takes at most two minutes
    (``delivery.smtp.LONGEST``), which patience and lease leave room for. Greylisting and a server
    that is down over a weekend are outlasted.
    """
    return Policy(
        lease=timedelta(minutes=6),
        patience=timedelta(minutes=4),
        concurrent=1,
        most_attempts=400,
        give_up_after=timedelta(days=4),
        resend_doubtful=resend_doubtful,
    )


class MailLine(Protocol):
    """Hands mails to a server; ``delivery.smtp.Line`` is one."""

    def send(self, sender: str, recipient: str, mail: bytes) -> str:
        """Hand a mail over and return the server's answer; blocks."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class MailDeliverer:
    """Hands digests over by mail."""

    def __init__(
        self,
        *,
        line: MailLine,
        layout: MailLayout,
        addresses: AddressStore,
        sender: str,
        pace: Callable[[], Awaitable[None]],
        clock: Clock,
    ) -> None:
        """Take the collaborators.

        Args:
            line: to the server.
            layout: writes digests as mails.
            addresses: knows who may get one.
            sender: from whom they are.
            pace: waits until the server may be given another one.
            clock: tells the time.
        """
        self._line = line
        self._layout = layout
        self._addresses = addresses
        self._sender = parseaddr(sender)[1]
        self._pace = pace
        self._clock = clock
        self._again: set[str] = set()

    @property
    def scheme(self) -> str:
        """The first part of the targets that it serves."""
        return SCHEME

    @property
    def same_key_window(self) -> timedelta:
        """Zero: a server makes two mails of two deliveries, whatever their ids."""
        return timedelta(0)

    def parts(self, digest: Digest, subscription: Subscription, period: str) -> Sequence[Part]:
        """Lay a digest out as one mail; the same input gives the same mail."""
        mail = self._layout.mail(digest, subscription, period)
        key = part_key(subscription.id, period)
        return [Part(key=key, target=subscription.target, payload=mail)]

    async def deliver(self, delivery: Delivery) -> Receipt:
        """Send a mail, once more making sure that its address was confirmed.

        Raises:
            LaterError: if it surely did not arrive and may be tried again.
            RefusedError: if it never will arrive.
            CannotTellError: if it may have arrived.
        """
        address = delivery.part.target.partition(":")[2]
        await asyncio.to_thread(self._check, delivery)
        await self._pace()
        mail = delivery.part.payload.encode("ascii")
        try:
            answer = await asyncio.to_thread(self._line.send, self._sender, address, mail)
        except BouncedError as error:
            raise await asyncio.to_thread(self._bounced, address, str(error)) from None
        await asyncio.to_thread(self._addresses.arrived, address)
        again = delivery.part.key in self._again
        self._again.discard(delivery.part.key)
        return Receipt(remote_id=f"{answer} ({AGAIN})" if again else answer, at=self._clock())

    async def reconcile(self, delivery: Delivery) -> Receipt | None:
        """Say that it cannot be found out whether an earlier attempt arrived.

        Raises:
            CannotTellError: always.
        """
        self._again.add(delivery.part.key)
        raise CannotTellError(
            "it may have arrived: the sender or the connection ended before the server's answer"
        )

    def _check(self, delivery: Delivery) -> None:
        """Let only letters through to whom is not confirmed, and nothing to whom left.

        Raises:
            RefusedError: if nothing may be sent.
        """
        found = self._addresses.addresses(subscription=delivery.subscription)
        state = found[0].state if found else AddressState.OFF
        is_letter = delivery.period.startswith(LETTER)
        allowed = {AddressState.CONFIRMED, *([AddressState.PENDING] if is_letter else [])}
        if state not in allowed:
            raise RefusedError(f"nothing is sent to it: the address is {state}", turns_off=False)

    def _bounced(self, address: str, reason: str) -> RefusedError:
        """Count a refused mail; return what it means for the subscription."""
        count = self._addresses.bounced(address, most=MOST_BOUNCES, now=self._clock())
        over = count >= MOST_BOUNCES
        line = f"{reason} (refused {count} of {MOST_BOUNCES} times)"
        return RefusedError(line, turns_off=over)


class EvenPace:
    """Lets one through at a time, never faster than so many a minute."""

    def __init__(self, per_minute: int, *, now: Callable[[], float], sleep: Sleep) -> None:
        """Take the pace.

        Args:
            per_minute: mails a minute.
            now: monotonic seconds.
            sleep: waits for seconds.
        """
        self._pause = 60 / per_minute
        self._now = now
        self._sleep = sleep
        self._free_at = 0.0

    async def __call__(self) -> None:
        """Wait until the next one may go."""
        now = self._now()
        mine = max(now, self._free_at)
        self._free_at = mine + self._pause
        if mine > now:
            await self._sleep(mine - now)


Sleep = Callable[[float], Awaitable[None]]
"""Waits for seconds."""
