"""The stores that email subscriptions need."""

from __future__ import annotations

from dataclasses import dataclass

from core.ports.delivery import Outbox, SubscriptionStore
from core.ports.mail import AddressStore, SnapshotStore
from core.ports.storage import PersonalData, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStores:
    """The stores that email subscriptions need, all in one database.

    Attributes:
        addresses: the addresses.
        snapshots: whole digests.
        subscriptions: the subscriptions.
        outbox: what waits to be sent.
        archive: profiles.
        personal: everything that is held about a person.
    """

    addresses: AddressStore
    snapshots: SnapshotStore
    subscriptions: SubscriptionStore
    outbox: Outbox
    archive: Store
    personal: PersonalData
