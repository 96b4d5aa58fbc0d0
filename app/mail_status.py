"""The state of the emails of the last two weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.deliveries import Delivery, DeliveryState
from core.mail import SCHEME

if TYPE_CHECKING:
    from app.wiring.application import Application

MAX_LISTED = 200
"""The latest emails that are listed."""

_OPEN = tuple(state for state in DeliveryState if state is not DeliveryState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the emails.

    Attributes:
        counts: number in each state, and number that may have come twice.
        open: those that wait, failed or are in doubt, latest first.
    """

    counts: Mapping[str, int]
    open: tuple[Delivery, ...]

    def data(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"counts": dict(self.counts), "mails": [_data(one) for one in self.open]}


def status_of(application: Application) -> Status:
    """Return the state of the emails in the outbox.

    Raises:
        StorageError: if it cannot be read.
    """
    from delivery.mailer import POSSIBLE_DUPLICATE

    figures = application.storage.counts
    counts = figures.deliveries(scheme=SCHEME)
    named = {state.value: count for state, count in counts.items() if count}
    twice = sum(figures.deliveries(scheme=SCHEME, receipt=f"({POSSIBLE_DUPLICATE})").values())
    if twice:
        named[POSSIBLE_DUPLICATE] = twice
    found = application.storage.outbox.deliveries(states=_OPEN, scheme=SCHEME, limit=MAX_LISTED)
    return Status(counts=named, open=tuple(found))


def _data(one: Delivery) -> dict[str, object]:
    from digests.render.json import moment

    return {
        "key": one.part.key,
        "period": one.period,
        "subscription": one.subscription,
        "state": one.state.value,
        "attempts": one.attempts,
        "not_before": moment(one.not_before) if one.not_before else None,
        "error": one.error,
    }
