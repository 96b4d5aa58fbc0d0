from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_url


@pytest.mark.parametrize(
    "variant",
    [
        "http://www.example.org/a/b/",
        "https://EXAMPLE.org:443/a/b#part",
        "https://example.org/a/b?utm_source=x&utm_medium=y",
        "https://example.org/a/b?fbclid=1",
        "https://example.org/a/b/amp/",
        "https://amp.example.org/a/b?amp=1",
        "http://example.org:80/a/b",
        "https://m.example.org/a/b",
        "https://example.org./a/b",
        "https://example.org//a/./c/../b",
        "https://example.org/%61/b",
        "https://example.org/amp/a/b",
        "https://example.org/a/b/index.html",
        "https://example.org/a/b/index.php?outputType=amp",
        "https://example.org/a/b;jsessionid=0A1B.node7",
        "https://example.org/a/b?PHPSESSID=0af1&CFID=1&CFTOKEN=2",
        "https://example.org/a/b?sid=0123456789abcdef0123456789abcdef",
        "https://example.org/a/b?partner=rss&emc=rss&smid=tw-share",
        "https://example.org/a/b?ref=newsletter&_bhlid=1f2e",
        "https://example.org/a/b?utm-source=x&gclsrc=aw.ds&ns_mchannel=rss",
        "https://example.org/a/b?feature=youtu.be&CMP=share_btn_tw",
    ],
)
def test_one_page_has_one_canonical_address(variant: str) -> None:
    assert canonical_url(variant) == "https://example.org/a/b"


@pytest.mark.parametrize(
    "host", ["b\u00fccher.example", "WWW.B%C3%BCCHER.example:443", "xn--bcher-kva.example"]
)
def test_a_host_of_other_letters_is_one_with_its_name_in_dns(host: str) -> None:
    assert canonical_url(f"https://{host}/") == "https://xn--bcher-kva.example"


def test_parameters_that_matter_stay_in_a_fixed_order() -> None:
    assert canonical_url("https://example.org/?b=2&a=1") == "https://example.org?a=1&b=2"
    assert canonical_url("https://example.org/?a=&b=2") == "https://example.org?a=&b=2"


@pytest.mark.parametrize("odd", ["", "no address", "http://[half", "https://example.org:port/"])
def test_what_is_no_address_comes_back_as_it_is(odd: str) -> None:
    assert canonical_url(odd) == odd


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/p?id=1", "/p?id=2"),
        ("/p?source=kaggle", "/p?source=github"),
        ("/p?sid=7", "/p?sid=8"),
        ("/Post", "/post"),
        ("/index.html/a", "/a"),
        ("/example", "/ample"),
        ("/a%2Fb", "/a/b"),
        ("/p;v=1", "/p;v=2"),
        ("/m", "/"),
        ("/.well-known", "/well-known"),
    ],
)
def test_other_pages_stay_other_pages(one: str, other: str) -> None:
    assert canonical_url(f"https://e.org{one}") != canonical_url(f"https://e.org{other}")


def test_letters_are_the_same_escaped_or_not() -> None:
    written = {"https://e.org/caf\u00e9", "https://e.org/caf%c3%a9", "https://e.org/caf%C3%A9"}
    assert {canonical_url(url) for url in written} == {"https://e.org/caf%C3%A9"}


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    canonical_url(text)


@given(st.text(st.sampled_from("abmp./-_ #?é\ud800\\%2eindex;=:"), max_size=24))
def test_what_it_returns_stays_as_it_is(rest: str) -> None:
    url = canonical_url(f"http://www.m.e.org/{rest}")
    assert canonical_url(url) == url


@given(
    st.from_regex(r"https?://[a-z]{1,8}\.org(:\d{1,4})?(/[a-z]{0,4}){0,3}(\?[ab]=[a-z&=]{0,6})?")
)
def test_a_canonical_address_is_its_own(url: str) -> None:
    assert canonical_url(canonical_url(url)) == canonical_url(url)
