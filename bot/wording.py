"""Errors in words for members: without what only whoever runs the bot can use."""

from __future__ import annotations

import re

_HOST = (
    r"localhost|(?:127|10)(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2}"
    r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|0\.0\.0\.0|\[?::1\]?|\[f[cde][0-9a-f]*:[0-9a-f:]*\]"
)
_INTERNAL = re.compile(rf"(?:\w+://)?(?:\w+@)?(?<![\w.])(?:{_HOST})(?![\w.]*\w)(?::\d+)?(?:/\S*)?")
# Python writes texts between single quotes, or double ones around a single one.
_REPR = re.compile(r"(?<!\w)b?(?:'([^'\n]*)'|\"([^\"\n]*'[^\"\n]*)\")(?!\w)")
_OPERATORS = re.compile(
    r"\b(?:\./run|tidings) [a-z]|\bTIDINGS_\w|\bconfig\.toml\b|\.(?:py|db)\b|sqlite:"
    r"|\b(?:storage|sources|discord|email|web|http|ranking)\.[a-z_]+\b"
    r"|\b\w+(?:Error|Exception|Pool)\(|<[\w.]+ object|<class |0x[0-9a-f]{6}|ssl:\w+|Errno"
)
_CLAUSE = re.compile(r"(?<=[;.!?])\s+|\s(?=\()|(?<=\))\s")


def for_members(line: str, otherwise: str = "it did not work") -> str:
    """Return an error as a member may read it.

    Commands and settings of the operator go, and so do values as Python writes them and addresses
    within the network that the bot runs in.

    Args:
        line: what an error says.
        otherwise: what is said if nothing is left of it.
    """
    kept = " ".join(one for one in _CLAUSE.split(line) if not _OPERATORS.search(one))
    kept = _INTERNAL.sub("an internal address", kept.rstrip(" ;,:("))
    return _REPR.sub(lambda found: f"“{found[1] or found[2] or ''}”", kept) or otherwise
