"""How often somebody may do something: token buckets in memory, one for each key."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from core.ports.clock import Clock

MAX_KEYS = 10_000
"""Keys whose buckets are kept; the one that was silent longest is forgotten first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and one more each time that ``each`` has passed."""

    burst: int
    each: timedelta


class TokenBuckets:
    """Counts what each key did; safe to use from several threads.

    Algorithm: GCRA (generic cell rate algorithm), which keeps a bucket as one moment, the one at
    which it will be full again.
    """

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._full_at: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str) -> timedelta:
        """Take a token of a key; return how long it has to wait for one, zero if it need not.

        Who has to wait takes none, so that asking again too early does no harm.
        """
        now, rate = self._clock(), self._rate
        with self._lock:
            # Never later than an empty bucket needs, even where the clock was set back.
            full_at = min(max(self._full_at.get(key, now), now), now + rate.each * rate.burst)
            late = full_at + rate.each - now - rate.each * rate.burst
            if late > timedelta():
                return late
            self._full_at[key] = full_at + rate.each
            self._full_at.move_to_end(key)
            if len(self._full_at) > MAX_KEYS:
                self._full_at.popitem(last=False)
        return timedelta()
