"""Foreign text made safe to print: one line, no invisible signs that reorder or hide text."""

# ruff: noqa: RUF001  # signs that look alike in several scripts are what this module is about

from __future__ import annotations

import re

# Unicode categories Cc and Cf that change how other characters are shown, and the signs that are
# empty to the eye: C0 and C1 controls, soft hyphen, bidirectional controls (UAX 9), zero-width
# space, word joiner and its kin, variation selectors of the tag block, and the replacement block
# of private use that terminals print as anything. Zero-width joiners stay: words in Persian and
# Hindi and many emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACE = re.compile(r"\s+")
_CUT_OFF = re.compile(r"[\s,;:–—-]+\S{1,30}?(?:\.\.\.|…)$")
_CUT_FROM = 60
"""Characters from which a text that ends in dots was cut off by where it was read, as teasers are;
the dots of a shorter one are its author's."""


def visible(text: str) -> str:
    """Return ``text`` without control, bidirectional or invisible characters; lines stay."""
    return _HIDDEN.sub("", text)


def plain_line(text: str) -> str:
    """Return ``text`` as one line without control, bidirectional or invisible characters.

    Any run of white space, line ends included, becomes one space; lone surrogates, which no
    encoder accepts, go as well. Nothing else changes, so that names in any script stay whole.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACE.sub(" ", _HIDDEN.sub("", text)).strip()


def shortened(text: str, limit: int) -> str:
    """Return ``text`` cut at a word's end to at most ``limit`` characters, "…" included.

    A single word longer than the limit is cut inside. ``limit`` must be at least 1.
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ") if not text[limit - 1].isspace() else len(head)
    if space > limit // 2:
        head = head[:space]
    return head.rstrip(" ,;:.-–—") + "…"


def whole_words(text: str) -> str:
    """Return a line without the half of a word before dots at its end: "… and autonomously…"."""
    return _CUT_OFF.sub("…", text) if len(text) >= _CUT_FROM else text


def counted(number: int, noun: str) -> str:
    """Write a number of things: "1 item", "1,234 items"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
