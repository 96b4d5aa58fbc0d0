"""How often somebody may ask: token buckets in memory, one for each address."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from core.ports.clock import Clock

MAX_CLIENTS = 10_000
"""Addresses whose buckets are kept; the one that was silent longest is forgotten first."""

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and one more each time that ``each`` has passed."""

    burst: int
    each: timedelta


class Limit:
    """Counts what each key did; a full bucket empties at the pace of its rate."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        """Take the pace and what tells the time."""
        self._rate = rate
        self._clock = clock
        self._empty_at: OrderedDict[str, datetime] = OrderedDict()

    def wait(self, key: str) -> timedelta:
        """Count one more of a key; return how long it has to wait, zero if it need not.

        What has to wait is not count_requests, so that asking again too early does no harm.
        """
        now, rate = self._clock(), self._rate
        # The bucket as one moment: when it will have run empty (generic cell rate algorithm).
        # It never takes longer than a full one needs, even where the clock was set back.
        empty = min(max(self._empty_at.get(key, now), now), now + rate.each * rate.burst)
        late = empty + rate.each - now - rate.each * rate.burst
        if late > timedelta():
            return late
        self._empty_at[key] = empty + rate.each
        self._empty_at.move_to_end(key)
        if len(self._empty_at) > MAX_CLIENTS:
            self._empty_at.popitem(last=False)
        return timedelta()

    def give_back(self, key: str) -> None:
        """Take back the last one of a key: nothing came of it."""
        if key in self._empty_at:
            self._empty_at[key] -= self._rate.each


def networks(addresses: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and networks such as ``127.0.0.1`` and ``10.0.0.0/8``.

    Raises:
        ValueError: if one is neither.
    """
    return tuple(ip_network(address) for address in addresses)


def client_address(peer: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the client's IPv4 address, or its IPv6 network of 64 bits, as the key of its limit.

    Args:
        peer: address at the other end of the connection.
        forwarded: the X-Forwarded-For header; its last entry that is not a proxy counts, since
            the client can forge the ones before.
        proxies: those whose X-Forwarded-For is trusted.
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
        return str(ip_network((known, 64), strict=False))  # one household can use any of them
    return str(known)
