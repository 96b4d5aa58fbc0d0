"""Build a mail (RFC 5322) with safe headers, a text and an HTML part.

Both parts are quoted-printable: base64 takes a quarter more, and 8bit lines of foreign text may
exceed the 998 octets that SMTP allows (RFC 5321, section 4.5.3.1.6).
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from language.plain import plain_line, shortened

LOCAL_SENDER = "Tidings <tidings@localhost>"
"""The sender of mails written to files while no sender is set."""

MAX_SUBJECT = 60
"""Characters; phones show no more."""

_NO_TOKEN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Sender, recipient, and how to unsubscribe.

    Attributes:
        sender: as in the settings: ``Tidings <tidings@example.org>``.
        recipient: one address, or "" for a mailing list.
        name: makes the mail unique, such as ``2026-W47`` and a subscription; its Message-ID is made
            from it, so that sending it again is the same mail.
        at: its date (aware UTC).
        unsubscribe: https URL that unsubscribes on POST, or "".
        unsubscribe_mail: address for requests to unsubscribe, or "".
        bulk: whether it is list mail; a confirmation email is not.
    """

    sender: str
    recipient: str
    name: tuple[str, ...]
    at: datetime
    unsubscribe: str = ""
    unsubscribe_mail: str = ""
    bulk: bool = True


def write(envelope: Envelope, *, subject: str, text: str, html: str) -> str:
    """Return a mail in ASCII with CRLF line ends; the same input gives the same bytes.

    Args:
        envelope: sender, recipient, and how to unsubscribe.
        subject: any text; made one line of at most ``MAX_SUBJECT`` characters.
        text: the plain part, lines ended by LF.
        html: the other part.
    """
    head = _addressed(envelope, subject) + "".join(
        f"{name}: {value}\r\n" for name, value in _plain_headers(envelope)
    )
    # "=_" stands in no quoted-printable text (RFC 2045, section 6.7), so in neither part.
    boundary = f"=_{_digest(*envelope.name, 'boundary')}"
    return (
        f'{head}Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\n{_part('plain', text)}\r\n"
        f"--{boundary}\r\n{_part('html', html)}\r\n"
        f"--{boundary}--\r\n"
    )


def header_text(text: str) -> str:
    """Return foreign text so that it is plain text in a header.

    The standard library decodes what looks like an encoded word (RFC 2047) and writes the result
    as it is, line ends and so further headers included.
    """
    return plain_line(text).replace("=?", "= ?")


def message_id(envelope: Envelope) -> str:
    """Return the Message-ID: ``<2026-W47.hash@domain>``, the same each time it is sent."""
    first = _NO_TOKEN.sub("-", envelope.name[0]).strip("-.") or "mail"
    return f"<{first}.{_digest(*envelope.name, envelope.recipient)}@{domain(envelope.sender)}>"


def domain(sender: str) -> str:
    """Return the domain of a sender."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _addressed(envelope: Envelope, subject: str) -> str:
    """Return the headers that hold what people wrote, encoded and folded (RFC 2047, 5322)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = envelope.sender
    message["To"] = envelope.recipient or "undisclosed-recipients:;"
    message["Subject"] = shortened(header_text(subject), MAX_SUBJECT)
    return message.as_bytes().decode("ascii").removesuffix("\r\n")


def _plain_headers(envelope: Envelope) -> Iterator[tuple[str, str]]:
    """Yield the headers that need no encoding.

    They tell programs that this is automatic, and how to unsubscribe (RFC 2919, 3834, 8058).
    """
    yield "Date", format_datetime(envelope.at)
    yield "Message-ID", message_id(envelope)
    yield "Auto-Submitted", "auto-generated"  # no out-of-office replies
    if envelope.bulk:
        yield "Precedence", "bulk"
        yield "List-Id", f"Tidings <tidings.{domain(envelope.sender)}>"
        yield from _ways_to_stop(envelope)
    yield "MIME-Version", "1.0"


def _ways_to_stop(envelope: Envelope) -> Iterator[tuple[str, str]]:
    one_click = envelope.unsubscribe.startswith("https://")
    ways = [envelope.unsubscribe] if one_click else []
    if envelope.unsubscribe_mail:
        ways.append(f"mailto:{envelope.unsubscribe_mail}?subject=unsubscribe")
    if ways:
        yield "List-Unsubscribe", ",\r\n ".join(f"<{way}>" for way in ways)
    if one_click:
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _part(kind: str, content: str) -> str:
    data = content.encode("utf-8", "replace").replace(b"\r\n", b"\n")
    # email.contentmanager takes ten times as long.
    encoded = binascii.b2a_qp(data, istext=True).decode("ascii").replace("\n", "\r\n")
    return (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}"
    )


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
