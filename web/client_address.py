"""Who sent a request, as far as it can be known behind proxies."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


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
        if not _is_among(believed, proxies):
            break
        believed = entry.strip() or believed
    return _grouped(believed)


def _is_among(address: str, proxies: Sequence[Network]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in proxies)


def _grouped(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:  # a proxy that writes names
        return "unknown"
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ip_network((known, 64), strict=False))  # one household has as many as it likes
    return str(known)
