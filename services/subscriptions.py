"""Subscriptions: made, changed, paused and ended by those who may."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.deliveries import Schedule, Subscription
from core.due import next_run
from core.errors import UsageError
from core.feeds import Viewer
from core.mail import SCHEME as MAIL
from core.people import known_zone
from core.ports.clock import Clock
from core.ports.delivery import SubscriptionStore
from core.spelling import nearest
from services.feeds.visibility import VisibleFeeds, every_feed

MOST_EACH = 25
"""Subscriptions of one person, and to one target: as many as a Discord menu can list."""

MOST_ITEMS = 50
"""Items of one digest; more is a feed, not a digest."""

MOST_MINUTES = 240.0
"""Minutes of reading in one digest."""

LONGEST_PAUSE = timedelta(days=366)


class SubscriptionExistsError(UsageError):
    """There is the same subscription already.

    Attributes:
        subscription: the one that is there; it may be off.
    """

    def __init__(self, subscription: Subscription) -> None:
        state = f" and is off ({subscription.off})" if subscription.off else ""
        todo = "Resume or change" if subscription.off else "Change"
        super().__init__(f"this subscription already exists{state}. {todo} that one instead")
        self.subscription = subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who wants to do something, and what the caller knows that they may do.

    Attributes:
        person: as in ``Subscription.owner``.
        targets: where they may have digests sent: their own direct messages, the channels of
            servers that they manage. What goes there they may change too, whoever made it.
    """

    person: str
    targets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """Changes subscriptions; everything that a person gets wrong is a ``UsageError``.

    Attributes:
        store: the subscriptions.
        clock: tells the time.
        sources: names of the sources of the settings that are read.
        visible: returns the feeds that somebody sees, which they may name as sources too.
    """

    store: SubscriptionStore
    clock: Clock
    sources: Collection[str]
    visible: VisibleFeeds = every_feed

    def draft(
        self,
        by: Actor,
        *,
        profile: str = "",
        target: str,
        schedule: Schedule,
        items: int | None = 10,
        minutes: float | None = None,
        sources: Collection[str] = (),
        guild: str = "",
    ) -> Subscription:
        """Return a subscription that could be made; ``create`` makes it.

        Args:
            by: who wants it.
            profile: name of the profile that it is ranked for; "" for one of its own, which is
                named after the target and shared with no other subscription.
            target: where it goes.
            schedule: when.
            items: how many at the most.
            minutes: of reading at the most.
            sources: names of sources; empty means all.
            guild: the community of the channel that it goes to.

        Raises:
            UsageError: if the target is not theirs to fill, or something is out of bounds.
        """
        id_ = secrets.token_hex(6)
        made = Subscription(
            id=id_,
            owner=by.person,
            profile=profile or self._own_profile(target, id_),
            target=target,
            schedule=schedule,
            items=items,
            minutes=minutes,
            sources=tuple(sources),
            created_at=self.clock(),
            guild=guild,
        )
        self._check(made, by)
        return made

    def create(self, draft: Subscription, *, alike: Collection[str] = ()) -> Subscription:
        """Make a subscription; its first run comes at its next time, not for one that is past.

        Args:
            draft: what ``draft`` returned, which has checked it.
            alike: names of other profiles with the same interests.

        Raises:
            SubscriptionExistsError: if there is the same one already.
            UsageError: if there are too many.
        """
        self._check_room(draft, {draft.profile, *alike})
        self.store.save_subscription(draft)
        return draft

    def get(self, id_: str, *, by: Actor) -> Subscription:
        """Return a subscription that is theirs, or goes where they manage.

        Raises:
            UsageError: if there is none such; whether somebody else has it is not said.
        """
        found = self.store.subscription(id_)
        if found is None or not _may_touch(by, found):
            raise UsageError("you have no such subscription. List your subscriptions to see them")
        return found

    def list(self, by: Actor) -> tuple[Subscription, ...]:
        """Return their own, and those that go where they manage, oldest first."""
        return tuple(self.store.subscriptions_within(by.person, by.targets))

    def edit(self, changed: Subscription, *, by: Actor) -> Subscription:
        """Replace what may be changed: profile, schedule, items, minutes and sources.

        With a new schedule nothing from before now is owed any more.

        Args:
            changed: as it shall be: ``dataclasses.replace`` of one that ``get`` returned.
            by: who wants it.

        Raises:
            UsageError: as ``get`` and ``draft``.
        """
        stored = self.get(changed.id, by=by)
        kept = replace(
            stored,
            profile=changed.profile,
            schedule=changed.schedule,
            items=changed.items,
            minutes=changed.minutes,
            sources=changed.sources,
        )
        self._check(kept, _with_own_mail(stored, by))
        if kept.schedule != stored.schedule:
            now = self.clock()
            kept = replace(kept, paused_until=max(now, stored.paused_until or now))
        self.store.save_subscription(kept)
        return kept

    def of_target(self, target: str) -> tuple[Subscription, ...]:
        """Return all that go to a place, whoever made them, oldest first."""
        return tuple(self.store.subscriptions(target=target))

    def pause(self, id_: str, *, by: Actor, until: datetime) -> Subscription:
        """Send nothing before then; what falls due until then is skipped, not sent later.

        Args:
            id_: of the subscription.
            by: who wants it.
            until: aware UTC.

        Raises:
            UsageError: as ``get``; if it is not ahead, or too far.
        """
        stored = self.get(id_, by=by)
        self.check_pause(until)
        paused = replace(stored, paused_until=until)
        self.store.save_subscription(paused)
        return paused

    def check_pause(self, until: datetime) -> None:
        """Check that a pause may end then (aware UTC), before anything else is changed with it.

        Raises:
            UsageError: if that is not ahead, or too far.
        """
        now = self.clock()
        if not now < until <= now + LONGEST_PAUSE:
            raise UsageError(
                "a pause must end within a year from now. To stop for good, delete the subscription"
            )

    def resume(self, id_: str, *, by: Actor) -> Subscription:
        """End a pause, or turn on again what was turned off; it goes on with its next time.

        Raises:
            UsageError: as ``get``; if they may not have digests sent there any more.
        """
        stored = self.get(id_, by=by)
        _check_target(stored, by if stored.off else _with_own_mail(stored, by))
        resumed = replace(stored, paused_until=self.clock(), off="")
        self.store.save_subscription(resumed)
        return resumed

    def hand_over(self, id_: str, *, by: Actor) -> Subscription:
        """Leave a channel's subscription to its server, so that it goes on without its maker.

        Whoever may manage the channel goes on to change it. Without a known server it stays.

        Raises:
            UsageError: as ``get``; if it is not theirs, or goes to no channel of a server.
        """
        stored = self.get(id_, by=by)
        if stored.owner != by.person or not stored.guild:
            raise UsageError("only your own subscription of a server's channel can be left to it")
        left = replace(stored, owner=stored.guild)
        self.store.save_subscription(left)
        return left

    def delete(self, id_: str, *, by: Actor) -> Subscription:
        """Delete a subscription with all that waits for it; return what it was.

        Raises:
            UsageError: as ``get``.
        """
        stored = self.get(id_, by=by)
        self.store.delete_subscription(id_)
        return stored

    def next_run(self, subscription: Subscription) -> datetime | None:
        """Return when its next digest comes (aware UTC); None while it is off."""
        if subscription.off:
            return None
        last = self.store.last_period(subscription.id)
        return next_run(subscription, last, self.clock())

    def _check(self, wanted: Subscription, by: Actor) -> None:
        _check_target(wanted, by)
        _check_size(wanted)
        schedule = wanted.schedule
        if (zone := known_zone(schedule.zone)) != schedule.zone:
            raise UsageError(f"“{schedule.zone}” is not an IANA time zone. Did you mean {zone}?")
        if schedule.quiet is not None and schedule.quiet[0] == schedule.quiet[1]:
            raise UsageError(
                "quiet hours that end when they begin leave no time to send. Change one of the two"
            )
        # A person's own subscription is ranked for them, a channel's for its community.
        feeds = self.visible(Viewer(person=wanted.profile, guild=wanted.guild)) or frozenset()
        known = [*dict.fromkeys((*self.sources, *sorted(feeds)))]
        for name in wanted.sources:
            if name not in known:
                guess = nearest(name, known)
                hint = f"Did you mean {guess}?" if guess else f"Sources: {', '.join(known)}"
                raise UsageError(f"there is no source “{name}”. {hint}")

    def _own_profile(self, target: str, id_: str) -> str:
        taken = {one.profile for one in self.store.subscriptions(target=target)}
        return f"{target}/{id_}" if target in taken else target

    def _check_room(self, wanted: Subscription, alike: Collection[str]) -> None:
        there = self.store.subscriptions(target=wanted.target)
        own = self.store.subscriptions(owner=wanted.owner)
        if max(len(there), len(own)) >= MOST_EACH:
            raise UsageError(
                f"there are already {MOST_EACH} subscriptions, the maximum. Delete one first"
            )
        for one in there:
            if one.profile in alike and set(one.sources) == set(wanted.sources):
                raise SubscriptionExistsError(one)


def _may_touch(by: Actor, subscription: Subscription) -> bool:
    return subscription.owner == by.person or subscription.target in by.targets


def _with_own_mail(stored: Subscription, by: Actor) -> Actor:
    """Return somebody with the address that they confirmed, if the subscription goes there."""
    own = stored.owner == by.person and stored.target.startswith(f"{MAIL}:")
    return replace(by, targets=by.targets | {stored.target}) if own else by


def _check_target(subscription: Subscription, by: Actor) -> None:
    if subscription.target in by.targets:
        return
    if subscription.target.startswith(f"{MAIL}:"):
        raise UsageError(
            "this email address is not confirmed. Use /email set to get a confirmation email"
        )
    raise UsageError(
        "digests can only be sent to your own direct messages, or to a channel of a server where "
        "you have the Manage Server permission"
    )


def _check_size(wanted: Subscription) -> None:
    items, minutes = wanted.items, wanted.minutes
    if items is None and minutes is None:
        raise UsageError("enter how many items or how many minutes of reading a digest may have")
    if items is not None and not 1 <= items <= MOST_ITEMS:
        raise UsageError(f"a digest can have 1 to {MOST_ITEMS} items, not {items}")
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise UsageError(
            f"a digest can take 1 to {MOST_MINUTES:g} minutes to read, not {minutes:g}"
        )
