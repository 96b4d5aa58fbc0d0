"""Texts without spaces between words, made fit for an index that looks for spaces."""

from __future__ import annotations

import re
from itertools import pairwise

from core.scripts import MARKS, UNSPACED, composed, is_unspaced

GAP = "\N{ZERO WIDTH SPACE}"
"""Stands between signs: it separates words for the index, and no text that is stored holds it."""

_SIGN = rf"[{UNSPACED}][{MARKS}]*"
_BEFORE_GAP = re.compile(rf"{_SIGN}(?=\w)|[^\W_{UNSPACED}][{MARKS}]*(?=[{UNSPACED}])")
_RUNS = re.compile(rf"(?:{_SIGN})+")
_SIGNS = re.compile(_SIGN)
_HIRAGANA = re.compile("[\u3040-\u309f]{2}")


def spaced(text: str) -> str:
    """Return a text with ``GAP`` around each sign of a script that has no spaces.

    Every such sign is then a word, and a word of several signs is found as a phrase.
    """
    text = composed(text)
    return _BEFORE_GAP.sub(rf"\g<0>{GAP}", text) if is_unspaced(text) else text


def unspaced_runs(text: str) -> tuple[str, list[list[str]]]:
    """Return the text without such signs, and the signs of each run of them."""
    if not is_unspaced(text := composed(text)):
        return text, []
    return _RUNS.sub(" ", text), [_SIGNS.findall(run) for run in _RUNS.findall(text)]


def sign_pairs(signs: list[str]) -> list[tuple[str, ...]]:
    """Return what stands for the words of a run: its pairs of signs.

    Pairs of hiragana are endings and particles most often; they count where there are no others.
    """
    pairs: list[tuple[str, ...]] = list(pairwise(signs)) or [tuple(signs)]
    return [pair for pair in pairs if not _HIRAGANA.fullmatch("".join(pair))] or pairs
