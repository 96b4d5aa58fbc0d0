"""The settings as text: the commented file that ``config init`` writes, and ``config show``."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from app.blocks import Settings, has_blocks, keys
from app.durations import format_duration
from app.settings import Loaded, variable_for
from core.errors import StorageError, UsageError

_HEAD = """\
# Tidings settings: every key with its default. Keep secrets out of this file: put them into an
# environment variable (KAGGLE_API_TOKEN) or into a file that a variable names
# (TIDINGS_SOURCES__KAGGLE__TOKEN_FILE). Written by "tidings config init".
"""

_FEED = """\
# A feed (RSS, Atom or JSON Feed): one block per feed, with a name of your choice (lower-case
# letters, digits, "-"). It may also have the keys "enabled", "every" and "pace".
# [sources.feeds.NAME]
# url = "https://example.org/feed.xml"
"""

MASK = "********"

_LEAST_SECRET = 8
_SUFFIX = re.compile(r"\.[a-z]{2,5}$")
_WORD_BREAKS = re.compile(r"[-_.~+,]")
_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]{1,19}")


def default_file() -> str:
    """Return the whole settings file with every default, commented."""
    return "\n".join([_HEAD, *_tables(Settings, "")])


def write_new(path: Path) -> None:
    """Write the default file where there is none yet.

    Raises:
        UsageError: if the file exists; it is never overwritten.
        StorageError: if it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(default_file())
    except FileExistsError:
        raise UsageError(f"{path} already exists and was not changed; name another file") from None
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def shown(loaded: Loaded) -> Iterator[tuple[str, str, str]]:
    """Yield key, value as in the file (secrets masked) and where it comes from."""
    for path, _ in keys():
        value: Any = loaded.settings
        for part in path.split("."):
            value = getattr(value, part)
        yield path, _masked(value, loaded, path), loaded.origins.get(path, "default")
    for name, feed in loaded.settings.feeds.items():
        for key in type(feed).model_fields:
            path = f"sources.feeds.{name}.{key}"
            value = getattr(feed, key)
            yield path, _masked(value, loaded, path), loaded.origins.get(path, "default")


def _tables(block: type[BaseModel], above: str) -> Iterator[str]:
    fields = block.model_fields
    plain = {n: f for n, f in fields.items() if not (_is_table(f) or has_blocks(f))}
    if plain:
        yield f"# {(block.__doc__ or '').strip().splitlines()[0]}\n[{above}]"
        yield from (_entry(f"{above}.{name}", name, field) for name, field in plain.items())
        yield ""
    for name, field in fields.items():
        if _is_table(field):
            kind: Any = field.annotation
            yield from _tables(kind, f"{above}.{name}" if above else name)
        elif has_blocks(field):
            yield _FEED


def _is_table(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _entry(path: str, name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True, validated_data={})
    comment = textwrap.fill(
        field.description or "", 98, initial_indent="# ", subsequent_indent="# "
    )
    if isinstance(default, SecretStr):
        return f"{comment}\n# {name}: secret, set {variable_for(path)}"
    if default is None:
        return f"{comment}\n# {name} ="
    return f"{comment}\n{name} = {_written(default)}"


def _without_secrets(url: str) -> str:
    """Mask what an address may hold for its owner alone.

    That is name and password, the values of a query, and parts of a web address's path that are no
    words, such as ``/feeds/9fK2pQ71xb/rss``; behind the number sign, either.
    """
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    if parts.scheme in {"http", "https"}:
        path = "/".join(MASK if _may_be_secret(part) else part for part in parts.path.split("/"))
        parts = parts._replace(path=path)
    mark = parts.fragment
    if "=" in mark or _may_be_secret(mark):
        mark = _values_masked(mark)
    host = f"{MASK}@{host}" if at else host
    query = _values_masked(parts.query)
    return urlunsplit(parts._replace(netloc=host, query=query, fragment=mark))


def _values_masked(query: str) -> str:
    fields = (field.partition("=") for field in query.split("&") if field)
    return "&".join(f"{name}={MASK}" if equals else MASK for name, equals, _ in fields)


def _may_be_secret(part: str) -> bool:
    """Return whether a part of a path is longer than a name and more than plain words."""
    part = _SUFFIX.sub("", part)
    if len(part) < _LEAST_SECRET:
        return False
    mixed = any(map(str.isalpha, part)) and any(map(str.isdigit, part))
    words = _WORD_BREAKS.split(part)
    return mixed or any(len(w) >= _LEAST_SECRET and not _PLAIN_WORD.fullmatch(w) for w in words)


def _masked(value: object, loaded: Loaded, path: str) -> str:
    """Return a value that somebody has set as in the file, without its secrets."""
    if path in loaded.origins and isinstance(value, str) and "://" in value:
        value = _without_secrets(value)
    return _written(value)


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return f'"{MASK}"' if value.get_secret_value() else '""'
    if isinstance(value, timedelta):
        value = format_duration(value)
    if isinstance(value, tuple):
        value = list(value)
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
