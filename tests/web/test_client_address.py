from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.client_address import client_address, neighbourhood

HERE = tuple(map(ip_network, ("127.0.0.1", "::1")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "known"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # no proxy of ours: not believed
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "9.9.9.9, 198.51.100.1", "198.51.100.1"),  # the first one wrote the reader
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7:51234", "203.0.113.7"),
        ("127.0.0.1", "9.9.9.9, 203.0.113.8:1", "203.0.113.8"),
        ("127.0.0.1", "203.0.113.9:80, 127.0.0.1:4567", "203.0.113.9"),
        ("127.0.0.1", "[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("127.0.0.1", "[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("127.0.0.1", '"[2001:db8:1:2::1]:443"', "2001:db8:1:2::/64"),
        ("127.0.0.1", "203.0.113.7, [::1]:8080", "203.0.113.7"),
        ("127.0.0.1", "fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("127.0.0.1", "64:ff9b::203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "2002:cb00:7107:1::1", "203.0.113.7"),
        ("::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7:", "unknown"),
        ("127.0.0.1", "203.0.113.7:port", "unknown"),
        ("127.0.0.1", "[203.0.113.7]:80", "203.0.113.7"),
        ("127.0.0.1", "[2001:db8::1", "unknown"),
        ("127.0.0.1", "reader.example:80", "unknown"),
        ("127.0.0.1", "<script>", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_a_client_is_known_by_what_the_last_proxy_saw(
    peer: str, forwarded: str, known: str
) -> None:
    assert client_address(peer, forwarded, HERE) == known


@pytest.mark.parametrize(
    ("client", "site"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::/64", "2001:db8:1::/48"),
        ("unknown", "unknown"),
    ],
)
def test_a_site_has_all_networks_of_its_prefix(client: str, site: str) -> None:
    assert neighbourhood(client) == site


@given(peer=st.text(max_size=30), forwarded=st.text(max_size=60))
def test_any_header_names_somebody(peer: str, forwarded: str) -> None:
    assert client_address(peer, forwarded, HERE)
    assert client_address("127.0.0.1", forwarded, HERE)
