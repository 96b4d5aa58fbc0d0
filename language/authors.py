"""Names of authors, told from the signs between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_AROUND = " \t:;,|/*\u00b7\u2022\u2020\u2021\u00a7\u00b6\uff0c\uff1a\uff1b\uff5c"
_BETWEEN = re.compile("[;\uff1b\u3001]")
"""Signs that stand between names and in none."""

_EMAIL = re.compile(
    r"(?:mailto:)?(?<![@\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?:\?subject=\S*)?", re.IGNORECASE
)
_EMPTY_BRACKETS = re.compile(r"[<(\[]\s*[>)\]]")
_FILLERS = """
and;and others;et al;n/a;nan;nil;no author;none;null;others;undefined;unknown;unknown author
"""
_NO_NAMES = frozenset(_FILLERS.strip().split(";"))
"""What programs write where they have no name, and what stands between names."""


def author_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names among what a source lists as authors, each once.

    Papers of teams come as "DeepSeek-AI, :, Xiao Bi"; a sign without any letter, figure or picture
    is no name, and signs that separate names or lead to a footnote belong to none. Of
    "jane@lab.science (Jane)", as RSS has it, the name is Jane.
    """
    single = (part for name in names for part in _BETWEEN.split(name))
    stripped = (_without_email(name).strip(_AROUND) for name in single)
    return tuple(dict.fromkeys(name for name in stripped if _is_name(name)))


def _without_email(name: str) -> str:
    rest = _EMAIL.sub("", name) if "@" in name else name
    if rest == name:
        return name
    rest = _EMPTY_BRACKETS.sub("", rest).strip(_AROUND)
    return rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest


def _is_name(text: str) -> bool:
    return any(map(_is_named, text)) and text.casefold().rstrip(".") not in _NO_NAMES


def _is_named(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LN" or category == "So"
