"""The one letter that asks whether an address may be written to, and its way into the outbox."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
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
)
from core.people import Profile
from core.ports.clock import Clock
from core.ports.mail import Hasher, LinkSigner, WriteConfirmation
from core.signed_links import LinkPurpose
from services.email.stores import MailStores
from services.subscriptions import Actor, Subscriptions

MOST_ATTEMPTS = 3
"""Confirmation emails within ``ATTEMPT_DAY`` to one address, and for one person."""

ATTEMPT_DAY = timedelta(days=1)

WAITS = "waits until the address is confirmed"
"""Why a subscription is off until then."""

_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What codes are made of: nothing that could be taken for something else."""

_CODE = 8


class Confirmations:
    """Stores what waits for an answer, and writes the letter that asks for it."""

    def __init__(
        self,
        *,
        stores: MailStores,
        orders: Subscriptions,
        links: LinkSigner,
        write: WriteConfirmation,
        hashed: Hasher,
        clock: Clock,
    ) -> None:
        """Take the collaborators; ``EmailSubscriptions`` says what they are."""
        self._stores = stores
        self._orders = orders
        self._links = links
        self._write = write
        self._hashed = hashed
        self._clock = clock

    def code_hash(self, address: Address, code: str) -> str:
        """Return what is stored of a code, however it was typed."""
        typed = "".join(code.split()).replace("-", "").upper()
        return self._hashed(f"code {address.id} {typed}")

    def allows(self, subject: str) -> bool:
        """Count an attempt; return whether there were not too many today."""
        now = self._clock()
        return self._stores.addresses.try_once(
            self._hashed(subject), now=now, since=now - ATTEMPT_DAY, most=MOST_ATTEMPTS
        )

    def draft(
        self, person: str, address: str, wishes: SubscriptionOptions
    ) -> tuple[Profile | None, Subscription]:
        """Check what is wished for; the profile is None where it is one that exists already.

        Raises:
            UsageError: if something is out of bounds.
        """
        own = not wishes.profile
        if own and not wishes.interests:
            raise UsageError('name at least one interest, such as "graph neural networks"')
        target = f"{SCHEME}:{address}"
        order = self._orders.draft(
            Actor(person=person, targets=frozenset({target})),
            profile=wishes.profile or person,
            target=target,
            schedule=wishes.schedule,
            items=wishes.items,
            minutes=wishes.minutes,
            sources=wishes.sources,
        )
        profile = Profile(name=person, interests=wishes.interests, zone=wishes.schedule.zone)
        return profile if own else None, replace(order, off=WAITS)

    def put(self, profile: Profile | None, order: Subscription, known: Address | None) -> Address:
        """Store an address that waits, in place of an earlier one that does not matter any more.

        Args:
            profile: to be stored, if any.
            order: what shall go there.
            known: the same person's record of this address, if there is one.
        """
        now = self._clock()
        if profile is not None:
            self._stores.archive.save_profile(profile)
        if known is not None:
            order = replace(order, id=known.subscription)
        made = Address(
            id=known.id if known else secrets.token_hex(8),
            owner=order.owner,
            address=order.target.partition(":")[2],
            subscription=order.id,
            state=AddressState.PENDING,
            created_at=known.created_at if known else now,
            changed_at=now,
            version=known.version + 1 if known else 1,
        )
        self._stores.subscriptions.save_subscription(order)
        self._stores.addresses.save_address(made)
        return made

    def ask(self, made: Address) -> None:
        """Send the letter that asks; an earlier one that still waits does not go out any more."""
        link = self._links.link(LinkPurpose.CONFIRM, made.subject)
        code = ""
        # Whoever is known by an address only has nowhere to type a code, unless by other means.
        if not link or not made.owner.startswith(f"{SCHEME}:"):
            code = "".join(secrets.choice(_SIGNS) for _ in range(_CODE))
            made = replace(made, code=self.code_hash(made, code))
            self._stores.addresses.save_address(made)
        self._stores.subscriptions.turn_off(made.subscription, WAITS)
        self._send(made, link=link, code=code)

    def remind(self, known: Address) -> None:
        """Tell the holder of a confirmed address that somebody asked for what they have."""
        link = self._links.link(LinkPurpose.PREFERENCES, known.subject)
        self._send(known, link=link, code="")

    def _send(self, address: Address, *, link: str, code: str) -> None:
        now = self._clock()
        order = self._stores.subscriptions.subscription(address.subscription)
        if order is None:  # deleted meanwhile: the person does not want it any more
            return
        profile = self._stores.archive.profile(order.profile)
        letter = ConfirmationEmail(
            address=address,
            link=link,
            code=code,
            interests=tuple(one.text for one in profile.interests) if profile else (),
            schedule=order.schedule,
            at=now,
        )
        period = f"{CONFIRMATION_PERIOD}{now:%Y-%m-%dT%H:%M:%S.%fZ}"
        due = DueRun(period=period, due_at=now, since=now, extra=True)
        key = hashlib.blake2b(f"{order.id} {period}".encode(), digest_size=12).hexdigest()
        part = Part(key=key, target=order.target, payload=self._write(letter))
        self._stores.outbox.open_run(order, due, None, [part], now=now)
