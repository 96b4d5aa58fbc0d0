"""What readers of emails say of items, by the signed links on each card."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UsageError
from core.items import Item, ItemKey
from core.people import Fact, Verdict
from core.ports.storage import Store
from services.email.subscriptions import EmailSubscriptions
from services.people import People


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailFeedback:
    """Records what the holders of addresses say of items.

    Every method raises ``StorageError`` if something cannot be read or stored, and ``UsageError``
    if the link was revoked or the address deleted.

    Attributes:
        subscriptions: knows the addresses.
        people: keeps what is said.
        store: has the items.
    """

    subscriptions: EmailSubscriptions
    people: People
    store: Store

    def item(self, subject: str) -> Item:
        """Return the item that a link is about: that of the address, a dot, and the item's key.

        Raises:
            UsageError: if it is no longer in the archive.
        """
        self.subscriptions.mailbox(subject)
        key = subject.split(".", 2)[2:]
        found = self.store.item(ItemKey.parse(key[0])) if key else None
        if found is None:
            raise UsageError("this item is no longer in the archive")
        return found

    def rate(self, subject: str, verdict: Verdict) -> Item:
        """Record what the holder of a link says of its item; saying it twice is the same as once.

        Raises:
            UsageError: if the item is no longer in the archive.
        """
        item = self.item(subject)
        box = self.subscriptions.mailbox(subject)
        if verdict not in box.profile.said_of(item.key):
            self.people.vote(box.profile.name, item, verdict)
        return item

    def withdraw(self, subject: str, key: str, fact: str) -> None:
        """Take back what the holder of a link said of an item in one respect.

        Raises:
            UsageError: if there is no such item or respect.
        """
        box = self.subscriptions.mailbox(subject)
        item = self.store.item(ItemKey.parse(key))
        if item is None or fact not in set(Fact):
            raise UsageError("this item is no longer in the archive")
        self.people.withdraw(box.profile.name, item, Fact(fact))
