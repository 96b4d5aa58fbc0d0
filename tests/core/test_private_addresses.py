"""Private addresses: what they hold is in nothing that was read there."""

from __future__ import annotations

import pytest

from core.private_addresses import Secrets, public_address

HERE = "https://reader:s3cret99@lab.example:8443/feed?token=T0k3n123&format=rss"


@pytest.mark.parametrize(
    ("address", "right"),
    [
        (HERE, "https://lab.example:8443/feed"),
        ("https://lab.example/feed#x", "https://lab.example/feed"),
        ("https://t0ken@lab.example", "https://lab.example"),
        ("not an address", ""),
    ],
)
def test_an_address_without_what_is_private(address: str, right: str) -> None:
    assert public_address(address) == right


@pytest.mark.parametrize(
    ("link", "right"),
    [
        ("https://reader:s3cret99@lab.example/1", "https://lab.example/1"),
        ("https://somebody@else.example/1", "https://else.example/1"),
        ("https://lab.example/1?token=T0k3n123", "https://lab.example/1"),
        ("https://lab.example/1?a=b&t=T0k3n123#c", "https://lab.example/1?a=b#c"),
        ("https://lab.example/T0k3n123/1.mp3", "https://lab.example/-/1.mp3"),
        ("https://lab.example/1?format=rss", "https://lab.example/1?format=rss"),
        ("https://lab.example/1?token=other", "https://lab.example/1?token=other"),
    ],
)
def test_links_lose_login_and_secrets_and_keep_the_rest(link: str, right: str) -> None:
    assert Secrets.of([HERE]).out_of_address(link) == right


def test_texts_lose_them_and_a_word_that_is_also_a_password_stays() -> None:
    secrets = Secrets.of(["https://me:agents@lab.example/f?key=Zx81Zx81"])
    assert secrets.out_of_text("agents, Zx81Zx81") == "agents, -"
    assert secrets.out_of_text('{"a":"https://me:agents@lab.example/1"}') == (
        '{"a":"https://lab.example/1"}'
    )
    assert secrets.out_of_id("tag:Zx81Zx81:7") == "tag:-:7"


@pytest.mark.parametrize("query", ["token=a%2Fb12345", "token=a/b12345"])
def test_every_spelling_of_a_secret_goes(query: str) -> None:
    secrets = Secrets.of([f"https://lab.example/f?{query}"])
    assert secrets.out_of_text("x a%2Fb12345 a/b12345") == "x - -"


def test_an_address_without_secrets_takes_nothing_away() -> None:
    secrets = Secrets.of(["https://lab.example/feed?format=rss&lang=en&category=graphs"])
    assert not secrets
    assert secrets.out_of_text("graphs in en") == "graphs in en"
