"""What a source declares about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

from core.errors import FetchError
from core.ports.clock import Clock
from core.ports.sources import Fetcher
from net.http import Http

O = TypeVar("O")  # noqa: E741  options


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[O]):
    """A kind of source: its options and how to build its fetcher.

    Attributes:
        options: frozen dataclass; each field is one setting, made by ``option``.
        make: builds the fetcher from options, the way out and a clock.
        every: time between two looks, unless the settings say otherwise.
        pace: time between two requests, unless the settings say otherwise.
    """

    options: type[O]
    make: Callable[[O, Http, Clock], Fetcher]
    every: timedelta
    pace: timedelta


def option(default: Any, help: str, *, secret: bool = False, env: tuple[str, ...] = ()) -> Any:  # noqa: A002, ANN401  as dataclasses.field is typed
    """Declare one setting of a source.

    Args:
        default: a str, int, float, bool or tuple of str.
        help: one line for the settings file.
        secret: never shown, and hidden in the dataclass's own text.
        env: variables of the source's own tools that set it too.
    """
    metadata = {"help": help, "secret": secret, "env": env}
    return field(default=default, repr=not secret, metadata=metadata)


class MalformedError(FetchError):
    """An answer that arrived whole and is not in the source's format."""
