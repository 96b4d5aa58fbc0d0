"""Rate limits: one bucket per route and major parameter, the global one, and the ban."""

from __future__ import annotations

import hashlib
import math
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
"""Path parameters that split a bucket (docs: topics/rate-limits)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """So many requests in so many seconds."""

    limit: int
    per: float


DEFAULT_RULE = Rule(limit=50, per=1.0)

RULES: dict[str, Rule] = {
    "POST /channels/{channel_id}/messages": Rule(limit=5, per=5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": Rule(limit=5, per=5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": Rule(limit=5, per=1.0),
    "GET /channels/{channel_id}/messages": Rule(limit=5, per=5.0),
    "POST /channels/{channel_id}/typing": Rule(limit=5, per=5.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": Rule(limit=5, per=2.0),
}
"""Discord publishes none of these and may change them at any time: the figures are those that
its answers are widely reported to carry. A bot must read them from the headers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A 429: for how many seconds, and which of the three scopes."""

    retry_after: float
    scope: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Window:
    ends: float = 0.0
    used: int = 0

    def open(self, now: float, per: float) -> None:
        if now >= self.ends:
            self.ends, self.used = now + per, 0


class Limits:
    """Counts requests. Windows are real time, for a client really waits."""

    def __init__(self, *, global_limit: int, invalid_limit: int) -> None:
        self.rules = dict(RULES)
        self.global_limit = global_limit
        self.invalid_limit = invalid_limit
        self.refusals: list[Refusal] = []
        self._windows: dict[tuple[str, ...], _Window] = {}
        self._global = _Window()
        self._invalid: deque[float] = deque()

    @property
    def invalid_requests(self) -> int:
        """How many answers of the last ten minutes count towards the ban."""
        while self._invalid and self._invalid[0] < time.monotonic() - 600:
            self._invalid.popleft()
        return len(self._invalid)

    @property
    def banned(self) -> bool:
        """Whether Cloudflare now answers in Discord's place."""
        return self.invalid_requests >= self.invalid_limit

    def admit_globally(self) -> Refusal | None:
        """Count a request against the bot's limit over all routes; refuse one too many."""
        now = time.monotonic()
        self._global.open(now, 1.0)
        if self._global.used < self.global_limit:
            self._global.used += 1
            return None
        return self._refused(self._global.ends - now, "global", {"X-RateLimit-Global": "true"})

    def admit(self, route: str, params: Mapping[str, str]) -> tuple[Refusal | None, dict[str, str]]:
        """Count a request in its bucket.

        Returns:
            The refusal, if any, and the headers that every answer carries.
        """
        rule = self.rules.get(route, DEFAULT_RULE)
        key = (route, *(params[name] for name in MAJOR if name in params))
        now = time.monotonic()
        window = self._windows.setdefault(key, _Window())
        window.open(now, rule.per)
        full = window.used >= rule.limit
        window.used += not full
        headers = _headers(route, rule, window, now)
        if not full:
            return None, headers
        return self._refused(window.ends - now, "user", headers), headers

    def count_invalid(self) -> None:
        """Count an answer that Discord takes for abuse."""
        self._invalid.append(time.monotonic())

    def _refused(self, seconds: float, scope: str, headers: Mapping[str, str]) -> Refusal:
        refusal = Refusal(retry_after=max(seconds, 0.001), scope=scope, headers=headers)
        self.refusals.append(refusal)
        return refusal


def _headers(route: str, rule: Rule, window: _Window, now: float) -> dict[str, str]:
    left = max(window.ends - now, 0.0)
    return {
        "X-RateLimit-Limit": str(rule.limit),
        "X-RateLimit-Remaining": str(rule.limit - window.used),
        "X-RateLimit-Reset": f"{time.time() + left:.3f}",
        "X-RateLimit-Reset-After": f"{left:.3f}",
        "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
    }


def refusal_headers(refusal: Refusal) -> dict[str, str]:
    """Return the headers of a 429, among them the Via by which clients know it from a ban."""
    return {
        **refusal.headers,
        "X-RateLimit-Scope": refusal.scope,
        "Retry-After": str(math.ceil(refusal.retry_after)),
        "Via": "1.1 google",
    }


def refusal_body(refusal: Refusal) -> dict[str, object]:
    """Return the JSON of a 429."""
    whose = "The resource is" if refusal.scope == "shared" else "You are"
    return {
        "message": f"{whose} being rate limited.",
        "retry_after": round(refusal.retry_after, 3),
        "global": refusal.scope == "global",
        "code": 0,
    }
