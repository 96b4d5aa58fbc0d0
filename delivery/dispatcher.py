"""Send what is in the outbox: claim, deliver, record; whoever comes after a crash finishes it.

::

    claim → commit → deliver ──→ sent
                        ├─ failed: later, with growing pauses
                        ├─ refused: dead; the subscription is turned off if the next would fail too
                        └─ unknown: again with the same key while the receiver remembers it,
                                    later by asking the receiver first; else in doubt

What a crashed process left is taken over when its lease has expired; all that decides about a part
is stored, nothing is in this process's memory alone. One case remains: a process that is suspended
between claiming a part and writing the request, and resumed after the receiver has forgotten the
key under which another process sent the part meanwhile, sends it twice.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from core.deliveries import Delivery, DeliveryState, Receipt
from core.errors import CannotTellError, DeliveryError, LaterError, RefusedError, StorageError
from core.ports.clock import Clock
from core.ports.delivery import Deliverer, Outbox, SubscriptionStore
from delivery.policy import DEFAULT_POLICY, Policy, pause_after

log = logging.getLogger(__name__)

Notice = Callable[[Delivery, str], Awaitable[None]]
"""Called when a subscription was turned off, with the delivery that was refused and the reason."""

_UNREADY = timedelta(milliseconds=250)
"""Pause until deliverers that are not ready are asked again."""

_T = TypeVar("_T")

_RACE = timedelta(milliseconds=50)
"""Shortest pause, for when another process has just taken what was due."""


@dataclass(slots=True, kw_only=True)
class Dispatcher:
    """Delivers what waits in the outbox, until it is stopped; any number may share a database.

    Attributes:
        deliverers: by scheme; parts whose scheme has none are left alone.
        policy: times and limits.
        notice: called when a subscription was turned off.
    """

    outbox: Outbox
    subscriptions: SubscriptionStore
    deliverers: Mapping[str, Deliverer]
    clock: Clock
    policy: Policy = DEFAULT_POLICY
    notice: Notice | None = None
    _owner: str = field(default_factory=lambda: secrets.token_hex(8), init=False)
    _sending: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _arrived: dict[str, Receipt] = field(default_factory=dict, init=False)
    _recording: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _stopping: bool = field(default=False, init=False)

    def wake(self) -> None:
        """Check at once whether there is something to send; to be called on its event loop."""
        self._wake.set()

    def stop(self) -> None:
        """Let ``run`` end when the sends in progress are done; to be called on its event loop."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver until ``stop``; a database that cannot be used is tried again.

        It ends when the sends in progress are done, also when it is cancelled.
        """
        try:
            while not self._stopping:
                self._wake.clear()
                if not await self._start_some():
                    await self._pause()
        finally:
            await self._finish()

    async def drain(self) -> None:
        """Deliver what is due by now, and end when nothing is on its way any more."""
        while await self._start_some():
            await self._finish()

    async def _finish(self) -> None:
        if self._sending:
            await asyncio.wait(self._sending.values())

    async def _start_some(self) -> bool:
        """Take what there is room for and begin to send it; return whether there was anything."""
        room = self.policy.max_concurrent - len(self._sending)
        if room < self.policy.max_concurrent / 4:  # taking them singly costs more commits
            return False
        schemes, taken_at = self._ready(), self.clock()
        if not schemes:
            return False
        try:
            taken = await asyncio.to_thread(self._take, schemes, taken_at, room)
        except StorageError as error:
            log.warning("cannot use the outbox, trying again: %s", error)
            return False
        for delivery in taken:
            task = asyncio.create_task(self._send(delivery, taken_at))
            self._sending[delivery.part.key] = task
        return bool(taken)

    def _ready(self) -> tuple[str, ...]:
        """Return the schemes that can be served now.

        What is claimed for a deliverer that is not ready would fail, and count as an attempt.
        """
        return tuple(scheme for scheme, one in self.deliverers.items() if one.ready)

    def _take(self, schemes: Sequence[str], now: datetime, room: int) -> list[Delivery]:
        until = now + self.policy.lease
        given_up = self.outbox.expire(
            schemes=schemes,
            before=now - self.policy.give_up_after,
            error=f"given up after {self.policy.give_up_after}",
        )
        if given_up:
            log.warning("gave up %d messages that waited too long", given_up)
        left = self.outbox.stale(
            owner=self._owner, schemes=schemes, now=now, lease_until=until, limit=room
        )
        mine: Sequence[Delivery] = ()
        if len(left) < room:
            mine = self.outbox.claim(
                owner=self._owner,
                schemes=schemes,
                now=now,
                lease_until=until,
                limit=room - len(left),
            )
        if not (left or mine):
            self.outbox.forget(before=now - self.policy.keep)
        # After a jump of the clock this process may find its own; they are on their way.
        return [one for one in (*left, *mine) if one.part.key not in self._sending]

    async def _pause(self) -> None:
        """Wait until something may be due, or until ``wake``."""
        pause, schemes = self.policy.poll_interval, self._ready()
        if len(schemes) < len(self.deliverers):
            pause = _UNREADY
        try:
            due = None
            if schemes:
                due = await asyncio.to_thread(self.outbox.next_due, schemes=schemes)
            if due is not None and len(self._sending) < self.policy.max_concurrent / 2:
                pause = max(min(due - self.clock(), pause), _RACE)
        except StorageError as error:
            log.warning("cannot read the outbox, trying again: %s", error)
        try:
            async with asyncio.timeout(pause.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _send(self, delivery: Delivery, taken_at: datetime) -> None:
        """Attempt one part and record the result."""
        try:
            await self._attempt(delivery, taken_at)
        except StorageError as error:
            # The lease expires, and whoever takes the part over finds out what became of it.
            log.warning("%s: cannot record the result: %s", delivery.part.key, error)
        finally:
            del self._sending[delivery.part.key]
            self._wake.set()

    async def _attempt(self, delivery: Delivery, taken_at: datetime) -> None:
        if self.clock() > taken_at + self.policy.lease - self.policy.attempt_timeout:
            return  # this process was suspended, and another may take over before the attempt ends
        earlier = delivery.first_attempt != taken_at  # an earlier attempt may have arrived
        if delivery.attempts > self.policy.max_attempts:
            state = DeliveryState.IN_DOUBT if earlier else DeliveryState.DEAD
            await self._settle(delivery, state, f"given up; {delivery.error or 'it never ended'}")
        elif not earlier or self._is_remembered(delivery):
            await self._deliver(delivery, earlier=earlier)
        else:
            await self._reconcile(delivery)

    def _is_remembered(self, delivery: Delivery) -> bool:
        """Whether the receiver still knows the key by the end of an attempt that begins now."""
        age = self.clock() - (delivery.first_attempt or self.clock())
        window = self._deliverer(delivery).same_key_window
        # A clock that was set back makes the age negative; then it says nothing.
        return timedelta(0) <= age < window - self.policy.attempt_timeout

    async def _reconcile(self, delivery: Delivery) -> None:
        """Ask the receiver what became of an earlier attempt, and deliver if it did not arrive."""
        late = LaterError("asking whether it arrived took too long")
        try:
            receipt = await self._within(self._deliverer(delivery).reconcile(delivery), late)
        except LaterError as error:
            await self._later(delivery, error, may_have_arrived=True)
        except CannotTellError as error:
            if self.policy.resend_doubtful:
                log.warning("%s: sent again, though %s", delivery.part.key, error)
                await self._deliver(delivery, earlier=True)
            else:
                await self._settle(delivery, DeliveryState.IN_DOUBT, str(error))
        else:
            if receipt is None:
                await self._deliver(delivery, earlier=False)
            else:
                await self._sent(delivery.part.key, receipt)

    async def _deliver(self, delivery: Delivery, *, earlier: bool) -> None:
        """Send a part; ``earlier``: whether an attempt before this one may have arrived."""
        late = CannotTellError("sending took too long")
        try:
            receipt = await self._within(self._deliverer(delivery).deliver(delivery), late)
        except RefusedError as refusal:
            await self._refused(delivery, refusal)
        except LaterError as error:
            await self._later(delivery, error, may_have_arrived=earlier)
        except CannotTellError as error:
            await self._later(delivery, error, may_have_arrived=True)
        else:
            await self._sent(delivery.part.key, receipt)

    async def _sent(self, key: str, receipt: Receipt) -> None:
        """Record that a part arrived, together with those that arrived since the last commit.

        A commit waits for the disk; on a slow one, one commit for each part would set the pace.
        """
        self._arrived[key] = receipt
        async with self._recording:
            arrived, self._arrived = self._arrived, {}
            if not arrived:
                return  # an earlier holder of the lock has recorded this one too
            try:
                await asyncio.to_thread(self.outbox.sent, arrived)
            except StorageError as error:
                # The leases expire, and whoever takes the parts over finds them at the receiver.
                log.warning("%s: arrived, but cannot record it: %s", list(arrived), error)

    async def _within(self, work: Awaitable[_T], late: DeliveryError) -> _T:
        """Await a deliverer's work for a limited time; a bug counts as an unknown result."""
        try:
            async with asyncio.timeout(self.policy.attempt_timeout.total_seconds()):
                return await work
        except TimeoutError:
            raise late from None
        except DeliveryError:
            raise
        except Exception as bug:
            log.exception("unexpected failure of a deliverer")
            raise CannotTellError(f"unexpected failure: {type(bug).__name__}") from bug

    async def _later(
        self, delivery: Delivery, error: DeliveryError, *, may_have_arrived: bool
    ) -> None:
        not_before = self.clock() + pause_after(delivery.attempts)
        if isinstance(error, LaterError) and error.not_before is not None:
            not_before = max(not_before, error.not_before)
        log.info("%s: again at %s: %s", delivery.part.key, not_before, error)
        await asyncio.to_thread(
            self.outbox.later,
            delivery.part.key,
            str(error),
            owner=self._owner,
            not_before=not_before,
            may_have_arrived=may_have_arrived,
        )

    async def _refused(self, delivery: Delivery, refusal: RefusedError) -> None:
        reason = str(refusal)
        await self._settle(delivery, DeliveryState.DEAD, reason)
        if not refusal.turns_off:
            return
        await asyncio.to_thread(self.subscriptions.turn_off, delivery.subscription, reason)
        log.warning("subscription %s is turned off: %s", delivery.subscription, reason)
        if self.notice is None:
            return
        try:
            await self.notice(delivery, reason)
        except Exception:
            log.exception("the notice about subscription %s failed", delivery.subscription)

    async def _settle(self, delivery: Delivery, state: DeliveryState, error: str) -> None:
        log.warning("%s: %s: %s", delivery.part.key, state.value, error)
        await asyncio.to_thread(
            self.outbox.settle, delivery.part.key, state, error, owner=self._owner
        )

    def _deliverer(self, delivery: Delivery) -> Deliverer:
        return self.deliverers[delivery.part.target.partition(":")[0]]
