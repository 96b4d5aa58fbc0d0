"""Where the sender of mails is built, and what ``serve`` does for mail."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.wiring.mail import layout, runs, sender_of
from core.deliveries import DeliveryState
from core.errors import ConfigError
from core.mail import SCHEME
from delivery.dispatcher import Dispatcher
from delivery.mailer import MailDeliverer, MailRateLimiter, mail_policy
from delivery.smtp import Account, SmtpConnection
from digests.render.mime import domain
from services.runs import Opened, Runs

if TYPE_CHECKING:
    from app.blocks import EmailBlock
    from app.wiring.application import Application

log = logging.getLogger(__name__)

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""What servers listen at (RFC 8314, RFC 6409, RFC 5321)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPart:
    """The sender of mails.

    Attributes:
        dispatcher: sends what waits in the outbox.
        runs: opens what is due.
        connection: the one to the server.
    """

    dispatcher: Dispatcher
    runs: Runs
    connection: SmtpConnection

    async def open_due(self) -> None:
        """Make the digests that are due and let them be sent at once."""
        opened = await asyncio.to_thread(self.runs.open_due)
        if opened.opened:
            self.dispatcher.wake()


def build(application: Application) -> MailPart:
    """Build the sender from the settings; nothing is connected yet.

    Raises:
        ConfigError: if no server is set.
    """
    settings = application.loaded.settings.email
    if not settings.host:
        raise ConfigError("email.host: no SMTP server is set, so no mail can be sent")
    connection = SmtpConnection(_account(settings), clock=application.clock)
    deliverer = MailDeliverer(
        connection=connection,
        layout=layout(application),
        addresses=application.storage.addresses,
        sender=sender_of(application),
        wait_for_slot=MailRateLimiter(settings.per_minute, now=time.monotonic, sleep=asyncio.sleep),
        clock=application.clock,
    )
    deliverers = {deliverer.scheme: deliverer}
    dispatcher = Dispatcher(
        outbox=application.storage.outbox,
        subscriptions=application.storage.subscriptions,
        deliverers=deliverers,
        clock=application.clock,
        policy=mail_policy(resend_doubtful=settings.resend_doubtful),
    )
    return MailPart(
        dispatcher=dispatcher, runs=runs(application, deliverers=deliverers), connection=connection
    )


def send_due(application: Application) -> Opened:
    """Open what is due, send all that waits, and end.

    Raises:
        ConfigError: if no server is set.
        StorageError: if the archive cannot be read or written.
    """
    part = build(application)
    opened = part.runs.open_due()
    try:
        asyncio.run(part.dispatcher.drain())
    finally:
        part.connection.close()
    return opened


@asynccontextmanager
async def sending(application: Application) -> AsyncIterator[MailPart]:
    """Send mails while this is entered; those in progress finish first.

    Raises:
        ConfigError: if no server is set.
    """
    part = build(application)
    task = asyncio.create_task(part.dispatcher.run())
    tell_doubtful(application)
    try:
        yield part
    finally:
        part.dispatcher.stop()
        await task
        await asyncio.to_thread(part.connection.close)


def tell_doubtful(application: Application) -> None:
    """Say how many mails may or may not have arrived."""
    counts = application.storage.figures.deliveries(scheme=SCHEME)
    doubtful = counts[DeliveryState.IN_DOUBT]
    if doubtful:
        advice = "list them with tidings email status, settle one with tidings email decide"
        log.warning("%d mails may or may not have arrived: %s", doubtful, advice)


def keep_house(application: Application) -> None:
    """Forget what is over, and make the edition of a week that has ended."""
    application.email_subscriptions().tidy()
    editions = application.editions()
    week = editions.due()
    if week:
        editions.make(week)
        log.info("made the edition of %s", week)


def _account(settings: EmailBlock) -> Account:
    return Account(
        host=settings.host,
        port=settings.port or _PORTS[settings.security],
        security=settings.security,
        username=settings.username,
        password=settings.password.get_secret_value(),
        hostname=domain(settings.sender),
    )
