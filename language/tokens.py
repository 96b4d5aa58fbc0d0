"""Words of a text in any script, as the ranker and the search compare them."""

# ruff: noqa: RUF001  # signs that look alike in several scripts are what this module is about

from __future__ import annotations

import re
import unicodedata

BREAK = "."
"""Stands for the end of a phrase; two words with a break between them are no word pair."""

# Letters that carry a word's vowels and accents are not "alphanumeric" to Python: without them a
# Hindi, Arabic or Thai word would fall apart.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0711\u0730-\u074a\u07a6-\u07b0\u0816-\u082d\u0900-\u0903\u093a-\u094f\u0951-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71"
    "\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7"
    "\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57"
    "\u0d81-\u0d83\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    "\u0ec8-\u0ece\u0f71-\u0f84\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u200c\u200d"
)
# Scripts written without spaces: each sign is a word of its own, and the word pairs that the
# ranker forms anyway then play the part of words.
_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_BREAKS = r"[.;:!?()\[\]|。；：！？、]+"
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:'[a-z]+|\+\+|#(?![A-Za-z]))?|[.;:!?()\[\]|]+")
_WORD = re.compile(
    rf"[{_UNSPACED}][{_MARKS}]*"
    rf"|[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]|[{_MARKS}])*(?:['’][a-z]+|\+\+|#(?!\w))?"
    rf"|{_BREAKS}"
)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_BREAK_SIGNS = frozenset(".;:!?()[]|。；：！？、")


def words(text: str) -> list[str]:
    """Split ``text`` into words as written, with ``BREAK`` where a phrase ends.

    Compatibility forms (ligatures, full-width letters) become plain letters first, and the names
    of LaTeX commands are left out. ``C++`` and ``C#`` are words; a hyphen splits, so that
    "pre-training" gives the pair "pre training". Scripts without spaces give one word per sign.
    """
    return [BREAK if is_break(word) else word for word in pieces(text)]


def pieces(text: str) -> list[str]:
    """Split like ``words``, but leave the signs that end a phrase as they stand."""
    if "\\" in text:
        text = _COMMAND.sub(" ", text)
    if text.isascii():
        found: list[str] = _ASCII_WORD.findall(text)
        return found
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def is_break(piece: str) -> bool:
    """Return whether this piece of a text ends a phrase."""
    return piece[0] in _BREAK_SIGNS


def fold(word: str) -> str:
    """Return the form of a word in which spellings are compared.

    Case is ignored, a possessive ``'s`` and the plural of an acronym ("GNNs") are dropped, and
    Latin letters lose their accents; in other scripts marks tell words apart and stay.
    """
    if word[-1:] == "s" and len(word) > 2 and word[:-1].isupper():
        word = word[:-1]
    folded = word.casefold().removesuffix("'s").removesuffix("’s")
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    if apart[:1].isascii():
        apart = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", apart)
