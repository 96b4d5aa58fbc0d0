"""The guard for addresses that members name: only public hosts, whatever a name resolves to.

A name is resolved once, every answer must be public, and the connection goes to one of exactly
these answers. So a name server that answers otherwise the second time (DNS rebinding) gains
nothing, and since each hop of a redirect opens its connection here, neither does a redirect.

This is our own connection and not the package requests-hardened, whose check is the same in kind:
that one looks at the first answer only, lets fec0::/10, ::/96 and ::ffff:0:0:0/96 through, and
brings a session and connection pools of its own, while ours have to be those of ``net.session``,
which can be cut at a deadline.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

PORTS = frozenset({80, 443})
"""Ports of the web; others are often the inner doors of a network."""

# https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-special-registry. The
# standard library's is_global follows them too, but Python 3.11.7 still calls 192.0.0.8,
# 192.88.99.1, 64:ff9b:1::, 2002::, fec0::, 5f00:: and 3fff:: global.
_DENIED = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by customers of a provider (CGNAT)
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # the host below a virtual machine of Azure
        "169.254.0.0/16",  # link-local: the metadata service of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "::/96",  # unspecified, loopback, and IPv4 in IPv6 (withdrawn)
        "::ffff:0:0/96",  # IPv4-mapped
        "::ffff:0:0:0/96",  # IPv4-translated
        "64:ff9b::/96",  # NAT64: leads to any IPv4 address
        "64:ff9b:1::/48",  # NAT64 of a local network
        "100::/64",  # discard
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: leads to any IPv4 address
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fc00::/7",  # unique local
        "fe80::/10",  # link-local
        "fec0::/10",  # site-local (withdrawn)
        "ff00::/8",  # multicast
    )
)
_ISATAP, _ISATAP_MASK = 0x5EFE, 0xFCFF_FFFF
"""How an interface of ISATAP begins, whatever its network; an IPv4 address follows (RFC 5214)."""

_GLOBAL_V6 = ip_network("2000::/3")
"""All that IANA gives out for public use; what is outside is not the internet, known or not."""

Resolve = Callable[..., Sequence[tuple[Any, ...]]]
"""Resolves a name, as ``socket.getaddrinfo`` does."""

Dial = Callable[[int, tuple[Any, ...], float | None], socket.socket]
"""Connects: address family, address, seconds."""


class GuardError(Exception):
    """An address that may not be asked; ``str()`` of it is one line that does not name it.

    Members see the line, and what a name resolves to inside our network is not theirs to know.
    """


def is_public(address: str) -> bool:
    """Return whether a numeric IP address belongs to the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        tunnel = (int(parsed) >> 32) & _ISATAP_MASK == _ISATAP
        if parsed.scope_id or tunnel or parsed not in _GLOBAL_V6:
            return False
    return not any(parsed in network for network in _DENIED)


def _dial(family: int, address: tuple[Any, ...], timeout: float | None) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(timeout)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Opens connections to public hosts alone.

    Attributes:
        resolve: resolves names.
        dial: connects to a numeric address.
    """

    resolve: Resolve = socket.getaddrinfo
    dial: Dial = _dial

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Connect to one of the addresses that a host's name has just now.

        Args:
            host: name, or numeric address in any notation.
            port: where to.
            timeout: seconds for each address that is tried.

        Raises:
            GuardError: if the port is none of the web's, or any of the addresses is not public.
            OSError: if the name is unknown, or none of its addresses takes the connection.
        """
        if port not in PORTS:
            raise GuardError(f"{host}: only ports 80 and 443 can be read")
        found = self.resolve(host, port, type=socket.SOCK_STREAM)
        if not found or not all(_allowed(family, address) for family, *_, address in found):
            raise GuardError(f"{host} is not a public address")
        failure: OSError | None = None
        for family, *_, address in found:
            try:
                return self.dial(family, address, timeout)
            except OSError as error:
                failure = error
        raise failure or OSError("no address")


def _allowed(family: int, address: tuple[Any, ...]) -> bool:
    return family in {socket.AF_INET, socket.AF_INET6} and is_public(str(address[0]))
