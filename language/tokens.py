"""Words of a text in any script, as the ranker and the search compare them."""

# ruff: noqa: RUF001  # signs that look alike in several scripts are what this module is about

from __future__ import annotations

import re
import unicodedata

from core.scripts import MARKS, UNSPACED

BREAK = "."
"""Stands for the end of a phrase; two words with a break between them are no word pair."""

_BREAKS = r"[.;:!?()\[\]|。；：！？、]+"
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:'[a-z]+|\+\+|#(?![A-Za-z]))?|[.;:!?()\[\]|]+")
# In scripts written without spaces each sign is a word of its own, and the word pairs that the
# ranker forms anyway then play the part of words.
_WORD = re.compile(
    rf"[{UNSPACED}][{MARKS}]*"
    rf"|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{MARKS}])*(?:['’][a-z]+|\+\+|#(?!\w))?"
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
