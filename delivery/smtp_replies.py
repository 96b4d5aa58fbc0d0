"""What an SMTP server's answers mean for a mail."""

from __future__ import annotations

import re
from enum import Enum

from core.errors import DeliveryError, LaterError, RefusedError
from language.plain import plain_line, shortened

LONGEST_ANSWER = 200
"""Characters of an answer that are kept."""

CLOSING = 421
"""The server ends the connection (RFC 5321, section 3.8)."""

_GO_ON, _TOO_LARGE = 354, 552
_NO_SUCH_ADDRESS = frozenset({550, 551, 553})
_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.\d{1,3}\b")


class Place(Enum):
    """What was answered, in words."""

    SENDER = "the sender"
    ADDRESS = "the address"
    DATA = "DATA"
    MAIL = "the mail"


class BouncedError(RefusedError):
    """The server refused the address itself, not the mail."""


def refusal(code: int, text: str, place: Place) -> DeliveryError | None:
    """Return what an answer means that is a refusal, or None if it is none.

    4xx is ``LaterError``, as is a refused sender, which is the settings' fault and not the mail's;
    a 5xx about the address is ``BouncedError``, any other ``RefusedError``.
    """
    if code == _GO_ON if place is Place.DATA else code // 100 == 2:
        return None
    if code // 100 != 5 or (place is Place.SENDER and code != _TOO_LARGE):
        return LaterError(f"{place.value} is put off: {text}")
    line = f"{place.value} is refused: {text}"
    if _is_about_address(code, text, place):
        return BouncedError(line, turns_off=False)
    return RefusedError(line, turns_off=False)


def written(code: int, text: bytes) -> str:
    """Return an answer as one line."""
    line = shortened(plain_line(text.decode("utf-8", "replace")), LONGEST_ANSWER)
    return f"{code} {line}" if code > 0 else line or "no SMTP"


def stuffed(mail: bytes) -> bytes:
    """Double dots that begin a line, so that none ends the mail (RFC 5321, section 4.5.2)."""
    doubled = re.sub(rb"^\.", b"..", mail, flags=re.MULTILINE)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _is_about_address(code: int, text: str, place: Place) -> bool:
    """Whether a 5xx is about the address: by its class 5.1 (RFC 3463), else by where it came."""
    enhanced = _ENHANCED.search(text)
    if enhanced is not None:
        return enhanced[1] == "1" or (place is Place.ADDRESS and enhanced[1] == "2")
    return place is Place.ADDRESS and code in _NO_SUCH_ADDRESS
