"""The HTTP client of all sources: pace, deadlines, tries, redirects and conditional requests.

``HttpClient`` holds what all sources share, the pace above all. A ``SourceSession`` is one fetch of
one source: it has a time budget for all its requests, and collects the validators of its answers.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from core.errors import FetchError
from core.ports.clock import Clock, Timer
from core.ports.sources import ValidatorStore
from core.sources import Validators
from net.deadline import DeadlineError, within
from net.guard import Guard, GuardError
from net.limiter import NoSlotError, RateLimiter
from net.request import Request
from net.response import ExchangeError, Response, StatusError
from net.retry_after import retry_after, until_reset

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    from net.session import HttpSession

log = logging.getLogger(__name__)

MAX_BYTES = 5_000_000
"""Most that a decoded answer may have; the largest known, 1,000 arXiv entries, has 2.7 MB."""

REQUEST_SECONDS = 20.0
"""Most that one request may take from the first packet to the last byte."""

SESSION_SECONDS = 60.0
"""After this long a fetch of a source is given up, waiting included."""

BACK_OFF = (0.5, 1.5)
"""Seconds before the second and the third try of a request that failed in passing."""

MAX_WAIT = timedelta(seconds=5)
"""A server that asks for a longer pause is left alone until the next fetch."""

DEFAULT_PAUSE = timedelta(hours=1)
"""Pause after a 429 that names none; arXiv was seen to say 429 for hours (arxiv.py issue 203)."""

MAX_REDIRECTS = 5

_TOO_MANY = 429
_PASSING = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpClient:
    """What the sessions of all sources share; safe to use from several threads.

    Attributes:
        clock: gives the time for Retry-After.
        validators: what the last stored answers said about changes; without it every answer is
            asked for in full.
        contact: how the operator can be reached, an address of mail or web; sent along.
        pause: least number of seconds from the end of one request to the start of the next.
        request_seconds: most that one request may take in all.
        session_seconds: most that one session may take in all.
        max_bytes: most that a decoded answer may have.
        timer: measures and spends time.
        limiter: lets one request through at a time; the same for every pace.
        guard: opens every connection, where the addresses are not the operator's own.
    """

    clock: Clock
    validators: ValidatorStore | None = None
    contact: str = ""
    pause: float = 0.0
    request_seconds: float = REQUEST_SECONDS
    session_seconds: float = SESSION_SECONDS
    max_bytes: int = MAX_BYTES
    timer: Timer = time
    limiter: RateLimiter = field(default_factory=RateLimiter)
    guard: Guard | None = None

    def paced(self, pause: timedelta) -> HttpClient:
        """Return the same client with another pace; one host still has one request at a time."""
        return replace(self, pause=pause.total_seconds())

    def guarded(self, guard: Guard) -> HttpClient:
        """Return the same client for addresses that members name."""
        return replace(self, guard=guard)

    def session(self, source: str) -> SourceSession:
        """Begin a fetch of a source; its time starts to run."""
        return SourceSession(self, source)

    @property
    def user_agent(self) -> str:
        """Who we say we are: program, version and, if given, whom to write to."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            release = version("tidings")
        except PackageNotFoundError:  # run from a folder without being installed
            release = "0"
        contact = "".join(c for c in self.contact if c.isascii() and c.isprintable())
        return f"tidings/{release} (+{contact})" if contact else f"tidings/{release}"


class HeldError(FetchError):
    """A request that was not sent, since the server asked for a pause that is too long to wait."""


class SourceSession:
    """One fetch of one source, by one thread.

    Proxies and certificate bundles from the environment hold, as requests reads them itself
    (``HTTPS_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE``); a ``~/.netrc`` is ignored, since it
    would replace the tokens of the settings.

    Attributes:
        validators: by address, what lets the next fetch ask for changes only. Keep them once what
            the answers held is stored: kept earlier, a failure to store would turn into "not
            modified" the next time, and the items would be lost.
    """

    def __init__(self, http: HttpClient, source: str) -> None:
        self._http = http
        self._source = source
        self._until = http.timer.monotonic() + http.session_seconds
        self._session: HttpSession | None = None
        self._cookies: CookieJar = _no_cookies()
        self._held: dict[str, float] = {}
        self.validators: dict[str, Validators] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._disconnect()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        if_changed: bool = False,
    ) -> Response:
        """Ask for a page, following redirects.

        Args:
            url: absolute http(s) address.
            params: query to add to it.
            headers: further fields; Authorization goes to the first host only.
            if_changed: ask only for changes since the response that was stored last.

        Returns:
            A response with status 200, or 304 if ``if_changed`` and nothing changed.

        Raises:
            StatusError: for any other status.
            FetchError: if there is no whole answer in time.
        """
        full = f"{url}?{urlencode(params)}" if params else url
        fields = dict(headers or {}) | (self._conditions(full) if if_changed else {})
        response = self._ask(Request(method="GET", url=full, headers=fields))
        if response.status == 200 and if_changed and response.validators:
            self.validators[full] = response.validators
        return response

    def post_json(
        self, url: str, body: object, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send JSON and return the response; redirects are not followed.

        For calls that only read: like a GET it may be sent again after a failure in passing.

        Raises:
            StatusError: for any status but 200.
            FetchError: if there is no whole answer in time.
        """
        return self._ask(Request(method="POST", url=url, headers=headers or {}, json=body))

    def hold(self, url: str, pause: timedelta) -> None:
        """Send nothing to the host of an address for some time: later requests wait or fail."""
        until = self._http.timer.monotonic() + pause.total_seconds()
        host = Request(method="GET", url=url).host
        self._held[host] = max(until, self._held.get(host, 0.0))

    def known(self, url: str) -> Validators:
        """Return what the response of this address that was stored last said about changes."""
        store = self._http.validators
        found = store.recall(url) if store is not None else None
        return found or Validators()

    def _conditions(self, url: str) -> dict[str, str]:
        known = self.known(url)
        fields = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in fields.items() if value}

    def _ask(self, request: Request) -> Response:
        """Send a request, again after failures that pass."""
        if request.unsendable:
            line = (
                f"{request.unsendable} contains a character that cannot be sent; check the settings"
            )
            raise FetchError(self._source, line)
        self._keep_pause(request)
        for pause in (*BACK_OFF, None):
            try:
                return self._accepted(request, self._follow(request))
            except FetchError as failure:
                wait = self._wait(failure, pause)
                if wait is None:
                    raise
                log.info("%s: %s; again in %.1f s", self._source, failure, wait)
                self._http.timer.sleep(wait)
        raise AssertionError("the last try raises")

    def _keep_pause(self, request: Request) -> None:
        """Wait until the host may be asked again.

        Raises:
            HeldError: if that is longer than this fetch lasts.
        """
        timer = self._http.timer
        wait = self._held.get(request.host, 0.0) - timer.monotonic() if self._held else 0.0
        if wait <= 0:
            return
        if wait >= self._left():
            line = f"{request.host} was not asked: it wants a pause of {wait:.0f} seconds"
            retry_at = self._http.clock() + timedelta(seconds=wait)
            raise HeldError(self._source, line, retry_at=retry_at)
        timer.sleep(wait)

    def _wait(self, failure: FetchError, pause: float | None) -> float | None:
        """Return how long to wait before the next try, or None if there is to be none."""
        passing = isinstance(failure.__cause__, ExchangeError) and failure.__cause__.passing
        if isinstance(failure, StatusError):
            named = "Retry-After" in failure.response.headers
            status = failure.response.status
            passing = status in _PASSING or (status == _TOO_MANY and named)
        if pause is None or not passing:
            return None
        if failure.retry_at is not None:
            asked = failure.retry_at - self._http.clock()
            if asked > MAX_WAIT:
                return None
            pause = max(pause, asked.total_seconds())
        return pause if pause < self._left() else None

    def _accepted(self, request: Request, response: Response) -> Response:
        """Return the response if it is one of success.

        Raises:
            StatusError: otherwise, with the time until which to wait.
        """
        used_up = until_reset(response.headers.get("RateLimit"))
        if response.status == 200 or (response.unchanged and request.conditional):
            if used_up is not None:
                self.hold(request.url, used_up)
            return response
        now = self._http.clock()
        retry_at = retry_after(response.headers.get("Retry-After"), now)
        host = replace(request, url=response.url).host  # a redirect may have led to another
        line = f"{host} answered with status {response.status}"
        if response.status == _TOO_MANY:
            retry_at = retry_at or now + (used_up or DEFAULT_PAUSE)
            line = f"{host} is receiving too many requests (status 429)"
        raise StatusError(self._source, line, response, retry_at=retry_at)

    def _follow(self, request: Request) -> Response:
        """Ask, and go where a redirect of a GET leads.

        Raises:
            FetchError: if there is no whole answer; its cause is an ``ExchangeError``.
        """
        left = self._http.request_seconds
        moved_to, for_good = "", True
        # No source needs to recognise us, and a cookie would only link one request to the next; but
        # some servers redirect until the cookie that they set comes back.
        self._cookies = _no_cookies()
        try:
            request = request.readable()
            for _ in range(MAX_REDIRECTS + 1):
                response, took = self._in_slot(request, left)
                target = response.headers.get("Location", "")
                if request.method != "GET" or response.status not in _REDIRECTS or not target:
                    return replace(response, moved_to=moved_to)
                self._disconnect()  # with the body unread the connection is of no more use
                left -= took
                request = request.redirected(target)
                for_good = for_good and response.status in _FOR_GOOD
                moved_to = request.url if for_good else moved_to
            hint = " and sets cookies that do not end it" if len(self._cookies) else ""
            raise ExchangeError(f"{request.host} redirects in a loop{hint}")
        except ExchangeError as error:
            self._disconnect()
            raise FetchError(self._source, str(error), unreached=True) from error

    def _in_slot(self, request: Request, seconds: float) -> tuple[Response, float]:
        """Wait for a slot, do one exchange, and return how many seconds that took."""
        host = request.host
        timer, pause = self._http.timer, self._http.pause
        slot = self._http.limiter.slot(
            self._source, host, timer=timer, pause=pause, until=self._until
        )
        try:
            with slot:
                began = timer.monotonic()
                response = self._exchange(request, min(seconds, self._left()))
                return response, timer.monotonic() - began
        except NoSlotError as error:
            raise ExchangeError(
                f"{host} was not asked: there is no more time for this source"
            ) from error

    def _exchange(self, request: Request, seconds: float) -> Response:
        """Do one exchange; if it fails, its connection must not be used again."""
        import requests

        from net.body import BodyError
        from net.failures import explain
        from net.session import HttpSession

        http = self._http
        session = self._session = self._session or HttpSession(
            http.user_agent, http.max_bytes, http.guard
        )
        cookies = self._cookies
        try:
            response = within(
                seconds,
                lambda: session.exchange(request, timeout=seconds, cookies=cookies),
                session.abort,
            )
        except DeadlineError as error:
            raise ExchangeError(f"{request.host} did not answer in time") from error
        except GuardError as error:
            raise ExchangeError(str(error)) from error
        except (requests.RequestException, BodyError) as error:
            raise explain(error, request.host) from error
        except ValueError as error:  # what a library thinks of an address or an answer
            line = f"{request.host}: the address or the answer cannot be read"
            raise ExchangeError(line) from error
        # Without the path and query, which may hold a feed's secret.
        log.debug("%s: %s gave %d", self._source, request.host, response.status)
        return response

    def _left(self) -> float:
        return max(0.0, self._until - self._http.timer.monotonic())

    def _disconnect(self) -> None:
        if self._session is not None:
            self._session.abort()
            self._session = None


def _no_cookies() -> CookieJar:
    from http.cookiejar import CookieJar

    return CookieJar()
