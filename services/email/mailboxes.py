"""Addresses with their subscriptions: found by owner or link, turned on, deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.errors import UsageError
from core.mail import SCHEME, Address, AddressState, Mailbox, address_subject
from core.people import Profile
from core.ports.clock import Clock
from services.email.stores import MailStores
from services.subscriptions import Actor, Subscriptions

_VOID = "this link is no longer valid; use the one in your latest email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailboxes:
    """Finds, turns on and deletes addresses for ``EmailSubscriptions``, with its attributes."""

    stores: MailStores
    subscriptions: Subscriptions
    clock: Clock

    def known(self, person: str, address: str) -> Address | None:
        """Return a person's record of an address, if there is one."""
        found = self.stores.addresses.addresses(owner=person, address=address)
        return found[0] if found else None

    def of(self, owner: str) -> tuple[Address, ...]:
        """Return the addresses of an owner, oldest first; "" has none."""
        return tuple(self.stores.addresses.addresses(owner=owner)) if owner else ()

    def linked(self, subject: str) -> Address:
        """Return the address that a link is about.

        Raises:
            UsageError: if the link was revoked or the address deleted.
        """
        id_, version = address_subject(subject)
        found = self.stores.addresses.address(id_)
        if found is None or found.version != version:
            raise UsageError(_VOID)
        return found

    def confirm(self, address: Address) -> Mailbox:
        """Turn an address on, and delete the owner's other ones."""
        confirmed = self.turn_on(address)
        for other in self.of(confirmed.owner):
            if other.id != confirmed.id:
                self.stores.subscriptions.delete_subscription(other.subscription)
        return self.mailbox(confirmed)

    def turn_on(self, address: Address) -> Address:
        """Send digests to an address from now on."""
        on = replace(
            address,
            state=AddressState.CONFIRMED,
            changed_at=self.clock(),
            code="",
            tries=0,
            bounces=0,
        )
        self.stores.addresses.save_address(on)
        self.subscriptions.resume(on.subscription, by=actor_of(on))
        return on

    def mailbox(self, address: Address) -> Mailbox:
        """Return an address with all that belongs to it.

        Raises:
            UsageError: if its subscription was deleted this very moment.
        """
        subscription = self.stores.subscriptions.subscription(address.subscription)
        if subscription is None:
            raise UsageError(_VOID)
        profile = self.stores.archive.profile(subscription.profile)
        next_run = self.subscriptions.next_run(subscription)
        return Mailbox(
            address=address,
            subscription=subscription,
            profile=profile or Profile(name=subscription.profile),
            next_run=next_run if address.state is AddressState.CONFIRMED else None,
        )

    def forget(self, address: Address) -> None:
        """Delete an address; of somebody known by it only, everything."""
        if address.owner.startswith(f"{SCHEME}:"):
            self.stores.personal.erase(address.owner, now=self.clock())
        else:
            self.stores.subscriptions.delete_subscription(address.subscription)


def actor_of(address: Address) -> Actor:
    """Return the holder of an address as somebody who may have digests sent there."""
    return Actor(person=address.owner, targets=frozenset({address.target}))
