"""What an SMTP server's replies mean for a mail."""

from __future__ import annotations

import re
from enum import Enum

from core.errors import DeliveryError, LaterError, RefusedError
from language.plain import plain_line, shortened

MAX_REPLY_LENGTH = 200
"""Characters of a reply that are kept."""

CLOSING = 421
"""The server closes the connection (RFC 5321, section 3.8)."""

_START_INPUT, _TOO_LARGE = 354, 552
_NO_SUCH_ADDRESS = frozenset({550, 551, 553})
_MAIL_ADDRESS = re.compile(r"<?(?:\"[^\"@]{1,64}\"|[^\s<>@\"():;,]{1,64})@[^\s<>@\"():;,]{1,255}>?")
_ADDRESS_TAKEN_OUT = "<address>"
_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.\d{1,3}\b")


class SmtpStep(Enum):
    """What a reply is about, in words for the operator."""

    SENDER = "the sender"
    RECIPIENT = "the address"
    DATA = "DATA"
    MESSAGE = "the mail"


class BouncedError(RefusedError):
    """The server refused the address itself, not the mail."""


def refusal(code: int, text: str, step: SmtpStep) -> DeliveryError | None:
    """Return the error that a reply means, or None if the server goes on.

    4xx is ``LaterError``; so is a refused sender, since the settings are wrong and not the mail. A
    5xx about the address is ``BouncedError``, any other ``RefusedError``.
    """
    if code == _START_INPUT if step is SmtpStep.DATA else code // 100 == 2:
        return None
    if code // 100 != 5 or (step is SmtpStep.SENDER and code != _TOO_LARGE):
        return LaterError(f"{step.value} is deferred: {text}")
    line = f"{step.value} is refused: {text}"
    if _is_about_address(code, text, step):
        return BouncedError(line, turns_off=False)
    return RefusedError(line, turns_off=False)


def reply_text(code: int, text: bytes) -> str:
    """Return a reply as one line, without the mail addresses that servers repeat: it is logged."""
    line = _MAIL_ADDRESS.sub(_ADDRESS_TAKEN_OUT, plain_line(text.decode("utf-8", "replace")))
    line = shortened(line, MAX_REPLY_LENGTH)
    return f"{code} {line}" if code > 0 else line or "not SMTP"


def dot_stuffed(mail: bytes) -> bytes:
    """Double dots that begin a line, so that none ends the mail (RFC 5321, section 4.5.2)."""
    doubled = re.sub(rb"^\.", b"..", mail, flags=re.MULTILINE)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _is_about_address(code: int, text: str, step: SmtpStep) -> bool:
    """Whether a 5xx is about the address: by its class 5.1 (RFC 3463), else by the step."""
    enhanced = _ENHANCED.search(text)
    if enhanced is not None:
        return enhanced[1] == "1" or (step is SmtpStep.RECIPIENT and enhanced[1] == "2")
    return step is SmtpStep.RECIPIENT and code in _NO_SUCH_ADDRESS
