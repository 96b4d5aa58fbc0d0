"""Names of hosts as DNS knows them: letters of other scripts in punycode (RFC 3492).

Mapped as browsers do it (UTS 46, without the exceptions of 2003: ``straße`` is not ``strasse``), in
so far as the standard library can: it has no tables of what a registry lets people register, so a
heart is a name here, as it is for DNS.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv6Address
from urllib.parse import quote, unquote, urlsplit, urlunsplit

MAX_HOST_LENGTH = 253
"""Characters of a name (RFC 1035, 2.3.4)."""

_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_JOINERS = re.compile("[\u200c\u200d]")
_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180d\u200b\u2060\u2064\ufe00-\ufe0f\ufeff]")
_URL_SIGNS = "%/:=&?~#+!$,;'@()*[]"


def ascii_host(host: str) -> str:
    """Return a host's name as it can be looked up; an IPv6 address without brackets is kept.

    Raises:
        ValueError: if no host can have that name.
    """
    if ":" in host:
        IPv6Address(host)
        return host.lower()
    name = _mapped(unquote(host, errors="strict"))
    if len(name) > MAX_HOST_LENGTH + 1:  # punycode only makes it longer, and takes its time
        raise ValueError("a host's name is too long")
    labels = [_ascii_label(label) for label in name.removesuffix(".").split(".")]
    if len(".".join(labels)) > MAX_HOST_LENGTH:
        raise ValueError("a host's name is too long")
    return ".".join(labels) + ("." if name.endswith(".") else "")


def ascii_url(url: str) -> str:
    """Return an http(s) address of signs that every program takes: host in punycode, rest escaped.

    Raises:
        ValueError: if it is none, or its host can have no such name.
    """
    parts = urlsplit(url)
    port = "" if parts.port is None else f":{parts.port}"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("no web address")
    host = ascii_host(parts.hostname)
    login, at, _ = parts.netloc.rpartition("@")
    netloc = f"{login}{at}[{host}]{port}" if ":" in host else f"{login}{at}{host}{port}"
    return quote(urlunsplit(parts._replace(netloc=netloc)), safe=_URL_SIGNS)


def linkable(url: str) -> str:
    """Return an http(s) address as ``ascii_url`` does, but for a plain host as it is written.

    Addresses are the identity of what has no other, so those that work stay what they are.

    Raises:
        ValueError: as for ``ascii_url``.
    """
    host = urlsplit(url).hostname or ""
    if ":" in host or _PLAIN.fullmatch(host):
        return quote(url, safe=_URL_SIGNS)
    return ascii_url(url)


def _mapped(host: str) -> str:
    if host.isascii():
        return host.lower()
    # Lower case twice: a compatibility form may hold a capital letter.
    name = unicodedata.normalize("NFKC", _IGNORED.sub("", host).lower()).lower()
    return unicodedata.normalize("NFC", name).replace("\u3002", ".")


def _ascii_label(label: str) -> str:
    # A label in punycode already cannot hold other letters as well.
    if (
        not label.isascii()
        and not label.startswith("xn--")
        and _JOINERS.sub("", label).isprintable()
    ):
        label = f"xn--{label.encode('punycode').decode()}"
    if not _LABEL.fullmatch(label):
        raise ValueError("no name of a host")
    return label
