"""What may be said of an interest and an item: only what stands in the item's own text."""

from __future__ import annotations

from collections.abc import Iterable

from language.claims import TextWords
from language.plain import plain_line, shortened

LABEL = 60
"""Characters of an interest or a title inside a reason."""


def label(text: str) -> str:
    """Return an interest or a title as it stands inside a reason."""
    return shortened(plain_line(text), LABEL)


def matching(phrase: str, text: TextWords | None) -> str:
    """Say how an interest stands in a text: as it is written, or which words of it do.

    Args:
        phrase: the interest.
        text: of the item; None where nobody reads the reason, which is then not worked out.
    """
    if text is None:
        return f"matches {label(phrase)}"
    found = text.find(phrase)
    if found.whole:
        return f"matches {label(phrase)}"
    if not found:
        return near(phrase, (), text)
    verb = "is tagged" if found.tagged else "mentions"
    return f"{verb} {_listed(found.words)}, of “{label(phrase)}”"


def near(phrase: str, words: Iterable[str], text: TextWords | None) -> str:
    """Say that a text is close to an interest, and by which of these words, as it writes them."""
    said = f"close to {label(phrase)}"
    if text is None:
        return said
    stand = [(word, found) for word in words if (found := text.find(word)) and not found.tagged]
    named = [written for word, found in stand for written in found.words or (word,)]
    return f"{said}, by {_listed(named[:2])}" if named else said


def _listed(words: Iterable[str]) -> str:
    *first, last = (f"“{label(word)}”" for word in words)
    return f"{', '.join(first)} and {last}" if first else last
