"""Where mail is put together, for the command line, the bot, the web page and the sender alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from functools import partial
from typing import TYPE_CHECKING

import core.due as timetable
from core.digests import Budget
from core.people import parse_interests
from core.ports.delivery import Deliverer
from delivery.addresses import read_address
from delivery.mail_layout import MailLayout
from digests.render.mime import LOCAL_SENDER
from services.digests.editions import Editions
from services.email.confirmation import Confirmations
from services.email.stores import MailStores
from services.email.subscriptions import EmailSubscriptions
from services.runs import Runs
from services.subscriptions import Subscriptions

if TYPE_CHECKING:
    from app.wiring.application import Application
    from core.mail import ConfirmationEmail


def email_subscriptions(application: Application) -> EmailSubscriptions:
    """Build what adds, confirms, changes and forgets addresses."""
    storage, settings = application.storage, application.loaded.settings.email
    subscriptions = Subscriptions(
        store=storage.subscriptions,
        timetable=timetable,
        clock=application.clock,
        sources=application.enabled,
        visible=application.visibility.feeds,
    )
    stores = MailStores(
        addresses=storage.addresses,
        snapshots=storage.snapshots,
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        archive=application.store,
        personal=storage.personal,
    )
    hashed = partial(keyed_hash, storage.secrets.secret("addresses"))
    confirmations = Confirmations(
        stores=stores,
        subscriptions=subscriptions,
        links=application.links,
        write=partial(_write_confirmation, sender_of(application)),
        hashed=hashed,
        clock=application.clock,
    )
    return EmailSubscriptions(
        stores=stores,
        subscriptions=subscriptions,
        confirmations=confirmations,
        read_address=read_address,
        hashed=hashed,
        sends=bool(settings.host and settings.sender),
        clock=application.clock,
    )


def editions(application: Application) -> Editions:
    """Build what makes and keeps the editions for everybody."""
    digest = application.loaded.settings.digest
    return Editions(
        snapshots=application.storage.snapshots,
        digests=application.digests,
        interests=parse_interests(digest.interests),
        budget=Budget(items=digest.limit, minutes=digest.minutes),
        sources=application.enabled,
        health=application.health,
        has_live_items=lambda: not application.store.has_only_sample(),
        clock=application.clock,
    )


def layout(application: Application) -> MailLayout:
    """Build what writes digests as mails."""
    settings = application.loaded.settings.email
    return MailLayout(
        sender=sender_of(application),
        unsubscribe_mail=settings.unsubscribe or parseaddr(settings.sender)[1],
        links=application.links,
        addresses=application.storage.addresses,
    )


def runs(
    application: Application,
    *,
    deliverers: Mapping[str, Deliverer],
    at: datetime | None = None,
    keep: bool = True,
) -> Runs:
    """Build what makes the digests of subscriptions by mail.

    Args:
        application: the rest.
        deliverers: by scheme.
        at: the moment to make them as of (aware UTC); None is now.
        keep: whether they are kept, and count as delivered.
    """
    storage = application.storage
    clock = application.clock if at is None else lambda: at
    return Runs(
        subscriptions=storage.subscriptions,
        outbox=storage.outbox,
        digests=partial(application.digests, clock),
        profile=application.people.profile,
        deliverers=deliverers,
        timetable=timetable,
        health=application.health,
        has_live_items=lambda: not application.store.has_only_sample(),
        clock=clock,
        snapshots=storage.snapshots if keep else None,
    )


def sender_of(application: Application) -> str:
    """Return from whom mails are; files may be written without a setting for it."""
    return application.loaded.settings.email.sender or LOCAL_SENDER


def keyed_hash(key: bytes, text: str) -> str:
    """Return the HMAC-SHA-256 of a text, its first 32 hexadecimal digits."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _write_confirmation(sender: str, confirmation: ConfirmationEmail) -> str:
    from digests.render.confirmation import render

    return render(confirmation, sender=sender)
