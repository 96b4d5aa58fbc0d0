"""Addresses in the settings: of the web page, of those who reach it, and of mail.

Each check returns what it was given, in its usual form, or raises ``ValueError`` for pydantic.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

LOOPBACK = "127.0.0.1"
_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:]+")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


def to_base_url(url: str) -> str:
    """Check a page's address: links in mails must be private, and have nothing but the page."""
    if not url:
        return url
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # both may be refused
    except ValueError:
        raise ValueError(f"{url!r} is not a URL") from None
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{url!r} has more than a host: write https://tidings.example.org")
    if not _HOST.fullmatch(host) or not (parts.scheme == "https" or _is_local(parts)):
        raise ValueError(f"{url!r} is not an https URL; http is for 127.0.0.1 and localhost only")
    return f"{parts.scheme}://{parts.netloc}"


def _is_local(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in {LOOPBACK, "localhost", "::1"}


def to_host(host: str) -> str:
    """Check where to listen: an address, since a name may mean several."""
    try:
        return str(ip_address(host))
    except ValueError:
        raise ValueError(f"{host!r} is not an IP address such as {LOOPBACK}") from None


def to_networks(names: tuple[str, ...]) -> tuple[str, ...]:
    """Check addresses and networks."""
    for name in names:
        try:
            ip_network(name)
        except ValueError:
            raise ValueError(f"{name!r} is not a network such as 10.0.0.0/8") from None
    return names


def to_sender(sender: str) -> str:
    """Check from whom mails are: a header of its own, so one line, and an address in ASCII."""
    if not sender:
        return sender
    _, mailbox = parseaddr(sender)
    if not sender.isprintable() or not _MAILBOX.fullmatch(mailbox):
        raise ValueError(f"{sender!r} is not a sender such as Tidings <tidings@example.org>")
    return sender


def to_mailbox(address: str) -> str:
    """Check a mail address of ours, which may be left out."""
    if address and not _MAILBOX.fullmatch(address):
        raise ValueError(f"{address!r} is not an email address")
    return address


def is_open(host: str) -> bool:
    """Whether other machines can reach what listens at an IP address."""
    return not ip_address(host).is_loopback
