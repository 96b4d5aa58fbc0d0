"""Times and limits of delivery, with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The times and limits of a dispatcher.

    After a crash another process takes a part over one lease and one poll later. While ``lease +
    poll_interval + attempt_timeout`` (30 + 5 + 20 s) is less than the deliverer's
    ``same_key_window`` (60 s), it can simply send again under the same key; beyond the window it
    has to ask the receiver first, which is as safe but slower.

    Attributes:
        lease: how long a part belongs to the process that claimed it.
        attempt_timeout: how long one attempt may take; well below the lease, so that nobody sends
            what another has taken over.
        poll_interval: how long to wait at most before looking for work that another process left.
        max_concurrent: parts in flight at once. 50 messages a second (Discord's limit) of half a
            second each need 25; the deliverer limits the rate itself.
        max_attempts: then a part is given up, so that one that kills the process cannot do so for
            ever.
        give_up_after: what still waits so long after its run was opened is given up: the next
            digest has come, and a day's worth of old ones at once is worse than none.
        keep: how long parts are kept after their run was opened; they hold what people read.
        resend_doubtful: whether a part that may have arrived is sent again; else it is held.
    """

    lease: timedelta = timedelta(seconds=30)
    attempt_timeout: timedelta = timedelta(seconds=20)
    poll_interval: timedelta = timedelta(seconds=5)
    max_concurrent: int = 48
    max_attempts: int = 100
    give_up_after: timedelta = timedelta(hours=24)
    keep: timedelta = timedelta(days=14)
    resend_doubtful: bool = False


DEFAULT_POLICY = Policy()


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling from 2 s, at most 15 min."""
    doublings = min(attempts - 1, 20)  # beyond it the product only grows out of range
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
