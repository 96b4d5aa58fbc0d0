from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.blocks import WebBlock


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("", ""),
        ("https://tidings.example.org", "https://tidings.example.org"),
        ("https://tidings.example.org/", "https://tidings.example.org"),
        ("https://tidings.example.org:8443/?", "https://tidings.example.org:8443"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("http://127.0.0.1:8420", "http://127.0.0.1:8420"),
        ("http://localhost:8420", "http://localhost:8420"),
    ],
)
def test_a_page_has_a_scheme_and_a_host(url: str, kept: str) -> None:
    assert WebBlock(base_url=url).base_url == kept


@pytest.mark.parametrize(
    "url",
    [
        "http://tidings.example.org",
        "ftp://tidings.example.org",
        "javascript://tidings.example.org",
        "tidings.example.org",
        "https://",
        "https://tidings.example.org/sub",
        "https://tidings.example.org/?a=b",
        "https://tidings.example.org/#a",
        "https://me:secret@tidings.example.org",
        "https://tidings.example.org:port",
        "https://tidings.example.org:99999",
        "https://[::1",
        'https://a"onclick=',
        "https://exa mple.org",
        "https://münchen.example",
    ],
)
def test_what_would_make_bad_links_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="base_url"):
        WebBlock(base_url=url)


def test_strangers_are_let_in_only_behind_tls() -> None:
    with pytest.raises(ValidationError, match="has no TLS"):
        WebBlock(host="0.0.0.0")  # noqa: S104  refused
    with pytest.raises(ValidationError, match="has no TLS"):
        WebBlock(host="::", base_url="http://localhost:8420")
    behind = WebBlock(host="0.0.0.0", base_url="https://tidings.example.org")  # noqa: S104  TLS
    assert behind.host == "0.0.0.0"  # noqa: S104  the same
    assert WebBlock(host="::1").host == "::1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "localhost"},
        {"host": ""},
        {"proxies": ["proxy.example.org"]},
        {"proxies": ["10.0.0.1/8"]},
        {"port": 65536},
        {"port": -1},
    ],
)
def test_other_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        WebBlock(**wrong)


def test_proxies_may_be_networks() -> None:
    assert WebBlock(proxies=("10.0.0.0/8", "::1")).proxies == ("10.0.0.0/8", "::1")
