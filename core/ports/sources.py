"""Ports of the sources: fetchers, what they remember between runs, and who follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from core.feeds import FeedPreview
from core.sources import Batch, FetchReport, Validators


class Fetcher(Protocol):
    """Reads one source, and keeps nothing from one fetch to the next."""

    @property
    def source(self) -> str:
        """Stable name, part of the ``ItemKey`` of each of its items."""
        ...

    @property
    def windowed(self) -> bool:
        """Whether the first look gives more items than later ones; a list of today does not."""
        ...

    def fetch(self, since: datetime) -> Batch:
        """Return what appeared since then, and perhaps a little more; the store removes repeats.

        The source is asked while the items are iterated, which raises nothing: a failure ends
        them and stands in the batch. A malformed entry is logged and left out; a malformed answer
        is a failure.
        """
        ...


class ValidatorStore(Protocol):
    """Remembers the validators of answers between runs."""

    def recall(self, url: str) -> Validators | None:
        """Return the validators of the last answer from this address whose items were stored."""
        ...

    def keep(self, url: str, validators: Validators) -> None:
        """Remember them for the next run."""
        ...


class FeedProbe(Protocol):
    """Reads an address that a member named, with every guard up."""

    def preview(self, url: str) -> FeedPreview:
        """Read the feed at an address.

        Raises:
            FetchError: if it is no public web address, does not answer, or gives no feed; the
                message says to the member what is wrong.
        """
        ...


class Progress(Protocol):
    """Receives what a source has given so far."""

    def __call__(self, source: str, fetched: int, report: FetchReport | None) -> None:
        """Take the count so far, and the report once the source is done."""
        ...


class SideBySide(Protocol):
    """Applies a function to each fetcher and yields the results in the fetchers' order."""

    def __call__(
        self, function: Callable[[Fetcher], FetchReport], fetchers: Sequence[Fetcher], /
    ) -> Iterable[FetchReport]:
        """Run ``function`` for each fetcher, at once or one after the other."""
        ...
