from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hosts import ascii_host, ascii_url


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Example.ORG", "example.org"),
        ("my_host.example.", "my_host.example."),
        ("bücher.example", "xn--bcher-kva.example"),
        ("B%C3%BCcher.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
        ("نامه\u200cای.com", "xn--mgba3gch31f060k.com"),  # noqa: RUF001  the letters are the point
        ("a\u00adb.example", "ab.example"),
        ("ＥＸＡＭＰＬＥ．ｏｒｇ", "example.org"),  # noqa: RUF001  the letters are the point
        ("2606:4700::1111", "2606:4700::1111"),
    ],
)
def test_a_host_gets_the_name_that_dns_knows(host: str, name: str) -> None:
    assert ascii_host(host) == name
    assert ascii_host(name) == name


@pytest.mark.parametrize(
    "host",
    [
        *("", ".", "a..b", ".a", "*.a", "a b", "a/b", "%ff", "%2f", "\ud800", "x" * 64, "é" * 60),
        *("a." * 127 + "b", "1::2::3", "fe80:x", "a\u202eb", "xn--\u00fc", "\u2100.com"),
    ],
)
def test_what_can_be_no_name_is_refused(host: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  it has many causes and one meaning
        ascii_host(host)


@given(st.text(), st.text())
def test_an_address_comes_out_in_plain_letters_and_stays_the_same_or_is_refused(
    host: str, path: str
) -> None:
    try:
        url = ascii_url(f"https://{host}/{path}")
    except ValueError:
        return
    assert url.isascii()
    assert url.isprintable()
    assert ascii_url(url) == url


def test_a_host_of_endless_labels_is_refused_in_no_time() -> None:
    began = time.process_time()
    for n in range(500):
        with pytest.raises(ValueError, match="too long"):
            ascii_host("\u00fc." * 5000 + str(n))
    assert time.process_time() - began < 1
