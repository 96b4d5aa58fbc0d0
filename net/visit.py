"""One look at one source: its requests, tries and redirects, within its time."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from core.errors import FetchError
from core.sources import Validators
from net.deadline import DeadlineError, within
from net.guard import GuardError
from net.limiter import TooBusyError
from net.request import Request
from net.response import Answer, ExchangeError, StatusError
from net.retry_after import retry_after

if TYPE_CHECKING:
    from net.http import Http
    from net.session import Line

log = logging.getLogger(__name__)

BACK_OFF = (0.5, 1.5)
"""Seconds before the second and the third try of a request that failed in passing."""

PATIENCE = timedelta(seconds=5)
"""A server that asks for a longer pause is left alone until the next look."""

SILENCE = timedelta(hours=1)
"""Pause after a 429 that names none; arXiv was seen to say 429 for hours (arxiv.py issue 203)."""

MAX_REDIRECTS = 5

_TOO_MANY = 429
_PASSING = frozenset({502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})


class Visit:
    """One look at one source, by one thread.

    Proxies and certificate bundles from the environment hold, as requests reads them itself
    (``HTTPS_PROXY``, ``NO_PROXY``, ``REQUESTS_CA_BUNDLE``); a ``~/.netrc`` is ignored, since it
    would replace the tokens of the settings.
    """

    def __init__(self, http: Http, source: str) -> None:
        self._http = http
        self._source = source
        self._until = http.timer.monotonic() + http.visit_seconds
        self._line: Line | None = None
        self._fresh: dict[str, Validators] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        if_changed: bool = False,
    ) -> Answer:
        """Ask for a page, following redirects.

        Args:
            url: absolute http(s) address.
            params: query to add to it.
            headers: further fields; Authorization goes to the first host only.
            if_changed: ask only for changes since the answer that was stored last.

        Returns:
            An answer with status 200, or 304 if ``if_changed`` and nothing changed.

        Raises:
            StatusError: for any other status.
            FetchError: if there is no whole answer in time.
        """
        full = f"{url}?{urlencode(params)}" if params else url
        fields = dict(headers or {}) | (self._conditions(full) if if_changed else {})
        answer = self._ask(Request(method="GET", url=full, headers=fields))
        if answer.status == 200 and if_changed and answer.validators:
            self._fresh[full] = answer.validators
        return answer

    def post_json(
        self, url: str, body: object, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send JSON and return the answer; redirects are not followed.

        For calls that only read: like a GET it may be sent again after a failure in passing.

        Raises:
            StatusError: for any status but 200.
            FetchError: if there is no whole answer in time.
        """
        return self._ask(Request(method="POST", url=url, headers=headers or {}, json=body))

    def confirm(self) -> None:
        """Keep the validators of this visit's answers, now that their items are stored."""
        if self._http.memory is not None:
            for url, validators in self._fresh.items():
                self._http.memory.keep(url, validators)

    def _conditions(self, url: str) -> dict[str, str]:
        known = self._http.memory.recall(url) if self._http.memory is not None else None
        if known is None:
            return {}
        fields = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in fields.items() if value}

    def _ask(self, request: Request) -> Answer:
        """Ask until there is an answer that no further try would better."""
        if request.unsendable:
            line = f"{request.unsendable} holds a character that cannot be sent; check the settings"
            raise FetchError(self._source, line)
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

    def _wait(self, failure: FetchError, pause: float | None) -> float | None:
        """Return how long to wait before the next try, or None if there is to be none."""
        passing = isinstance(failure.__cause__, ExchangeError) and failure.__cause__.passing
        if isinstance(failure, StatusError):
            named = "Retry-After" in failure.answer.headers
            status = failure.answer.status
            passing = status in _PASSING or (status == _TOO_MANY and named)
        if pause is None or not passing:
            return None
        if failure.retry_at is not None:
            asked = failure.retry_at - self._http.clock()
            if asked > PATIENCE:
                return None
            pause = max(pause, asked.total_seconds())
        return pause if pause < self._left() else None

    def _accepted(self, request: Request, answer: Answer) -> Answer:
        """Return the answer if it is one of success.

        Raises:
            StatusError: otherwise, with the time until which to wait.
        """
        if answer.status == 200 or (answer.unchanged and request.conditional):
            return answer
        now = self._http.clock()
        retry_at = retry_after(answer.headers.get("Retry-After"), now)
        line = f"{request.host} answered with status {answer.status}"
        if answer.status == _TOO_MANY:
            retry_at = retry_at or now + SILENCE
            line = f"{request.host} says that it is asked too often (status 429)"
        raise StatusError(self._source, line, answer, retry_at=retry_at)

    def _follow(self, request: Request) -> Answer:
        """Ask, and go where a redirect of a GET leads.

        Raises:
            FetchError: if there is no whole answer; its cause is an ``ExchangeError``.
        """
        left = self._http.request_seconds
        moved_to, for_good = "", True
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer, took = self._in_turn(request, left)
                target = answer.headers.get("Location", "")
                if request.method != "GET" or answer.status not in _REDIRECTS or not target:
                    return replace(answer, moved_to=moved_to)
                self._hang_up()  # with the body unread the connection is of no more use
                left -= took
                request = request.redirected(target)
                for_good = for_good and answer.status in _FOR_GOOD
                moved_to = request.url if for_good else moved_to
            raise ExchangeError(f"{request.host} redirects in circles")
        except ExchangeError as error:
            self._hang_up()
            raise FetchError(self._source, str(error), unreached=True) from error

    def _in_turn(self, request: Request, seconds: float) -> tuple[Answer, float]:
        """Wait for the source's turn, do one exchange, and tell how many seconds that took."""
        host = request.host
        timer = self._http.timer
        try:
            with self._http.turn(self._source, host, until=self._until):
                began = timer.monotonic()
                answer = self._exchange(request, min(seconds, self._left()))
                return answer, timer.monotonic() - began
        except TooBusyError as error:
            raise ExchangeError(f"{host} was given up: no more time for this look") from error

    def _exchange(self, request: Request, seconds: float) -> Answer:
        """Do one exchange; if it fails, its connection must not be used again."""
        import requests

        from net.body import BodyError
        from net.failures import explain
        from net.session import Line

        http = self._http
        line = self._line = self._line or Line(http.user_agent, http.guard)
        try:
            answer = within(
                seconds,
                lambda: line.exchange(request, timeout=seconds, limit=http.max_bytes),
                line.cut,
            )
        except DeadlineError as error:
            raise ExchangeError(f"{request.host} did not answer in time") from error
        except GuardError as error:
            raise ExchangeError(str(error)) from error
        except (requests.RequestException, BodyError) as error:
            raise explain(error, request.host) from error
        # Without the path and query, which may hold a feed's secret.
        log.debug("%s: %s gave %d", self._source, request.host, answer.status)
        return answer

    def _left(self) -> float:
        return max(0.0, self._until - self._http.timer.monotonic())

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.cut()
            self._line = None
