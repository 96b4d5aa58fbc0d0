"""What a source declares about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from core.errors import FetchError
from core.items import Item
from core.ports.clock import Clock
from core.ports.sources import Fetcher
from core.sources import Batch
from net.client import HeldError, HttpClient, SourceSession
from net.response import StatusError

O = TypeVar("O")  # noqa: E741  options


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[O]):
    """A kind of source, as its module declares it in ``DECLARATION``.

    Attributes:
        name: its name in settings, keys and commands.
        options: frozen dataclass; each field is one setting, made by ``option``.
        make: builds the fetcher from options, the HTTP client and a clock.
        every: time between two fetches, unless the settings say otherwise.
        pace: time between two requests, unless the settings say otherwise.
        gives: what it is read for, in words of the table in ``docs/sources.md``, as those below.
        second_way: what is read where its first address cannot be.
        access: whether it asks for a token or key.
    """

    name: str
    options: type[O]
    make: Callable[[O, HttpClient, Clock], Fetcher]
    every: timedelta
    pace: timedelta
    gives: str
    second_way: str
    access: str = "none"


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


class HttpFetcher(ABC, Generic[O]):
    """A fetcher that reads its source in one HTTP session for each fetch.

    Attributes:
        source: stable name, part of the ``ItemKey`` of each of its items.
        windowed: whether it gives more items when it is first read than later.
        session_seconds: how long a whole look may take, if not as long as any other's.
    """

    source: str
    windowed: bool
    session_seconds: float | None = None

    def __init__(self, options: O, http: HttpClient, clock: Clock) -> None:
        """Take the settings and the collaborators."""
        self.options = options
        self.clock = clock
        self._http = http

    def fetch(self, since: datetime) -> Batch:
        """Return what appeared since then; see ``core.ports.sources.Fetcher``."""
        batch = Batch()
        batch.items = self._items(since, batch)
        return batch

    @abstractmethod
    def read(self, session: SourceSession, since: datetime, batch: Batch) -> Iterator[Item]:
        """Yield what appeared since then.

        Args:
            session: asks the source.
            since: aware UTC.
            batch: takes what there is to say beside the items, such as a note.

        Raises:
            FetchError: after what could be read, if anything could not.
        """

    def _items(self, since: datetime, batch: Batch) -> Iterator[Item]:
        http = self._http
        if self.session_seconds is not None:
            http = replace(http, session_seconds=self.session_seconds)
        try:
            with http.session(self.source) as session:
                yield from self.read(session, since, batch)
                batch.validators = session.validators
        except FetchError as failure:
            batch.failure = failure


class MalformedError(FetchError):
    """An answer that arrived whole and is not in the source's format."""


def joined(failures: Sequence[FetchError]) -> FetchError:
    """Make one failure of several: the first with the number of the others, the latest pause."""
    if len(failures) == 1:
        return failures[0]
    pauses = [failure.retry_at for failure in failures if failure.retry_at is not None]
    line = f"{failures[0]}; {len(failures) - 1} more failed"
    unreached = all(failure.unreached for failure in failures)
    source = failures[0].source
    return FetchError(source, line, retry_at=max(pauses, default=None), unreached=unreached)


def ends_fetch(failure: FetchError) -> bool:
    """Tell whether its host is not to be asked again in this fetch.

    It cannot be reached, or wants a pause.
    """
    limited = isinstance(failure, StatusError) and failure.response.status == 429
    return limited or isinstance(failure, HeldError) or failure.unreached
