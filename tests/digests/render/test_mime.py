from __future__ import annotations

from email import policy
from email.parser import HeaderParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.render.mime import Envelope, message_id, write
from tests.digests.hostile import TEXTS, any_text
from tests.digests.render.mails import Read, an_envelope

NAMES = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Precedence",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
]
INJECTIONS = (
    "x\r\nBcc: victim@example.org",
    "x\nBcc: victim@example.org\n\n<html>",
    "x\x0bBcc: a",
    "x\u2028Bcc: a",
    "x\x85Bcc: a",
    "x\x00Bcc: a",
    "=?utf-8?q?x=0D=0ABcc:_a?=",
    "=?utf-8?b?eA0KQmNjOiBh?= =?utf-8?q?x=0D=0A=0D=0A<html>?=",
    "a\u202ednammoc\u2066",
    "\ud800",
)


def written(envelope: Envelope | None = None, subject: str = "s", text: str = "t") -> Read:
    return Read.of(write(envelope or an_envelope(), subject=subject, text=text, html="<p>h</p>"))


def test_a_mail_has_exactly_the_headers_that_lists_have() -> None:
    message = written().message
    assert message.keys() == NAMES
    assert message["From"] == "Tidings <tidings@example.org>"
    assert message["To"] == "ann@example.org"
    assert message["Date"] == "Sun, 22 Nov 2026 08:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["List-Id"] == "Tidings <tidings.example.org>"
    assert message["List-Unsubscribe"] == (
        "<https://tidings.example/unsubscribe/abc>, "
        "<mailto:tidings@example.org?subject=unsubscribe>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("page", ["", "http://127.0.0.1:8420/unsubscribe/abc"])
def test_one_click_is_promised_with_an_https_page_only(page: str) -> None:
    message = written(an_envelope(unsubscribe=page)).message
    assert message["List-Unsubscribe"] == "<mailto:tidings@example.org?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


def test_a_letter_to_one_person_is_no_list() -> None:
    message = written(an_envelope(bulk=False)).message
    assert message["Auto-Submitted"] == "auto-generated"
    assert not [name for name in message if name.startswith(("List-", "Precedence"))]


def test_a_mail_to_nobody_in_particular_says_so() -> None:
    assert written(an_envelope(recipient="")).message["To"] == "undisclosed-recipients:;"


def test_the_id_is_the_same_for_the_same_issue_and_recipient_only() -> None:
    first = message_id(an_envelope())
    assert first.startswith("<2026-W47.")
    assert first.endswith("@example.org>")
    assert message_id(an_envelope()) == first
    others = [
        an_envelope(recipient="bob@example.org"),
        an_envelope(name=("2026-W48", "order")),
        an_envelope(name=("2026-W47", "other")),
    ]
    assert len({first, *map(message_id, others)}) == 4
    assert " " not in message_id(an_envelope(name=("extra 2026-11-22T09:30Z", "x")))


def test_both_parts_are_quoted_printable_and_no_line_is_too_long() -> None:
    mail = write(
        an_envelope(), subject="s", text="W" * 5000 + "\n.\nFrom here\n-- \nä", html="漢" * 999
    )
    assert all(len(line) <= 78 for line in mail.split("\r\n"))
    assert "\n" not in mail.replace("\r\n", "")
    assert mail.isascii()
    read = Read.of(mail)
    encodings = [part["Content-Transfer-Encoding"] for part in read.message.iter_parts()]
    assert encodings == ["quoted-printable", "quoted-printable"]
    assert read.text.rstrip("\n") == "W" * 5000 + "\n.\nFrom here\n-- \nä"
    assert read.html.rstrip("\n") == "漢" * 999


def test_the_same_mail_is_the_same_bytes() -> None:
    mails = {write(an_envelope(), subject="s", text="t", html="h") for _ in range(3)}
    assert len(mails) == 1


@pytest.mark.parametrize("subject", [*TEXTS, *INJECTIONS])
def test_no_subject_breaks_out_of_its_header(subject: str) -> None:
    message = written(subject=subject).message
    assert message.keys() == NAMES
    assert len(str(message["Subject"])) <= 60
    assert not set("\u202e\u2066\u202a\u2069") & set(str(message["Subject"]))


@given(any_text(), st.text(max_size=200))
def test_any_subject_and_any_text_leave_the_mail_whole(subject: str, text: str) -> None:
    read = written(subject=subject + "\r\nX-Evil: 1", text=text)
    assert read.message.keys() == NAMES
    expected = text.encode("utf-8", "replace").decode().replace("\r\n", "\n")
    # Mail carries lines: a lone CR cannot stand in one, and line ends are its own.
    assert read.text.split() == expected.replace("\r", "\n").split()


@given(st.text(max_size=120))
def test_the_raw_head_holds_no_line_but_headers_and_their_folds(subject: str) -> None:
    head, _, _ = write(an_envelope(), subject=subject, text="", html="").partition("\r\n\r\n")
    names = {name for name, _ in HeaderParser(policy=policy.compat32).parsestr(head).items()}
    assert names == set(NAMES)
    assert all(len(line) <= 998 for line in head.split("\r\n"))
