"""What the bot needs from the rest of Tidings; ``app.wiring.discord`` fills it in, tests do too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.feeds import ANYBODY, Viewer
from core.ports.clock import Clock
from core.ports.storage import ImpressionLog, KeyValueStore, SearchIndex
from core.sources import SourceState
from services.deliveries import Deliveries
from services.digests.make import Digests
from services.digests.requests import DigestRequests
from services.email.subscriptions import EmailSubscriptions
from services.feeds.members import Feeds
from services.feeds.visibility import VisibleFeeds, VisibleIndex
from services.lookup import Lookup
from services.people import People
from services.privacy import Privacy
from services.questions import Questions
from services.radar import Radar
from services.runs import Runs
from services.similar import SimilarItems
from services.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases that commands and buttons call.

    All of them block, so that they are called through ``asyncio.to_thread``.

    Attributes:
        clock: gives the time.
        index: full text search over the archive.
        impressions: what was shown, and what came of it.
        key_values: remembers which commands were sent to Discord.
        deliveries: what was sent, and what is in doubt.
        states: gives the state of each source.
        digests: gives the maker of digests; a call, since the first one loads the ranker.
        people: profiles and feedback.
        lookup: finds items by name, key and popularity.
        radar: deadlines ahead, and who is to be reminded of them.
        subscriptions: who gets a digest where and when.
        runs: makes what is due, or one digest now.
        questions: answers from the archive, and watched questions.
        privacy: what is held about a person.
        feeds: feeds that members add.
        email_subscriptions: addresses that mail may go to.
        requests: builds requests for digests.
        similar: finds similar items.
        topics: phrases to propose as interests, most useful first; at most ten are ticked from.
        sources: names of the sources that are read, in the order of the settings.
        visible: gives the feeds that somebody sees.
        viewer: for whom all this is, and where; who sees no member's feed until ``seen_by``.
    """

    clock: Clock
    index: SearchIndex
    impressions: ImpressionLog
    key_values: KeyValueStore
    deliveries: Deliveries
    states: Callable[[], Mapping[str, SourceState]]
    digests: Callable[[], Digests]
    people: People
    lookup: Lookup
    radar: Radar
    subscriptions: Subscriptions
    runs: Runs
    questions: Questions
    privacy: Privacy
    feeds: Feeds
    email_subscriptions: EmailSubscriptions
    requests: DigestRequests
    similar: SimilarItems
    topics: tuple[str, ...]
    sources: tuple[str, ...]
    visible: VisibleFeeds
    viewer: Viewer = ANYBODY

    def seen_by(self, viewer: Viewer) -> Services:
        """Return the services as they are for somebody: with the feeds that they see, no others.

        Every command and button gets them so, so that none can forget it.
        """
        feeds = self.visible(viewer)
        return replace(
            self,
            viewer=viewer,
            index=VisibleIndex(self.index, feeds),
            lookup=self.lookup.visible(feeds),
            requests=replace(self.requests, guild=viewer.guild),
            similar=replace(self.similar, feeds=feeds),
        )
