"""What is asked of a server, and where a redirect may lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urljoin, urlsplit

from net.response import ExchangeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, before it is sent.

    Attributes:
        method: GET or POST.
        url: absolute http(s) address.
        headers: fields beside those that every request has.
        json: body to send as JSON, or None.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None

    @property
    def host(self) -> str:
        """Host and port, without a name or password that the address may hold.

        Raises:
            ExchangeError: if it is no http(s) address.
        """
        try:
            parts = urlsplit(self.url)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            parts, port = urlsplit(""), ""
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            line = f"{self.url[:100]!r} is not a web address; check the settings"
            raise ExchangeError(line)
        return f"{parts.hostname}{port}"

    @property
    def conditional(self) -> bool:
        """Whether it asks for changes only."""
        return not self.headers.keys().isdisjoint({"If-None-Match", "If-Modified-Since"})

    @property
    def unsendable(self) -> str:
        """Name of a field that cannot be sent, or empty; requests would quote its value."""
        return next(
            (n for n, v in self.headers.items() if not (v.isascii() and v.isprintable())), ""
        )

    def redirected(self, target: str) -> Self:
        """Return the request to send when a server points elsewhere.

        A token goes to the host that it was meant for, and to no other.

        Raises:
            ExchangeError: if the way leads out of the web, or from a safe connection to an open
                one.
        """
        try:
            here, there = urlsplit(self.url), urlsplit(urljoin(self.url, target))
        except ValueError:
            raise ExchangeError(f"{self.host} redirects to an invalid address") from None
        safe = (here.scheme, there.scheme) != ("https", "http")
        if there.scheme not in {"http", "https"} or not safe:
            raise ExchangeError(f"{self.host} redirects to an unsafe address")
        headers = self.headers
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            headers = {name: v for name, v in headers.items() if name != "Authorization"}
        return replace(self, url=there.geturl(), headers=headers)
