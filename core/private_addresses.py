"""Addresses that hold a secret: a login, or a token in the query.

A private feed is read at such an address. Nobody but the server that it names may learn it, so what
the feed gives is cleaned of it: links that are relative are joined with ``public_address``, and
whatever repeats the secret loses it (``Secrets``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit, urlunsplit

REMOVED = "-"
"""What stands in place of a secret that a text repeats."""

_TELLING_NAMES = """
access apikey auth authorization bearer code credential credentials hash hmac jwt key pass passwd
password private pw pwd secret session sid sig signature token
"""
_TELLING = frozenset(_TELLING_NAMES.split())
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LEAST = 4
_LEAST_OF_RANDOM = 6


def public_address(url: str) -> str:
    """Return an address without login, query and fragment."""
    parts = _split(url)
    return (
        "" if parts is None else urlunsplit((parts.scheme, _host(parts.netloc), parts.path, "", ""))
    )


def named(text: str) -> str:
    """Return of what was to be an address, and may be none, so much as tells it from others.

    That is scheme, host and port, without what its owner alone may know.
    """
    scheme, mark, rest = text.partition("://") if "://" in text else ("", "", text)
    authority = re.split(r"[/\\]", rest, maxsplit=1)[0]
    login, _, host = authority.rpartition("@")
    # A password may hold signs that end a host, and a query an "@": what is what cannot be told.
    host = "" if re.search("[?#]", login) else re.split("[?#]", host, maxsplit=1)[0]
    return f"{scheme}{mark}{host}"[:100]


def without_login(url: str) -> str:
    """Return an address without the user and password that may stand in it."""
    parts = _split(url)
    if parts is None or "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=_host(parts.netloc)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What private addresses hold.

    Attributes:
        values: passwords, tokens and whatever else of login and query may be one, in each
            spelling in which it may be repeated.
        phrases: the same with what stands around them: ``name=value``, ``user:password@``.
    """

    values: frozenset[str]
    phrases: frozenset[str]

    @classmethod
    def of(cls, urls: Iterable[str]) -> Self:
        """Return the secrets of these addresses."""
        values: set[str] = set()
        phrases: set[str] = set()
        for parts in filter(None, map(_split, urls)):
            login, at, _ = parts.netloc.rpartition("@")
            user, colon, password = login.partition(":")
            if at:
                phrases.add(f"{login}@")
                values.update(_spellings(password))
                values.update(_spellings(user) if not colon or _is_random(user) else ())
            for name, value in parse_qsl(parts.query):
                if _is_telling(name) or _is_random(value):
                    values.update(_spellings(value))
                    phrases.update(f"{name}={spelling}" for spelling in _spellings(value))
            if parts.query and "=" not in parts.query:
                values.update(_spellings(parts.query))
        return cls(values=frozenset(values), phrases=frozenset(phrases))

    def __bool__(self) -> bool:
        return bool(self.values or self.phrases)

    def out_of_text(self, text: str) -> str:
        """Return a text without them; a word that is also a password stays a word."""
        if not any(secret in text for secret in (*self.phrases, *self.values)):
            return text
        return self._without_random(_ADDRESS.sub(lambda found: self.out_of_address(found[0]), text))

    def out_of_address(self, url: str) -> str:
        """Return an address without login, and without what repeats a secret."""
        url = without_login(url)
        parts = _split(url)
        if parts is None or not self or not any(value in url for value in self.values):
            return url
        kept = [
            pair
            for pair in parts.query.split("&")
            if not any(value in pair for value in self.values)
        ]
        return self._without_random(urlunsplit(parts._replace(query="&".join(kept))))

    def out_of_id(self, text: str) -> str:
        """Return an id without them; one that is an address stays one."""
        return self.out_of_address(text) if _split(text) else self.out_of_text(text)

    def _without_random(self, text: str) -> str:
        for phrase in self.phrases:
            text = text.replace(phrase, "")
        for value in sorted(filter(_is_random, self.values), key=len, reverse=True):
            text = text.replace(value, REMOVED)
        return text


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def _host(netloc: str) -> str:
    return netloc.rpartition("@")[2]


def _spellings(value: str) -> set[str]:
    plain = unquote(value)
    return {form for form in (value, plain, quote(plain, safe="")) if len(form) >= _LEAST}


def _is_telling(name: str) -> bool:
    return any(word.lower() in _TELLING for word in _WORD.findall(name))


def _is_random(value: str) -> bool:
    """Return whether it is no word that a text may hold by chance."""
    letters, digits = any(c.isalpha() for c in value), any(c.isdigit() for c in value)
    return len(value) >= _LEAST_OF_RANDOM and letters and digits
