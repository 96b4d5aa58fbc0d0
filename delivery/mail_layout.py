"""Lay a digest out as the mail to one address."""

from __future__ import annotations

from dataclasses import dataclass

from core.deliveries import Subscription
from core.digests import Digest
from core.mail import COMMUNITY, Address
from core.ports.mail import AddressStore, LinkSigner
from core.signed_links import LinkPurpose
from digests.render.mail import NO_LINKS, Links, render
from digests.render.mime import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLayout:
    """Writes digests as mails; the same digest for the same address is the same mail.

    Attributes:
        sender: as in the From header.
        unsubscribe_mail: address for requests to unsubscribe, or "".
        links: signs links to the web page, if there is one.
        addresses: who gets what.
    """

    sender: str
    unsubscribe_mail: str
    links: LinkSigner
    addresses: AddressStore

    def mail(self, digest: Digest, subscription: Subscription, period: str) -> str:
        """Return the mail (RFC 5322) that brings a digest to the address of its subscription.

        Raises:
            StorageError: if the address cannot be read.
        """
        found = self.addresses.addresses(subscription=subscription.id)
        links = self._links_of(found[0], period) if found else NO_LINKS
        envelope = Envelope(
            sender=self.sender,
            recipient=subscription.target.partition(":")[2],
            name=(period, subscription.id),
            at=digest.made_at,
            unsubscribe=links.unsubscribe,
            unsubscribe_mail=self.unsubscribe_mail,
        )
        return render(digest, envelope, links)

    def community_mail(self, digest: Digest, week: str) -> str:
        """Return an edition for everybody as a mail for a list, whose software adds its footer."""
        envelope = Envelope(
            sender=self.sender, recipient="", name=(week, COMMUNITY), at=digest.made_at
        )
        return render(digest, envelope)

    def _links_of(self, address: Address, period: str) -> Links:
        def feedback(key: str) -> str:
            return self.links.link(LinkPurpose.FEEDBACK, f"{address.subject}.{key}")

        return Links(
            browser=self.links.link(LinkPurpose.VIEW, f"{address.subject}.{period}"),
            preferences=self.links.link(LinkPurpose.PREFERENCES, address.subject),
            unsubscribe=self.links.link(LinkPurpose.UNSUBSCRIBE, address.subject),
            feedback=feedback if feedback("") else None,
        )
