"""What reading sources needs from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from core.feeds import FeedPreview
from core.items import Item
from core.sources import FetchReport, Validators


class Fetcher(Protocol):
    """Reads one source."""

    @property
    def source(self) -> str:
        """Stable name, part of every ``ItemKey`` that it yields."""
        ...

    @property
    def windowed(self) -> bool:
        """Whether it gives more items the further back it is read, as a list of today does not."""
        ...

    @property
    def note(self) -> str | None:
        """What was unusual about the last ``fetch`` though it worked (a fallback), or None."""
        ...

    def fetch(self, since: datetime) -> Iterable[Item]:
        """Yield what appeared since then, and perhaps a little more; the store removes repeats.

        A malformed entry is logged and left out; a malformed answer is an error.

        Raises:
            FetchError: and nothing else, also while being iterated.
        """
        ...

    def confirm(self) -> None:
        """Learn that all that the last ``fetch`` yielded is stored.

        Only now may the answers' validators be kept: kept earlier, a failure to store would turn
        into "not modified" the next time, and the items would be lost.
        """
        ...


class ValidatorStore(Protocol):
    """Remembers the validators of answers between runs."""

    def recall(self, url: str) -> Validators | None:
        """Return the validators of the last answer from this address that was stored whole."""
        ...

    def keep(self, url: str, validators: Validators) -> None:
        """Remember them for the next run."""
        ...


class FeedProbe(Protocol):
    """Reads an address that a member named, with every guard up."""

    def look(self, url: str) -> FeedPreview:
        """Read the feed at an address.

        Raises:
            FetchError: if it is no public web address, does not answer, or gives no feed; the
                line tells the member what is wrong.
        """
        ...


class Progress(Protocol):
    """Is told what a source has given so far."""

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
