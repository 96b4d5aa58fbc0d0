"""Names of authors, told from the signs between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_AROUND = " \t:;,|/*\u00b7\u2022"
_EMAIL = re.compile(
    r"(?:mailto:)?(?<![@\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?:\?subject=\S*)?", re.IGNORECASE
)
_EMPTY_BRACKETS = re.compile(r"[<(\[]\s*[>)\]]")
_NO_NAMES = frozenset(["and", "et al", "n/a", "none", "null", "undefined"])
"""What programs write where they have no name, and what stands between names."""


def author_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names among what a source lists as authors, each once.

    Papers of teams come as "DeepSeek-AI, :, Xiao Bi"; a sign without any letter, figure or picture
    is no name, and signs that separate names belong to none. Of "jane@lab.science (Jane)", as RSS
    has it, the name is Jane.
    """
    stripped = (_without_email(name).strip(_AROUND) for name in names)
    return tuple(dict.fromkeys(name for name in stripped if _is_name(name)))


def _without_email(name: str) -> str:
    rest = _EMAIL.sub("", name) if "@" in name else name
    if rest == name:
        return name
    rest = _EMPTY_BRACKETS.sub("", rest).strip()
    return rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest


def _is_name(text: str) -> bool:
    return any(map(_is_named, text)) and text.casefold().rstrip(".") not in _NO_NAMES


def _is_named(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LN" or category == "So"
