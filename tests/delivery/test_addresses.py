from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UsageError
from delivery.addresses import read_address
from digests.render.mime import write
from tests.digests.render.mails import Read, an_envelope


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" ann@example.org ", "ann@example.org"),
        ("Ann.Lee+x@EXAMPLE.org", "Ann.Lee+x@example.org"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("o'hara@example.org", "o'hara@example.org"),
    ],
)
def test_an_address_is_read_as_mail_is_sent_to_it(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ann",
        "@example.org",
        "ann@localhost",
        "ann@[127.0.0.1]",
        '"a b"@example.org',
        "Ann <ann@example.org>",
        "a@example.org, b@example.org",
        "ann@example.org\r\nBcc: b@example.org",
        "jürgen@example.org",
        "=?utf-8?q?x=0D=0ABcc=3A_a?=@example.org",
        "a" * 300 + "@example.org",
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(typed: str) -> None:
    with pytest.raises(UsageError, match="this email address cannot be used") as refusal:
        read_address(typed)
    assert "\n" not in str(refusal.value)


_SIGNS = st.sampled_from("abc=?_.-+!#$%&'*/^`{|}~0@\r\n\x00 <>(),:;\"\\ü\u202e")


@given(st.text(_SIGNS, max_size=30), st.sampled_from(["@example.org", "@x=?q?a?=.org", ""]))
def test_whatever_is_accepted_stands_in_a_mail_as_it_is(name: str, host: str) -> None:
    try:
        address = read_address(name + host)
    except UsageError:
        return
    mail = Read.of(write(an_envelope(recipient=address), subject="s", text="t", html="h"))
    assert mail.message["To"] == address
    assert mail.message["Bcc"] is None


@pytest.mark.parametrize("length", [65, 80, 240, 480])
def test_what_is_too_long_before_the_at_is_refused_in_words(length: int) -> None:
    with pytest.raises(
        UsageError, match=r"this email address cannot be used: .*(too long|longer than)"
    ):
        read_address(f"{'a' * length}@example.org")
    assert read_address(f"{'a' * 64}@example.org")
