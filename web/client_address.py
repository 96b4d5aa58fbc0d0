"""Who sent a request, as far as it can be known behind proxies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

UNKNOWN = "unknown"
"""A client of which a proxy wrote no address."""

_NAT64 = IPv6Network("64:ff9b::/96")
_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\[\]]*)\]|(?P<four>[0-9.]+))(?::[0-9]{1,5})?", re.ASCII)


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return who asks, as far as it is known: an IPv4 address, or an IPv6 network of 64 bits.

    Args:
        peer: address at the other end of the connection.
        forwarded: the X-Forwarded-For header; only its last entry that is no proxy's counts, since
            anybody can write the ones before it.
        proxies: whose X-Forwarded-For is believed.
    """
    believed = peer
    for entry in reversed(forwarded.split(",")):
        if not is_among(believed, proxies):
            break
        believed = entry.strip() or believed
    return _grouped(believed)


def is_among(written: str, networks: Sequence[Network]) -> bool:
    """Whether an address is in one of these networks."""
    known = _address(written)
    return known is not None and any(known in network for network in networks)


def neighbourhood(client: str) -> str:
    """Return the IPv6 network of 48 bits that a client is in: one site may have that many.

    Args:
        client: as ``client_address`` returns it; an IPv4 address is returned as it is.
    """
    address, slash, _ = client.partition("/")
    return str(IPv6Network((address, 48), strict=False)) if slash else client


def _address(written: str) -> Address | None:
    """Read an address as proxies write it: with a port or without, in brackets, in quotes.

    One that only wraps an IPv4 address (mapped, NAT64, 6to4) is that IPv4 address.
    """
    text = written.strip().strip('"')
    match = _WITH_PORT.fullmatch(text)
    try:
        known = ip_address((match["six"] or match["four"] or "") if match else text)
    except ValueError:  # a proxy that writes names
        return None
    if not isinstance(known, IPv6Address):
        return known
    if known in _NAT64:
        return IPv4Address(int(known) & 0xFFFFFFFF)
    return known.ipv4_mapped or known.sixtofour or known


def _grouped(written: str) -> str:
    known = _address(written)
    if known is None:
        return UNKNOWN
    if isinstance(known, IPv6Address):
        # One household has as many as it likes.
        return str(IPv6Network((int(known), 64), strict=False))
    return str(known)
