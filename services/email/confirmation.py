"""The confirmation email of double opt-in: made, limited in number, put into the outbox."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from core.deliveries import DueRun, Part, Subscription
from core.errors import UsageError
from core.mail import (
    CONFIRMATION_PERIOD,
    SCHEME,
    Address,
    AddressState,
    ConfirmationEmail,
    SubscriptionOptions,
    mail_key,
)
from core.people import Profile
from core.ports.clock import Clock
from core.ports.mail import Hasher, LinkSigner, WriteConfirmation
from core.signed_links import LinkPurpose
from services.email.stores import MailStores
from services.interests import require_usable
from services.subscriptions import Actor, Subscriptions

MAX_ATTEMPTS = 3
"""Confirmation emails within ``ATTEMPT_DAY`` to one address, and for one person."""

ATTEMPT_DAY = timedelta(days=1)

WAITS = "waits until the address is confirmed"
"""Why a subscription is off until then; stored."""

_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What codes are made of: no characters that look alike."""

_CODE_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """Stores pending addresses and sends their confirmation emails.

    Its attributes are those of ``EmailSubscriptions``, and what makes links and mails.
    """

    stores: MailStores
    subscriptions: Subscriptions
    links: LinkSigner
    write: WriteConfirmation
    hashed: Hasher
    clock: Clock

    def code_hash(self, address: Address, code: str) -> str:
        """Return the hash that is stored of a code; case, blanks and hyphens do not matter."""
        typed = "".join(code.split()).replace("-", "").upper()
        return self.hashed(f"code {address.id} {typed}")

    def within_limit(self, subject: str) -> bool:
        """Count an attempt, unless there were too many today; return whether it is allowed."""
        now = self.clock()
        return self.stores.addresses.try_once(
            self.hashed(subject), now=now, since=now - ATTEMPT_DAY, most=MAX_ATTEMPTS
        )

    def draft(
        self, person: str, address: str, options: SubscriptionOptions
    ) -> tuple[Profile | None, Subscription]:
        """Return the profile to save, None if it exists already, and the subscription, still off.

        Raises:
            UsageError: if an option is out of bounds.
        """
        own = not options.profile
        if own and not options.interests:
            raise UsageError('name at least one interest, such as "graph neural networks"')
        require_usable(options.interests)
        target = f"{SCHEME}:{address}"
        subscription = self.subscriptions.draft(
            Actor(person=person, targets=frozenset({target})),
            profile=options.profile or person,
            target=target,
            schedule=options.schedule,
            items=options.items,
            minutes=options.minutes,
            sources=options.sources,
        )
        profile = Profile(
            name=person,
            interests=options.interests,
            muted=options.muted,
            zone=options.schedule.zone,
        )
        return profile if own else None, replace(subscription, off=WAITS)

    def save_pending(
        self, profile: Profile | None, subscription: Subscription, known: Address | None
    ) -> Address:
        """Store an address as pending, with its subscription and profile, if any.

        ``known`` is the same person's earlier record of this address; it is replaced.
        """
        now = self.clock()
        if profile is not None:
            self.stores.archive.save_profile(profile)
        if known is not None:
            subscription = replace(subscription, id=known.subscription)
        made = Address(
            id=known.id if known else secrets.token_hex(8),
            owner=subscription.owner,
            address=subscription.target.partition(":")[2],
            subscription=subscription.id,
            state=AddressState.PENDING,
            created_at=known.created_at if known else now,
            changed_at=now,
            version=known.version + 1 if known else 1,
        )
        self.stores.subscriptions.save_subscription(subscription)
        self.stores.addresses.save_address(made)
        return made

    def send_request(self, made: Address) -> None:
        """Send the email that asks to confirm, in place of an earlier one that still waits."""
        link = self.links.link(LinkPurpose.CONFIRM, made.subject)
        code = ""
        # Somebody known by an address only can type a code only where there is no page to open.
        if not link or not made.owner.startswith(f"{SCHEME}:"):
            code = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))
            made = replace(made, code=self.code_hash(made, code))
            self.stores.addresses.save_address(made)
        self.stores.subscriptions.turn_off(made.subscription, WAITS)
        self._send(made, link=link, code=code)

    def send_notice(self, known: Address) -> None:
        """Tell the holder of a confirmed address that somebody tried to subscribe it again."""
        link = self.links.link(LinkPurpose.PREFERENCES, known.subject)
        self._send(known, link=link, code="")

    def _send(self, address: Address, *, link: str, code: str) -> None:
        now = self.clock()
        subscription = self.stores.subscriptions.subscription(address.subscription)
        if subscription is None:  # deleted meanwhile: nobody wants it any more
            return
        email = ConfirmationEmail(
            address=address,
            link=link,
            code=code,
            schedule=subscription.schedule,
            at=now,
        )
        period = f"{CONFIRMATION_PERIOD}{now:%Y-%m-%dT%H:%M:%S.%fZ}"
        due = DueRun(period=period, due_at=now, since=now, extra=True)
        key = mail_key(subscription.id, period)
        part = Part(key=key, target=subscription.target, payload=self.write(email))
        self.stores.outbox.open_run(subscription, due, None, [part], now=now)
