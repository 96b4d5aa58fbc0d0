"""What the bot needs from the rest of Tidings; ``app.wiring.discord`` fills it in, tests do too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Protocol

from core.digests import RankedItem
from core.feeds import ANYBODY, Viewer
from core.items import Item
from core.people import Profile
from core.ports.clock import Clock
from core.ports.delivery import Outbox
from core.ports.sources import ValidatorStore
from core.ports.storage import SearchIndex, Store
from services.digests.make import DigestRequest, Digests
from services.email.subscriptions import EmailSubscriptions
from services.feeds.members import Feeds
from services.feeds.visibility import VisibleFeeds, VisibleIndex
from services.lookup import Lookup
from services.people import People
from services.privacy import Privacy
from services.questions import Questions
from services.runs import Runs
from services.subscriptions import Subscriptions


class MakeRequest(Protocol):
    """Builds the request for a digest that leaves no trace, from the settings."""

    def __call__(
        self,
        profile: Profile,
        *,
        since: timedelta | None = None,
        items: int | None = None,
        minutes: float | None = None,
        sources: tuple[str, ...] = (),
        guild: str = "",
    ) -> DigestRequest:
        """Return it.

        Args:
            profile: for whom.
            since: how far back; None is as the settings say.
            items: how many at the most; None is as the settings say.
            minutes: of reading at the most.
            sources: to take items from; empty means all.
            guild: the community in which it is looked at.
        """
        ...


class FindSimilar(Protocol):
    """Finds what in the archive is most like an item."""

    def __call__(
        self, item: Item, *, limit: int, feeds: frozenset[str] | None = None
    ) -> Sequence[RankedItem]:
        """Return at most ``limit`` items, best first, without the item itself.

        Args:
            item: what they are to be like.
            limit: how many at the most.
            feeds: as in ``core.search.Filter``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases and ports that commands and buttons call.

    All of them block, so that they are called through ``asyncio.to_thread``.

    Attributes:
        clock: tells the time.
        store: the archive.
        index: full text search over it.
        memory: remembers what Discord was told of the commands.
        outbox: what is on its way.
        digests: gives the maker of digests; a call, since the first one loads the ranker.
        people: profiles and feedback.
        lookup: finds the item that a person names.
        subscriptions: standing orders.
        runs: makes what is due, or one digest now.
        questions: answers from the archive, and watched questions.
        privacy: what is held about a person.
        feeds: feeds that members add.
        email_subscriptions: addresses that mail may go to.
        request: builds the request for a digest.
        similar: finds similar items.
        topics: phrases to propose as interests, most useful first; at most ten are ticked from.
        sources: names of the sources that are read, in the order of the settings.
        visible: tells which feeds somebody sees.
        viewer: for whom all this is, and where; who sees no member's feed until ``seen_by``.
    """

    clock: Clock
    store: Store
    index: SearchIndex
    memory: ValidatorStore
    outbox: Outbox
    digests: Callable[[], Digests]
    people: People
    lookup: Lookup
    subscriptions: Subscriptions
    runs: Runs
    questions: Questions
    privacy: Privacy
    feeds: Feeds
    email_subscriptions: EmailSubscriptions
    request: MakeRequest
    similar: FindSimilar
    topics: tuple[str, ...]
    sources: tuple[str, ...]
    visible: VisibleFeeds
    viewer: Viewer = ANYBODY

    def seen_by(self, viewer: Viewer) -> Services:
        """Return the services as they are for somebody: with the feeds that they see, no others.

        Every command and button gets them so, so that none can forget it.

        Raises:
            StorageError: if the archive cannot be read.
        """
        feeds = self.visible(viewer)
        return replace(
            self,
            viewer=viewer,
            index=VisibleIndex(self.index, feeds),
            lookup=Lookup(store=self.store, feeds=feeds),
            request=partial(self.request, guild=viewer.guild),
            similar=partial(self.similar, feeds=feeds),
        )

    @property
    def feeds_seen(self) -> frozenset[str] | None:
        """The feeds that the viewer sees, as in ``core.search.Filter``."""
        return self.visible(self.viewer)
