"""Where sentences end, well enough for the first lines of a summary."""

# ruff: noqa: RUF001  # signs that look alike in several scripts are what this module is about

from __future__ import annotations

import re

from language.plain import plain_line, shortened

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)|[。！？]")
_NEXT = re.compile(r"[\s(\[\"'“‘]*(\w[^\s.]*)")
_LIST_NUMBER = re.compile(r"\s*\(?\d{1,3}")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_SHORT = """
al approx art assoc av ca cf ch co col corp dept dr ed eds e.g eq eqs est et etc ex fig figs gen i.e
inc jr lt ltd max min mr mrs ms mt no nos p pp ph.d prof ref refs resp sec sect sen sr st suppl tab
univ v viz vol vols vs w.r.t
"""
_ABBREVIATIONS = frozenset(_SHORT.split())


def sentences(text: str) -> list[str]:
    """Split plain text into sentences, on one line each.

    A full stop after an abbreviation ("e.g.", "et al.", "Fig. 3"), after a single initial
    ("J. Smith"), inside a number, after the number of a list or before a small letter ends
    nothing; Chinese and Japanese stops need no space after them.
    """
    line = plain_line(text)
    found, start = [], 0
    for end in _END.finditer(line):
        if end.group()[0] in "。！？" or _ends(line, start, end):
            found.append(line[start : end.end()].strip())
            start = end.end()
    rest = line[start:].strip()
    return [*found, rest] if rest else found


def first_sentences(text: str, limit: int) -> str:
    """Return as many whole leading sentences as fit in ``limit`` characters, at least one.

    A first sentence that is too long is cut at a word's end with "…".
    """
    taken = ""
    for sentence in sentences(text):
        longer = f"{taken} {sentence}" if taken else sentence
        if len(longer) > limit:
            break
        taken = longer
    return taken or shortened(plain_line(text), limit)


def _ends(line: str, start: int, end: re.Match[str]) -> bool:
    following = _NEXT.match(line, end.end())
    if following and following[1][0].islower() and following[1].islower():
        return False  # "iPhone" may begin a sentence, "and" does not
    if end.group() != ".":
        return True
    before = line[start : end.start()].rsplit(None, 1)
    last = before[-1].lstrip("([\"'“‘") if before else ""
    if _LIST_NUMBER.fullmatch(line, start, end.start()) or _DOTTED.fullmatch(last):
        return False
    # In capitals it is an acronym ("MT"), which may well end a sentence.
    capitals = len(last) > 1 and last.isupper()
    initial = len(last) == 1 and last.isalpha() and last.isupper()
    return not initial and (capitals or last.casefold() not in _ABBREVIATIONS)
