"""A sender of mails as a process of its own: real dispatcher, outbox and SMTP, against loopback."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from delivery.dispatcher import Dispatcher
from delivery.mail_layout import MailLayout
from delivery.mailer import MailDeliverer, mail_policy
from delivery.smtp import Account, SmtpConnection
from storage import open_storage
from storage.opening import Storage
from tests.delivery.http_receiver import ShiftedClock
from tests.email_environment import PlainLinks

SENDER = "Tidings <tidings@example.org>"


async def at_once() -> None:
    """Keep no limiter."""


def a_deliverer(storage: Storage, port: int, clock: ShiftedClock) -> MailDeliverer:
    """Put together what lays out mails and sends them."""
    account = Account(
        host="127.0.0.1",
        port=port,
        security="none",
        username="",
        password="",
        hostname="tidings.example",
    )
    return MailDeliverer(
        connection=SmtpConnection(account, clock=clock),
        layout=MailLayout(
            sender=SENDER,
            unsubscribe_mail="",
            links=PlainLinks(),
            addresses=storage.addresses,
        ),
        addresses=storage.addresses,
        sender=SENDER,
        wait_for_slot=at_once,
        clock=clock,
    )


def work(url: str, port: int, offset: timedelta) -> None:
    """Send what is in the outbox at ``url``, until killed or until nothing is due."""
    clock = ShiftedClock(offset)
    with open_storage(url) as storage:
        dispatcher = Dispatcher(
            outbox=storage.outbox,
            subscriptions=storage.subscriptions,
            deliverers={"email": a_deliverer(storage, port, clock)},
            clock=clock,
            policy=mail_policy(resend_doubtful=False),
        )
        asyncio.run(dispatcher.drain())
