"""Where mail keeps things."""

from __future__ import annotations

from dataclasses import dataclass

from core.ports.delivery import Outbox, SubscriptionStore
from core.ports.mail import AddressStore, SnapshotStore
from core.ports.storage import PersonalData, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStores:
    """Where mailing keeps things, each in the same database.

    Attributes:
        addresses: the addresses.
        snapshots: whole digests.
        subscriptions: standing orders.
        outbox: what is on its way.
        archive: profiles.
        personal: everything that is held about a person.
    """

    addresses: AddressStore
    snapshots: SnapshotStore
    subscriptions: SubscriptionStore
    outbox: Outbox
    archive: Store
    personal: PersonalData
