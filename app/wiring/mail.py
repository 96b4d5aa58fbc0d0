"""Where mails are laid out and sent: by ``serve``, by ``tidings email``, or into files."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from email.utils import parseaddr

from app.blocks import EmailBlock
from app.wiring.application import Application
from core.errors import ConfigError
from delivery.dispatcher import Dispatcher
from delivery.mail_layout import MailLayout
from delivery.mailer import MailDeliverer, MailRateLimiter, mail_policy
from delivery.sender import Sender
from delivery.smtp import Account, SmtpConnection
from digests.render.mime import domain
from services.runs import Opened

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""What servers listen at (RFC 8314, RFC 6409, RFC 5321)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPart:
    """What sends mails.

    Attributes:
        sender: makes and sends digests.
        connection: the one to the server.
    """

    sender: Sender
    connection: SmtpConnection


def layout(application: Application) -> MailLayout:
    """Build what writes digests as mails."""
    settings = application.loaded.settings.email
    return MailLayout(
        sender=application.mail_sender,
        unsubscribe_mail=settings.unsubscribe or parseaddr(settings.sender)[1],
        links=application.links,
        addresses=application.storage.addresses,
    )


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
        sender=application.mail_sender,
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
    runs = application.runs(deliverers, snapshots=application.storage.snapshots)
    return MailPart(sender=Sender(runs=runs, dispatcher=dispatcher), connection=connection)


def send_due(application: Application) -> Opened:
    """Open what is due, send all that waits, and end.

    Raises:
        ConfigError: if no server is set.
        StorageError: if the archive cannot be read or written.
    """
    part = build(application)
    opened = part.sender.runs.open_due()
    try:
        asyncio.run(part.sender.dispatcher.drain())
    finally:
        part.connection.close()
    return opened


def _account(settings: EmailBlock) -> Account:
    return Account(
        host=settings.host,
        port=settings.port or _PORTS[settings.security],
        security=settings.security,
        username=settings.username,
        password=settings.password.get_secret_value(),
        hostname=domain(settings.sender),
    )
