"""A requests session that another thread can abort, and one exchange on it.

Import this module late: it loads requests.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
import requests.adapters
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool

from net.body import Meter, decode, on_the_wire, too_large
from net.guard import Guard
from net.request import Request
from net.response import Response

if TYPE_CHECKING:
    from urllib3._base_connection import BaseHTTPConnection, BaseHTTPSConnection

    Connection = BaseHTTPConnection | BaseHTTPSConnection

_CHUNK = 64 * 1024
_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class HttpSession:
    """A session for one thread at a time, that another thread can abort.

    Aborting works on a duplicate of each socket's descriptor, which stays valid when TLS wraps the
    socket or urllib3 hands it on, and shuts the connection down for all of them.
    """

    def __init__(self, user_agent: str, limit: int, guard: Guard | None = None) -> None:
        """Open a session; it connects when it is used.

        Args:
            user_agent: who we say we are.
            limit: bytes that the decoded body of an answer may have.
            guard: opens the connections, where the addresses are not the operator's own.
        """
        self.guard = guard
        self.limit = limit
        self._lock = threading.Lock()
        self._duplicates: list[socket.socket] = []
        self._connections: WeakSet[Connection] = WeakSet()
        self._answers: WeakSet[HTTPResponse] = WeakSet()
        self._aborted = False
        self.session = _Session()
        self.session.headers = requests.structures.CaseInsensitiveDict(
            {"User-Agent": user_agent, "Accept-Encoding": "gzip, identity;q=0.5"}
        )
        # A proxy would resolve names itself, out of the guard's sight.
        self.session.trust_env = guard is None
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, _Adapter(self))

    def watch(self, connection: Connection, sock: socket.socket) -> None:
        """Remember a connection of this session, and its new socket.

        Raises:
            OSError: if the session was aborted meanwhile; the socket is closed then.
        """
        with self._lock:
            if self._aborted:
                sock.close()
                raise OSError("given up")
            self._duplicates.append(sock.dup())
            self._connections.add(connection)

    def metered(self, answer: HTTPResponse) -> HTTPResponse:
        """Limit what an answer of this session may send, before anything of it is read."""
        answer.fp = io.BufferedReader(
            Meter(answer.fp.detach(), on_the_wire(self.limit), self.limit)
        )
        self._answers.add(answer)
        return answer

    def abort(self) -> None:
        """Shut down every connection for good; safe from any thread and more than once."""
        with self._lock:
            self._aborted = True
            for duplicate in self._duplicates:
                with contextlib.suppress(OSError):  # the other side may have closed it first
                    duplicate.shutdown(socket.SHUT_RDWR)
                duplicate.close()
            self._duplicates.clear()
        self.session.close()

    def exchange(self, request: Request, *, timeout: float, cookies: CookieJar) -> Response:
        """Send a request and read its response; redirects are not followed.

        Args:
            request: what to ask.
            timeout: seconds for each single step; the total is the caller's to watch.
            cookies: sent along where they belong, and take those of the response.

        Raises:
            requests.RequestException: if there is no whole answer.
            BodyError: if the answer is too large or badly encoded.
        """
        self.session.cookies = cookies  # type: ignore[assignment]  # requests takes any jar
        try:
            with self.session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                json=request.json,
                timeout=max(timeout, 0.001),  # requests takes 0 for a mistake
                stream=True,
                allow_redirects=False,
                auth=_as_is,
                proxies=_own_proxies(request.url),
            ) as response:
                return Response(
                    status=response.status_code,
                    headers=response.headers,
                    body=b"" if _bodiless(response) else _body(response, self.limit),
                    url=request.url,
                )
        except BaseException:
            # urllib3 forgets the connection of a response that it refuses to represent, and the
            # response itself, which alone holds the socket once the connection has given it away.
            for answer in list(self._answers):
                answer.close()
            for connection in list(self._connections):
                connection.close()
            raise


def _as_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep our own Authorization field: without this requests prefers a ``~/.netrc`` to it."""
    return request


def _own_proxies(url: str) -> dict[str, str] | None:
    """Keep what is on this machine away from a proxy of the environment, which cannot reach it."""
    host = urlsplit(url).hostname or ""
    return {"no_proxy": host} if host in _THIS_MACHINE else None


def _bodiless(response: requests.Response) -> bool:
    # The body of a redirect is of no use, and reading it would be an answer without a limit.
    return response.status_code in {204, 304} or response.is_redirect


def _body(response: requests.Response, limit: int) -> bytes:
    length = response.headers.get("Content-Length", "")
    # Digits of other scripts and of thousands of places are no number of bytes, and a length beside
    # chunks is to be ignored (RFC 9112, 6.3): what comes counts.
    chunked = "Transfer-Encoding" in response.headers
    if not chunked and length.isascii() and length.isdigit() and int(length[:20]) > limit:
        raise too_large(limit)
    return decode(_raw(response), response.headers.get("Content-Encoding", ""), limit)


def _raw(response: requests.Response) -> Iterator[bytes]:
    from urllib3.exceptions import HTTPError, IncompleteRead

    try:
        yield from response.raw.stream(_CHUNK, decode_content=False)
    except IncompleteRead as error:
        raise requests.exceptions.ChunkedEncodingError("answer breaks off") from error
    except HTTPError as error:
        raise requests.ConnectionError(error) from error
    except (ValueError, OverflowError) as error:  # a chunk length below -1, far below it too
        raise requests.exceptions.ChunkedEncodingError("answer breaks off") from error


class _Session(requests.Session):
    """A session that leaves redirects alone.

    Told not to follow them, requests still reads and decodes their bodies, without any limit, to
    prepare the request that would follow.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002  none
        """Say that there is nowhere to go."""
        return None


class _Adapter(requests.adapters.HTTPAdapter):
    """Makes every connection of a session known to its session."""

    def __init__(self, session: HttpSession) -> None:
        self._session = session
        super().__init__()

    def get_connection_with_tls_context(
        self,
        *args: Any,  # noqa: ANN401  passed on as they are
        **kwargs: Any,  # noqa: ANN401  passed on as they are
    ) -> ConnectionPool:
        """Return urllib3's pool, set to make connections that the session watches."""
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        if isinstance(pool, HTTPConnectionPool) and not issubclass(pool.ConnectionCls, _Watched):
            pool.ConnectionCls = _watched(pool.ConnectionCls, self._session)
        return pool


class _Watched:
    """Marks a connection class that tells a session of its sockets."""


def _watched(base: type[Connection], session: HttpSession) -> type[Connection]:
    # The only place where urllib3 lets go of a socket before TLS and proxies talk on it is a
    # private method, so a test pins it.
    def new_conn(connection: Connection) -> socket.socket:
        sock = _dialled(connection, session.guard) if session.guard else base._new_conn(connection)  # type: ignore[union-attr]  # noqa: SLF001
        session.watch(connection, sock)
        return sock

    def response(*args: Any, **kwargs: Any) -> HTTPResponse:  # noqa: ANN401  passed on
        return session.metered(HTTPResponse(*args, **kwargs))

    members = {"_new_conn": new_conn, "response_class": staticmethod(response)}
    return type(f"Watched{base.__name__}", (_Watched, base), members)


def _dialled(connection: Connection, guard: Guard) -> socket.socket:
    timeout = connection.timeout
    seconds = timeout if isinstance(timeout, int | float) else None
    return guard.connect(connection.host, connection.port or connection.default_port, seconds)
