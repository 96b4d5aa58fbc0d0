"""Scripts that are written without spaces between words, as character classes."""

from __future__ import annotations

import re
import unicodedata

MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0711\u0730-\u074a\u07a6-\u07b0\u0816-\u082d\u0900-\u0903\u093a-\u094f\u0951-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71"
    "\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7"
    "\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57"
    "\u0d81-\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    "\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u200c\u200d"
)
"""Letters that carry a word's vowels and accents, which are not "alphanumeric" to Python: without
them a Hindi, Arabic or Thai word would fall apart."""

UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Signs of Chinese, Japanese, Thai, Lao, Burmese and Khmer."""

HANGUL = "\uac00-\ud7a3"
"""Syllables of Korean, whose words have their particles written on to them."""

_UNSPACED = re.compile(f"[{UNSPACED}]")
# Half-width kana and full-width letters are written among them.
_TO_COMPOSE = re.compile(f"[{UNSPACED}\uff00-\uffef]")


def is_unspaced(text: str) -> bool:
    """Return whether a text holds signs of a script that is written without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def composed(text: str) -> str:
    """Return a text with such signs in the one form in which texts are compared, others as is.

    That is Unicode's NFKC, which makes full-width letters plain and half-width kana whole.
    """
    if text.isascii() or not _TO_COMPOSE.search(text):
        return text
    return unicodedata.normalize("NFKC", text)
