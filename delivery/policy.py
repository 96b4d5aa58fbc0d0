"""How patient delivery is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The times and counts of a dispatcher.

    Lease, patience and a deliverer's ``same_key_window`` belong together: whoever takes a part
    over after a crash (one lease and one look later) still has to be done within the window, so
    ``lease + look + patience < window`` (30 + 5 + 20 < 60 s) lets most crashes be mended by simply
    sending again. Where it does not hold, delivery is as safe, but reconciles more often.

    Attributes:
        lease: how long a part belongs to the one who claimed it.
        patience: how long one attempt may take; well below the lease, so that nobody sends what
            another has taken over.
        look: how long to wait at the most before looking for work that another process left.
        concurrent: parts on their way at once. 50 messages a second (Discord's limit) of half a
            second each need 25; the deliverer keeps the pace itself.
        most_attempts: then a part is given up, so that one that kills the process cannot do so for
            ever.
        give_up_after: what still waits so long after its run was opened is given up: the next
            digest has come, and a day's worth of old ones at once is worse than none.
        keep: how long parts are kept after their run was opened; they hold what people read.
        resend_doubtful: whether a part that may have arrived is sent again; else it is held.
    """

    lease: timedelta = timedelta(seconds=30)
    patience: timedelta = timedelta(seconds=20)
    look: timedelta = timedelta(seconds=5)
    concurrent: int = 48
    most_attempts: int = 100
    give_up_after: timedelta = timedelta(hours=24)
    keep: timedelta = timedelta(days=14)
    resend_doubtful: bool = False


USUAL = Policy()


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling from 2 s, at most 15 min."""
    doublings = min(attempts - 1, 20)  # beyond it the product only grows out of range
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
