"""What went wrong on the wire, in one line, and whether to try again at once.

Import this module late: it loads requests.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from http.client import HTTPException, LineTooLong

import requests

from net.body import BodyError
from net.response import ExchangeError


def explain(error: requests.RequestException | BodyError, host: str) -> ExchangeError:
    """Turn an error of requests into ours.

    requests wraps errors of urllib3, which wrap those of the socket; the innermost says most.

    Args:
        error: what requests raised.
        host: who was asked.
    """
    if isinstance(error, BodyError):
        return ExchangeError(f"{host}: {error}")
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout):
        return ExchangeError(f"{host} did not answer in time")
    if isinstance(error, requests.exceptions.ProxyError):
        return ExchangeError(f"{host}: the proxy refused the request")
    if isinstance(error, requests.exceptions.SSLError):
        return ExchangeError(f"{host}: no secure connection ({_innermost(error)})")
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return _unconnected(error, host)
    return ExchangeError(f"{host}: {_innermost(error)}")


def _unconnected(error: BaseException, host: str) -> ExchangeError:
    causes = tuple(_causes(error))
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return ExchangeError(
            f"{host} is not known to the name server; check the address and the network"
        )
    if numbers & {errno.ENETUNREACH, errno.EHOSTUNREACH}:
        return ExchangeError(f"{host} cannot be reached; check the network")
    if errno.ECONNREFUSED in numbers:
        return ExchangeError(f"{host} refused the connection", passing=True)
    if any(type(cause) in {HTTPException, LineTooLong} for cause in causes):
        return ExchangeError(f"{host} sends more header fields, or longer ones, than can be read")
    return ExchangeError(
        f"{host} closed the connection before the answer was complete", passing=True
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that it wraps, whether as cause, context or argument."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting.extend(one for one in inner if isinstance(one, BaseException))


def _innermost(error: BaseException) -> str:
    *_, last = _causes(error)
    words = " ".join(str(last).split())
    return words[:120] or type(last).__name__
