"""Names of authors, told from the signs between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_AROUND = " \t:;,|/*\u00b7\u2022"


def author_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names among what a source lists as authors, each once.

    Papers of teams come as "DeepSeek-AI, :, Xiao Bi"; a sign without any letter, figure or picture
    is no name, and signs that separate names belong to none.
    """
    stripped = (name.strip(_AROUND) for name in names)
    return tuple(dict.fromkeys(name for name in stripped if any(map(_is_named, name))))


def _is_named(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LN" or category == "So"
