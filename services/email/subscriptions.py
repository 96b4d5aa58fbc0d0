"""Mail: who may get it, proven by the one letter that asks, and what comes then.

::

    propose → PENDING, the letter in the outbox → confirm (link or code) → CONFIRMED
    unsubscribe → OFF → change(resume=True) → CONFIRMED; forget → nothing is left

Nobody learns from here whether an address is known: proposing answers the same for any.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from core.deliveries import Schedule
from core.digests import Digest
from core.errors import UsageError
from core.mail import SCHEME, Address, AddressState, Mailbox, SubscriptionOptions
from core.people import Profile, parse_interests
from core.ports.clock import Clock
from core.ports.mail import Hasher, ReadAddress
from services.email.confirmation import MOST_ATTEMPTS, Confirmations
from services.email.mailboxes import Mailboxes, actor_of
from services.email.stores import MailStores
from services.subscriptions import Subscriptions

PENDING_LIFE = timedelta(days=3)
"""How long a letter may be answered, and how long an address without an answer is kept."""

OFF_LIFE = timedelta(days=30)
"""How long an address is kept after its holder unsubscribed, in case it was by mistake."""

ISSUE_LIFE = timedelta(days=35)
"""How long whole digests of subscriptions are kept: the last five weekly ones."""

ISSUES_SHOWN = 30

LEFT = "unsubscribed"
"""Why a subscription is off after its holder left."""

MOST_TRIES = 10
"""Wrong codes before a code is void; there are 31^8, so guessing has no chance."""


class EmailSubscriptions:
    """Adds, confirms, changes and forgets addresses."""

    def __init__(
        self,
        *,
        stores: MailStores,
        orders: Subscriptions,
        letters: Confirmations,
        read_address: ReadAddress,
        hashed: Hasher,
        sends: bool,
        clock: Clock,
    ) -> None:
        """Take the collaborators.

        Args:
            stores: where things are kept.
            orders: checks and changes standing orders.
            letters: writes and sends the letter.
            read_address: reads addresses as typed.
            hashed: keyed hash.
            sends: whether mail can be sent at all; without it nobody could confirm anything.
            clock: tells the time.
        """
        self._stores = stores
        self._orders = orders
        self._letters = letters
        self._boxes = Mailboxes(stores=stores, orders=orders, clock=clock)
        self._read_address = read_address
        self._hashed = hashed
        self._sends = sends
        self._clock = clock

    def person(self, typed: str) -> str:
        """Return the owner as whom somebody is known of whom there is only an address.

        Raises:
            UsageError: if it is no address.
        """
        return f"{SCHEME}:{self._hashed(self._read_address(typed))}"

    def propose(self, typed: str, wishes: SubscriptionOptions, *, owner: str = "") -> None:
        """Ask the holder of an address by letter whether they want what is wished for.

        What comes of it is the same to see whether the address is new, known or was tried too
        often. The holder of one that is confirmed already gets a letter that says so; nothing
        changes for them.

        Args:
            typed: the address as typed.
            wishes: what is to be sent there.
            owner: who asks; "" for somebody of whom only the address is known.

        Raises:
            UsageError: if it is no address, the wishes are out of bounds, no mail is sent here,
                or the owner has asked too often today or has it already.
            StorageError: if nothing can be stored.
        """
        if not self._sends:
            raise UsageError(
                "no mail is sent from here, so no letter either; whoever runs Tidings sets "
                "email.host, or vouches for an address: tidings subscribe add ADDRESS --confirmed"
            )
        address = self._read_address(typed)
        person = owner or self.person(address)
        profile, order = self._letters.draft(person, address, wishes)
        known = self._boxes.known(person, address)
        confirmed = known is not None and known.state is AddressState.CONFIRMED
        if owner and confirmed:
            raise UsageError("this address is confirmed already; nothing more is to be done")
        if owner and not self._letters.allows(f"person {owner}"):
            raise UsageError(f"{MOST_ATTEMPTS} letters a day are enough; try again tomorrow")
        if not self._letters.allows(f"address {address}"):
            return
        if known is not None and confirmed:
            self._letters.remind(known)
        else:
            self._letters.ask(self._letters.put(profile, order, known))

    def vouch(self, typed: str, wishes: SubscriptionOptions) -> Mailbox:
        """Add an address whose holder is known to agree, from elsewhere; no letter is sent.

        For whoever runs the installation alone.

        Raises:
            UsageError: if it is no address, the wishes are out of bounds, or it is there already.
            StorageError: if nothing can be stored.
        """
        address = self._read_address(typed)
        person = self.person(address)
        profile, order = self._letters.draft(person, address, wishes)
        known = self._boxes.known(person, address)
        if known is not None and known.state is AddressState.CONFIRMED:
            raise UsageError("this address is confirmed already; nothing more is to be done")
        return self._boxes.confirm(self._letters.put(profile, order, known))

    def confirm(self, subject: str) -> Mailbox:
        """Confirm an address by the link of its letter; doing so twice is the same as once.

        Raises:
            UsageError: if a newer letter was sent, or nobody asked.
            StorageError: if it cannot be stored.
        """
        found = self._boxes.linked(subject)
        if found.state is AddressState.PENDING:
            return self._boxes.confirm(found)
        return self._boxes.mailbox(found)

    def confirm_code(self, owner: str, code: str) -> Mailbox:
        """Confirm an owner's address by the code of its letter.

        Raises:
            UsageError: if it is not the code, or was tried too often.
            StorageError: if it cannot be stored.
        """
        waiting = [one for one in self._boxes.of(owner) if one.code and self._is_fresh(one)]
        for one in waiting:
            if secrets.compare_digest(one.code, self._letters.code_hash(one, code)):
                return self._boxes.confirm(one)
        for one in waiting:
            tries = one.tries + 1
            void = "" if tries >= MOST_TRIES else one.code
            self._stores.addresses.save_address(replace(one, tries=tries, code=void))
        raise UsageError("this is not the code of your latest letter, or that one is too old")

    def mailbox(self, subject: str) -> Mailbox:
        """Return all that belongs to an address, for the holder of a link.

        Raises:
            UsageError: if the link was revoked or the address forgotten.
            StorageError: if it cannot be read.
        """
        return self._boxes.mailbox(self._boxes.linked(subject))

    def state(self, owner: str) -> tuple[Mailbox, ...]:
        """Return the addresses of an owner with all that belongs to them, oldest first."""
        return tuple(map(self._boxes.mailbox, self._boxes.of(owner)))

    def unsubscribe(self, subject: str) -> Address | None:
        """Send nothing more to an address; links of any version may do that.

        Returns:
            The address as it is now, or None if it is not known (any more): nothing comes anyway.
        """
        found = self._stores.addresses.address(subject.partition(".")[0])
        if found is None or found.state is AddressState.OFF:
            return found
        self._stores.subscriptions.turn_off(found.subscription, LEFT)
        left = replace(found, state=AddressState.OFF, changed_at=self._clock(), code="")
        self._stores.addresses.save_address(left)
        return left

    def change(
        self,
        subject: str,
        *,
        interests: str | None = None,
        schedule: Schedule | None = None,
        items: int | None = None,
        pause_until: datetime | None = None,
        resume: bool = False,
    ) -> Mailbox:
        """Change what is given; the rest stays.

        Args:
            subject: of a link to the preferences.
            interests: phrases between ``;``, in place of all that there are.
            schedule: when digests come; its zone is the profile's from then on.
            items: how many items at the most.
            pause_until: nothing comes before then (aware UTC).
            resume: end a pause, or subscribe again.

        Raises:
            UsageError: if the link was revoked, the address is not confirmed, or something is out
                of bounds.
            StorageError: if it cannot be stored.
        """
        box = self.mailbox(subject)
        if box.address.state is AddressState.PENDING:
            raise UsageError("this address is not confirmed yet; open the link in its letter first")
        actor = actor_of(box.address)
        if pause_until is not None:
            self._orders.check_pause(pause_until)
        profile = _changed(box.profile, interests, schedule)
        order = box.subscription
        wanted = replace(order, schedule=schedule or order.schedule)
        if items is not None:
            wanted = replace(wanted, items=items)
        if wanted != order:
            self._orders.edit(wanted, by=actor)
        if profile != box.profile:
            self._stores.archive.save_profile(profile)
        if pause_until is not None:
            self._orders.pause(order.id, by=actor, until=pause_until)
        if resume:
            self._boxes.turn_on(box.address)
        return self.mailbox(subject)

    def renew(self, subject: str) -> Mailbox:
        """Revoke all links that were given out for an address, and return it with its new version.

        Links to unsubscribe go on working.

        Raises:
            UsageError: if the link was revoked before.
            StorageError: if it cannot be stored.
        """
        found = self._boxes.linked(subject)
        renewed = replace(found, version=found.version + 1)
        self._stores.addresses.save_address(renewed)
        return self._boxes.mailbox(renewed)

    def forget(self, owner: str) -> bool:
        """Delete an owner's addresses and what goes there; return whether there were any.

        Of somebody who is known by an address only, everything goes.

        Raises:
            StorageError: if it cannot be deleted whole.
        """
        found = self._boxes.of(owner)
        for one in found:
            self._boxes.forget(one)
        self._stores.personal.scrub()
        return bool(found)

    def issue(self, subject: str) -> Digest:
        """Return a digest as it was sent.

        Args:
            subject: of a link to it: that of the address, a dot, and the period.

        Raises:
            UsageError: if the link was revoked, or the digest is not kept any more.
            StorageError: if it cannot be read.
        """
        found = self._boxes.linked(subject)
        period = subject.split(".", 2)[2:]
        kept = self._stores.snapshots.issue(found.subscription, period[0]) if period else None
        if kept is None:
            raise UsageError(f"digests are kept for {ISSUE_LIFE.days} days; this one is not there")
        return kept

    def issues(self, subject: str) -> tuple[Digest, ...]:
        """Return the digests that were made for an address lately, latest first.

        Raises:
            UsageError: if the link was revoked.
            StorageError: if they cannot be read.
        """
        found = self._boxes.linked(subject)
        return tuple(self._stores.snapshots.issues(found.subscription, limit=ISSUES_SHOWN))

    def tidy(self) -> int:
        """Forget what nobody answered, who left a while ago, and old digests.

        Returns:
            How many addresses were forgotten.

        Raises:
            StorageError: if it cannot be deleted.
        """
        now = self._clock()
        lives = {AddressState.PENDING: PENDING_LIFE, AddressState.OFF: OFF_LIFE}
        over = [
            one
            for one in self._stores.addresses.addresses()
            if one.state in lives and one.changed_at < now - lives[one.state]
        ]
        for one in over:
            self._boxes.forget(one)
        self._stores.snapshots.forget_issues(before=now - ISSUE_LIFE)
        if over:
            self._stores.personal.scrub()
        return len(over)

    def _is_fresh(self, address: Address) -> bool:
        waits = address.state is AddressState.PENDING
        return waits and self._clock() < address.changed_at + PENDING_LIFE


def _changed(profile: Profile, interests: str | None, schedule: Schedule | None) -> Profile:
    """Return a profile with what was typed.

    Raises:
        UsageError: if no interest is left.
    """
    if interests is not None:
        parsed = parse_interests(interests)
        if not parsed:
            raise UsageError('name at least one interest, such as "graph neural networks"')
        profile = replace(profile, interests=parsed)
    return profile if schedule is None else replace(profile, zone=schedule.zone)
