"""What members' own things need from the outside: their data, their questions, their feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from core.answers import WatchedQuestion
from core.feeds import AddedFeed, Feed, FeedPreview, FeedTrouble
from core.items import ItemKey

Record = Mapping[str, object]
"""One row that is held about a person, as plain data that JSON can carry."""


class PersonalData(Protocol):
    """Everything that is held about a person. Every method raises only ``StorageError``.

    A person is named by an owner such as ``discord:123`` or by the name of a profile.
    """

    def held(self, user: str) -> Mapping[str, Sequence[Record]]:
        """Return all rows about a person, by kind; kinds without rows are there and empty."""
        ...

    def erase(self, user: str, *, now: datetime) -> Mapping[str, int]:
        """Delete all rows about a person in one transaction; return how many of each kind.

        Afterwards the file still holds traces, until ``scrub`` has run.
        """
        ...

    def scrub(self) -> bool:
        """Overwrite what erased rows left in the file; return whether there was anything to do.

        Raises:
            StorageError: if another process keeps the old pages in use; it stays due then.
        """
        ...


class QuestionStore(Protocol):
    """Keeps watched questions. Every method is one transaction and raises only ``StorageError``."""

    def questions(self, *, owner: str = "") -> Sequence[WatchedQuestion]:
        """Return the questions of an owner, or all, oldest first."""
        ...

    def watch(self, question: WatchedQuestion) -> None:
        """Keep a question."""
        ...

    def unwatch(self, id_: str, *, owner: str) -> bool:
        """Forget a question of this owner; return whether there was one."""
        ...

    def seen(self, id_: str) -> frozenset[ItemKey]:
        """Return the items of which the owner was told already."""
        ...

    def mark_seen(self, id_: str, keys: Iterable[ItemKey]) -> None:
        """Remember items of which the owner was told; does nothing if the question is gone."""
        ...


class FeedStore(Protocol):
    """Keeps members' feeds. Every method is one transaction and raises only ``StorageError``."""

    def feeds(self) -> Sequence[Feed]:
        """Return every feed that anybody added, by name."""
        ...

    def added(self, *, owner: str = "", guild: str = "") -> Sequence[AddedFeed]:
        """Return what an owner added, what a guild has, or all; oldest first."""
        ...

    def add(self, added: AddedFeed) -> AddedFeed:
        """Record that somebody added a feed; the feed is made where it is new.

        Returns:
            What is stored: of a feed with the same address, its name and title.
        """
        ...

    def remove(self, name: str, *, owner: str, guild: str) -> bool:
        """Undo ``add``; a feed that nobody has any more is forgotten. Return whether it was there.

        With a guild, any owner's feed of that guild is removed: ``owner`` is not looked at.
        """
        ...

    def moved(self, name: str, url: str) -> None:
        """Change the address of a feed; where that is another feed's, all who had it have that."""
        ...

    def troubles(self) -> Sequence[FeedTrouble]:
        """Return what is known of feeds that fail, by name."""
        ...

    def save_trouble(self, trouble: FeedTrouble) -> None:
        """Create or replace what is known of a failing feed; does nothing if the feed is gone."""
        ...

    def end_trouble(self, name: str) -> None:
        """Forget that a feed failed."""
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
