"""What a mistyped word was probably meant for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(typed: str, choices: Iterable[str]) -> str:
    """Return the choice that a mistyped word stands for, whatever its case, or ""."""
    folded = {choice.casefold(): choice for choice in choices}
    word = typed.casefold()
    close = difflib.get_close_matches(word, folded, n=1)
    begun = [name for name in folded if len(word) > 1 and name.startswith(word)]
    found = close or begun[:1]
    return folded[found[0]] if found else ""
