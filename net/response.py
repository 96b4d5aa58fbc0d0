"""What a server responded, and the errors where it did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.errors import FetchError
from core.sources import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A whole response, decoded and within the size limit.

    Attributes:
        status: HTTP status.
        headers: fields by name; looking one up ignores case.
        body: decoded bytes; empty for a 304 and for redirects, whose bodies are not read.
        url: address that answered, after redirects.
        moved_to: where the address that was asked lies now, if redirects said so for good (301 and
            308, before any that holds for now only); else "".
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved_to: str = ""

    @property
    def unchanged(self) -> bool:
        """Whether the server says that nothing changed since the response stored last."""
        return self.status == 304

    @property
    def validators(self) -> Validators | None:
        """What lets the next request ask for changes only, if the server sent any of it."""
        etag, modified = _sendable(self.headers, "ETag"), _sendable(self.headers, "Last-Modified")
        return Validators(etag=etag, last_modified=modified) if etag or modified else None


def _sendable(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if value.isascii() and value.isprintable() else ""


class ExchangeError(Exception):
    """There is no whole response; ``str()`` of it is one line.

    Attributes:
        passing: whether a second try a moment later may well succeed.
    """

    def __init__(self, line: str, *, passing: bool = False) -> None:
        super().__init__(line)
        self.passing = passing


class StatusError(FetchError):
    """A response with a status that is no success.

    Attributes:
        response: the whole response, since some sources explain themselves in its body.
    """

    def __init__(
        self, source: str, message: str, response: Response, *, retry_at: datetime | None = None
    ) -> None:
        super().__init__(source, message, retry_at=retry_at)
        self.response = response
