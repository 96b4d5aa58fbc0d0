"""Addresses with their subscriptions: found by owner or link, turned on, deleted."""

from __future__ import annotations

from dataclasses import replace

from core.deliveries import Subscription
from core.errors import UsageError
from core.mail import SCHEME, Address, AddressState, Mailbox, address_subject
from core.people import Profile
from core.ports.clock import Clock
from services.email.stores import MailStores
from services.subscriptions import Actor, Subscriptions

_VOID = "this link is no longer valid; use the one in your latest email"


class Mailboxes:
    """Finds, turns on and deletes addresses for ``EmailSubscriptions``."""

    def __init__(self, *, stores: MailStores, subscriptions: Subscriptions, clock: Clock) -> None:
        """Take the collaborators, as ``EmailSubscriptions``."""
        self._stores = stores
        self._subscriptions = subscriptions
        self._clock = clock

    def known(self, person: str, address: str) -> Address | None:
        """Return a person's record of an address, if there is one."""
        found = self._stores.addresses.addresses(owner=person, address=address)
        return found[0] if found else None

    def of(self, owner: str) -> tuple[Address, ...]:
        """Return the addresses of an owner, oldest first; "" has none."""
        return tuple(self._stores.addresses.addresses(owner=owner)) if owner else ()

    def linked(self, subject: str) -> Address:
        """Return the address that a link is about.

        Raises:
            UsageError: if the link was revoked or the address deleted.
        """
        id_, version = address_subject(subject)
        found = self._stores.addresses.address(id_)
        if found is None or found.version != version:
            raise UsageError(_VOID)
        return found

    def confirm(self, address: Address) -> Mailbox:
        """Turn an address on, and delete the owner's other ones."""
        confirmed = self.turn_on(address)
        for other in self.of(confirmed.owner):
            if other.id != confirmed.id:
                self._stores.subscriptions.delete_subscription(other.subscription)
        return self.mailbox(confirmed)

    def turn_on(self, address: Address) -> Address:
        """Send digests to an address from now on."""
        on = replace(
            address,
            state=AddressState.CONFIRMED,
            changed_at=self._clock(),
            code="",
            tries=0,
            bounces=0,
        )
        self._stores.addresses.save_address(on)
        self._subscriptions.resume(on.subscription, by=actor_of(on))
        return on

    def mailbox(self, address: Address) -> Mailbox:
        """Return an address with all that belongs to it.

        Raises:
            UsageError: if its subscription was deleted this very moment.
        """
        subscription = self._stores.subscriptions.subscription(address.subscription)
        if subscription is None:
            raise UsageError(_VOID)
        next_run = self._subscriptions.next_run(subscription)
        return Mailbox(
            address=address,
            subscription=subscription,
            profile=self._profile(subscription),
            next_run=next_run if address.state is AddressState.CONFIRMED else None,
        )

    def _profile(self, subscription: Subscription) -> Profile:
        return self._stores.archive.profile(subscription.profile) or Profile(
            name=subscription.profile
        )

    def forget(self, address: Address) -> None:
        """Delete an address; of somebody known by it only, everything."""
        if address.owner.startswith(f"{SCHEME}:"):
            self._stores.personal.erase(address.owner, now=self._clock())
        else:
            self._stores.subscriptions.delete_subscription(address.subscription)


def actor_of(address: Address) -> Actor:
    """Return the holder of an address as somebody who may have digests sent there."""
    return Actor(person=address.owner, targets=frozenset({address.target}))
