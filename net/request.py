"""What is asked of a server, and where a redirect may lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from core.hosts import ascii_url
from core.private_addresses import named
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
        parts = urlsplit(self.readable().url)
        port = f":{parts.port}" if parts.port else ""
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

    def readable(self) -> Self:
        """Return the same request, its address in the letters that go over the wire.

        Raises:
            ExchangeError: if it is no http(s) address, or its host cannot have that name.
        """
        try:
            return replace(self, url=ascii_url(self.url))
        except ValueError:
            line = f"{named(self.url)!r} is not a web address; check the settings"
            raise ExchangeError(line) from None

    def redirected(self, location: str) -> Self:
        """Return the request to send when a server points elsewhere.

        A token goes to the host that it was meant for, and to no other.

        Args:
            location: the field as HTTP's reader gives it, each byte as a letter of Latin-1.

        Raises:
            ExchangeError: if the way leads out of the web, or from a safe connection to an open
                one.
        """
        try:
            target = urljoin(self.url, _as_sent(location))
            here, there = urlsplit(self.url), urlsplit(target)
            safe = (here.scheme, there.scheme) != ("https", "http")
            if there.scheme not in {"http", "https"} or not safe:
                raise ExchangeError(f"{self.host} redirects to an unsafe address")
            there = urlsplit(ascii_url(target))
        except ValueError:
            raise ExchangeError(f"{self.host} redirects to an invalid address") from None
        headers = self.headers
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            headers = {name: v for name, v in headers.items() if name != "Authorization"}
        return replace(self, url=there.geturl(), headers=headers)


def _as_sent(location: str) -> str:
    """Return a Location field with the letters that were meant: UTF-8, as browsers take it.

    What is no UTF-8 keeps its bytes, escaped.
    """
    sent = location.strip(" \t").encode("latin-1", "replace")
    try:
        return sent.decode()
    except UnicodeDecodeError:
        return quote_from_bytes(sent, safe=bytes(range(0x80)))
