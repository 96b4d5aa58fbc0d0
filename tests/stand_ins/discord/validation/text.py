"""Small checks that the rules share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from tests.stand_ins.discord.components import Path
from tests.stand_ins.discord.errors import Problem

JsonObject = dict[str, Any]

__all__ = ["JsonObject", "Path", "Problem", "length", "over", "unknown_fields", "wrong_url"]


def length(
    body: Mapping[str, Any], key: str, most: int, *, path: Path, least: int = 0
) -> Iterator[Problem]:
    """Check the length of a text field; a missing one or null is not looked at."""
    value = body.get(key)
    if isinstance(value, str) and not least <= len(value) <= most:
        yield Problem(
            path=(*path, key),
            code="BASE_TYPE_BAD_LENGTH",
            message=f"Must be between {least} and {most} in length.",
        )


def over(body: Mapping[str, Any], key: str, most: int, *, path: Path) -> Iterator[Problem]:
    """Check that a list field is not too long."""
    value = body.get(key)
    if isinstance(value, list) and len(value) > most:
        yield Problem(
            path=(*path, key),
            code="BASE_TYPE_MAX_LENGTH",
            message=f"Must be {most} or fewer in length.",
        )


def unknown_fields(
    body: Mapping[str, Any], known: Iterable[str], *, path: Path
) -> Iterator[Problem]:
    """Report fields that Discord does not have: it ignores them, a bot never means them."""
    for key in body.keys() - set(known):
        yield Problem(path=(*path, key), code="UNKNOWN_FIELD", message="No such field.")


def wrong_url(
    body: Mapping[str, Any], key: str, *, path: Path, schemes: frozenset[str]
) -> Iterator[Problem]:
    """Check that a field, where given, is a URL of one of these schemes."""
    value = body.get(key)
    if value is None:
        return
    parts = urlsplit(str(value))
    if parts.scheme not in schemes or not (parts.netloc or parts.path):
        yield Problem(
            path=(*path, key),
            code="URL_TYPE_INVALID_SCHEME",
            message=f"Scheme must be one of {', '.join(sorted(schemes))}.",
        )
