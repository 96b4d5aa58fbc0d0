"""Digests by email, with double opt-in.

::

    subscribe → PENDING, confirmation email in the outbox → confirm (link or code) → CONFIRMED
    unsubscribe → OFF → change(resume=True) → CONFIRMED; forget → nothing is left

Nobody can find out whether an address is known: ``subscribe`` answers the same for any.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.deliveries import Schedule, Subscription
from core.digests import Digest
from core.errors import UsageError
from core.mail import SCHEME, Address, AddressState, Mailbox, SubscriptionOptions
from core.people import Profile
from core.ports.clock import Clock
from core.ports.mail import Hasher, ReadAddress
from services.email.confirmation import MAX_ATTEMPTS, Confirmations
from services.email.mailboxes import Mailboxes, actor_of
from services.email.stores import MailStores
from services.interests import known_lines, read_interests
from services.privacy import overwrite
from services.subscriptions import Subscriptions

PENDING_LIFE = timedelta(days=3)
"""How long an address may be confirmed; it is deleted then."""

OFF_LIFE = timedelta(days=30)
"""How long an address is kept after its holder unsubscribed, in case it was by mistake."""

ISSUE_LIFE = timedelta(days=35)
"""How long whole digests of subscriptions are kept: the last five weekly ones."""

MAX_ISSUES = 30

LEFT = "unsubscribed"
"""Why a subscription is off after its holder unsubscribed; stored."""

MAX_CODE_TRIES = 10
"""Wrong guesses before a code is void; there are 31^8 codes."""


_ALREADY_CONFIRMED = "this address is already confirmed; there is nothing to do"


class EmailDisabledError(UsageError):
    """No mail can be sent, so nobody could confirm an address."""


@dataclass(slots=True, kw_only=True, eq=False)
class EmailSubscriptions:
    """Adds, confirms, changes and deletes email addresses and their subscriptions.

    Every method raises ``StorageError`` if something cannot be read or stored.

    Attributes:
        stores: where everything is kept.
        subscriptions: checks and changes subscriptions.
        confirmations: sends confirmation emails.
        read_address: normalises an address as typed.
        hashed: keyed hash.
        sends: whether mail can be sent at all; without it nobody could confirm.
        clock: tells the time.
    """

    stores: MailStores
    subscriptions: Subscriptions
    confirmations: Confirmations
    read_address: ReadAddress
    hashed: Hasher
    sends: bool
    clock: Clock
    _mailboxes: Mailboxes = field(init=False)

    def __post_init__(self) -> None:
        self._mailboxes = Mailboxes(
            stores=self.stores, subscriptions=self.subscriptions, clock=self.clock
        )

    def person(self, typed: str) -> str:
        """Return the owner name of somebody of whom only an address is known.

        Raises:
            UsageError: if it is no address.
        """
        return f"{SCHEME}:{self.hashed(self.read_address(typed))}"

    def check(self, typed: str, options: SubscriptionOptions, *, owner: str = "") -> None:
        """Raise if nobody could subscribe so, whatever is stored: it takes as long for any address.

        Raises:
            EmailDisabledError: if no mail can be sent.
            UsageError: if it is no address, or an option is out of bounds.
        """
        self._draft(typed, options, owner)

    def subscribe(self, typed: str, options: SubscriptionOptions, *, owner: str = "") -> None:
        """Send a confirmation email; digests follow once its holder has confirmed.

        The caller sees the same whether the address is new, known or was tried too often. The
        holder of a confirmed one gets an email that says so; nothing changes for them.

        Args:
            typed: the address as typed.
            options: what is to be sent there.
            owner: who asks; "" for somebody of whom only the address is known.

        Raises:
            EmailDisabledError: if no mail can be sent.
            UsageError: if it is no address, an option is out of bounds, or the owner has asked too
                often today or has it already.
        """
        address, profile, subscription = self._draft(typed, options, owner)
        known = self._mailboxes.known(subscription.owner, address)
        confirmed = known is not None and known.state is AddressState.CONFIRMED
        if owner and confirmed:
            raise UsageError(_ALREADY_CONFIRMED)
        if owner and not self.confirmations.within_limit(f"person {owner}"):
            raise UsageError(
                f"no more than {MAX_ATTEMPTS} confirmation emails a day; try again tomorrow"
            )
        if not self.confirmations.within_limit(f"address {address}"):
            return
        if known is not None and confirmed:
            self.confirmations.send_notice(known)
        else:
            self.confirmations.send_request(
                self.confirmations.save_pending(profile, subscription, known)
            )

    def subscribe_confirmed(self, typed: str, options: SubscriptionOptions) -> Mailbox:
        """Add an address whose holder has agreed elsewhere, without a confirmation email.

        For the operator only.

        Raises:
            UsageError: if it is no address, an option is out of bounds, or it is confirmed already.
        """
        address = self.read_address(typed)
        person = self.person(address)
        profile, subscription = self.confirmations.draft(person, address, options)
        known = self._mailboxes.known(person, address)
        if known is not None and known.state is AddressState.CONFIRMED:
            raise UsageError(_ALREADY_CONFIRMED)
        return self._mailboxes.confirm(
            self.confirmations.save_pending(profile, subscription, known)
        )

    def confirm(self, subject: str) -> Mailbox:
        """Confirm an address by the link in its email; doing so twice is the same as once.

        Raises:
            UsageError: if the link was replaced by a newer one, or the address deleted.
        """
        found = self._mailboxes.linked(subject)
        if found.state is AddressState.PENDING:
            return self._mailboxes.confirm(found)
        return self._mailboxes.mailbox(found)

    def confirm_code(self, owner: str, code: str) -> Mailbox:
        """Confirm an owner's address by the code in its email.

        Raises:
            UsageError: if the code is wrong, too old, or was tried too often.
        """
        waiting = [one for one in self._mailboxes.of(owner) if one.code and self._is_fresh(one)]
        for one in waiting:
            if secrets.compare_digest(one.code, self.confirmations.code_hash(one, code)):
                return self._mailboxes.confirm(one)
        for one in waiting:
            tries = one.tries + 1
            void = "" if tries >= MAX_CODE_TRIES else one.code
            self.stores.addresses.save_address(replace(one, tries=tries, code=void))
        raise UsageError(
            "this code is wrong or has expired; use the one in your latest confirmation email"
        )

    def mailbox(self, subject: str) -> Mailbox:
        """Return all that belongs to an address, for the holder of a link.

        Raises:
            UsageError: if the link was revoked or the address deleted.
        """
        return self._mailboxes.mailbox(self._mailboxes.linked(subject))

    def state(self, owner: str) -> tuple[Mailbox, ...]:
        """Return the addresses of an owner with their subscriptions, oldest first."""
        return tuple(map(self._mailboxes.mailbox, self._mailboxes.of(owner)))

    def unsubscribe(self, subject: str) -> Address | None:
        """Send nothing more to an address; revoked links may do that too.

        Returns:
            The address as it is now, or None if it is not known.
        """
        found = self.stores.addresses.address(subject.partition(".")[0])
        if found is None or found.state is AddressState.OFF:
            return found
        self.stores.subscriptions.turn_off(found.subscription, LEFT)
        left = replace(found, state=AddressState.OFF, changed_at=self.clock(), code="")
        self.stores.addresses.save_address(left)
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
            interests: in any words, in place of the present interests and muted words.
            schedule: when to send digests; its zone becomes the profile's too.
            items: how many items at most.
            pause_until: send nothing before then (aware UTC).
            resume: end a pause, or subscribe again.

        Raises:
            UsageError: if the link was revoked, the address is not confirmed, or something is out
                of bounds.
        """
        box = self.mailbox(subject)
        if box.address.state is AddressState.PENDING:
            raise UsageError(
                "this address is not confirmed yet; open the link in the confirmation email first"
            )
        actor = actor_of(box.address)
        if pause_until is not None:
            self.subscriptions.check_pause(pause_until)
        profile = _changed(box.profile, interests, schedule)
        subscription = box.subscription
        wanted = replace(subscription, schedule=schedule or subscription.schedule)
        if items is not None:
            wanted = replace(wanted, items=items)
        if wanted != subscription:
            self.subscriptions.edit(wanted, by=actor)
        if profile != box.profile:
            self.stores.archive.save_profile(profile)
        if pause_until is not None:
            self.subscriptions.pause(subscription.id, by=actor, until=pause_until)
        if resume:
            self._mailboxes.turn_on(box.address)
        return self.mailbox(subject)

    def renew(self, subject: str) -> Mailbox:
        """Revoke all links to an address, and return it with its new version.

        Links to unsubscribe keep working.

        Raises:
            UsageError: if the link was revoked before.
        """
        found = self._mailboxes.linked(subject)
        renewed = replace(found, version=found.version + 1)
        self.stores.addresses.save_address(renewed)
        return self._mailboxes.mailbox(renewed)

    def forget(self, owner: str) -> bool:
        """Delete an owner's addresses with their subscriptions; return whether there were any.

        Of somebody known by an address only, everything is deleted.
        """
        found = self._mailboxes.of(owner)
        for one in found:
            self._mailboxes.forget(one)
        overwrite(self.stores.personal)
        return bool(found)

    def issue(self, subject: str) -> Digest:
        """Return a digest as it was sent.

        Args:
            subject: of a link to it: that of the address, a dot, and the period.

        Raises:
            UsageError: if the link was revoked, or the digest is no longer kept.
        """
        found = self._mailboxes.linked(subject)
        period = subject.split(".", 2)[2:]
        kept = self.stores.snapshots.issue(found.subscription, period[0]) if period else None
        if kept is None:
            raise UsageError(
                f"this digest is no longer available; digests are kept for {ISSUE_LIFE.days} days"
            )
        return kept

    def issues(self, subject: str) -> tuple[Digest, ...]:
        """Return the latest digests of an address, latest first.

        Raises:
            UsageError: if the link was revoked.
        """
        found = self._mailboxes.linked(subject)
        return tuple(self.stores.snapshots.issues(found.subscription, limit=MAX_ISSUES))

    def tidy(self) -> int:
        """Delete addresses that were not confirmed or left long ago, and old digests.

        Returns:
            How many addresses were deleted.
        """
        now = self.clock()
        lives = {AddressState.PENDING: PENDING_LIFE, AddressState.OFF: OFF_LIFE}
        over = [
            one
            for one in self.stores.addresses.addresses()
            if one.state in lives and one.changed_at < now - lives[one.state]
        ]
        for one in over:
            self._mailboxes.forget(one)
        self.stores.snapshots.forget_issues(before=now - ISSUE_LIFE)
        if over:
            overwrite(self.stores.personal)
        return len(over)

    def _draft(
        self, typed: str, options: SubscriptionOptions, owner: str
    ) -> tuple[str, Profile | None, Subscription]:
        """Return an address with the profile and the subscription that it would get."""
        if not self.sends:
            raise EmailDisabledError("email is not set up here; ask whoever runs Tidings")
        address = self.read_address(typed)
        person = owner or self.person(address)
        return address, *self.confirmations.draft(person, address, options)

    def _is_fresh(self, address: Address) -> bool:
        waits = address.state is AddressState.PENDING
        return waits and self.clock() < address.changed_at + PENDING_LIFE


def _changed(profile: Profile, interests: str | None, schedule: Schedule | None) -> Profile:
    """Return a profile with what was typed.

    Raises:
        UsageError: if no interest is left, or nothing can be found by them.
    """
    if interests is not None:
        stated = read_interests(interests, known_lines(profile))
        if not stated.phrases:
            raise UsageError('name at least one interest, such as "graph neural networks"')
        profile = replace(profile, interests=stated.interests, muted=stated.muted)
    return profile if schedule is None else replace(profile, zone=schedule.zone)
