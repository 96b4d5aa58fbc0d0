"""Where everything is built: settings in, a ready application out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.durations import parse_since
from app.settings import Loaded, options_of
from core.digests import Budget, RankedItem
from core.feeds import ANYBODY
from core.items import Item
from core.people import Profile, parse_interests
from core.ports.clock import Clock
from core.ports.ranking import Ranker
from core.ports.sources import Fetcher
from core.ports.storage import SearchIndex, Store
from core.search import Filter
from core.sources import FetchReport, SourceState, SourceStatus
from fetchers import source_named
from net.guard import Guard
from net.http import Http
from services.digests.experiments import Experiments, SimpleRanker
from services.digests.make import DigestRequest, Digests
from services.feeds.visibility import Visibility
from services.fetching import look_back
from services.lookup import Lookup
from services.people import DEFAULT_PROFILE, People
from services.privacy import Privacy

if TYPE_CHECKING:
    from app.semantic import Semantic
    from ranking.ranker import WordRanker
    from services.digests.editions import Editions
    from services.digests.replay import Replays
    from services.email.subscriptions import EmailSubscriptions
    from services.feeds.health import FeedHealth
    from services.feeds.members import Feeds
    from services.questions import Questions
    from storage.opening import Storage
    from web.links import SignedLinks

LONGEST_LOOK_BACK = timedelta(days=30)
"""After a long silence a source is read no further back than this."""

SIMILAR_POOL = 300
"""Items that text search proposes as similar, of which the ranker picks."""

SIMILAR_TEXT = 600
"""Characters of an item that serve as the query; more makes the search slower, not better."""


NEVER_ASKED = "not read yet"
"""Why a source that is due for the first time has nothing to show."""


def system_clock() -> datetime:
    """Return now."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Application:
    """The parts that the commands use; built by ``open_application``.

    Attributes:
        loaded: the settings.
        clock: tells the time.
        storage: the open archive.
        stays: whether this process makes many digests, so that its ranker learns once for all.
    """

    loaded: Loaded
    clock: Clock
    storage: Storage
    stays: bool = False

    @property
    def store(self) -> Store:
        """The archive."""
        return self.storage.store

    @property
    def index(self) -> SearchIndex:
        """Full text search over the archive."""
        return self.storage.index

    @property
    def lookup(self) -> Lookup:
        """Finds the item that a person names."""
        return Lookup(store=self.store)

    @property
    def people(self) -> People:
        """Profiles and feedback."""
        digest = self.loaded.settings.digest
        default = Profile(
            name=DEFAULT_PROFILE, interests=parse_interests(digest.interests), zone=digest.zone
        )
        return People(store=self.store, clock=self.clock, default=default)

    @cached_property
    def ranker(self) -> Ranker:
        """The one ranker, since it keeps what it has read of items; loaded when first used."""
        from app.teaching import TaughtRanker, Teaching
        from services.embeddings import EmbeddingRanker

        ranker: Ranker = self.words
        if self.semantic.wanted:
            ranker = EmbeddingRanker(self.words, self.semantic.meaning)
        if not self.stays:
            return ranker
        return TaughtRanker(
            ranker, Teaching(store=self.store, learn=self.words.learn, clock=self.clock)
        )

    @cached_property
    def words(self) -> WordRanker:
        """What ranks by words, with or without a model of their meaning beside it."""
        from ranking.ranker import WordRanker

        return WordRanker()

    @cached_property
    def semantic(self) -> Semantic:
        """The model that tells what texts mean, where the settings name one."""
        from app.semantic import Semantic

        return Semantic(
            self.loaded,
            vectors=self.storage.vectors,
            clock=self.clock,
            http=lambda: self._http(remembering=False),
        )

    def digests(self, clock: Clock | None = None) -> Digests:
        """Make and explain digests, as of now or as of what another clock tells."""
        from digests.compose import Composer

        trials = Experiments(log=self.storage.impressions, simple=SimpleRanker(self.ranker))
        return Digests(
            store=self.store,
            index=self.index,
            ranker=self.ranker,
            composer=Composer(),
            clock=clock or self.clock,
            surprise=self.loaded.settings.digest.surprise,
            visible=self.visibility.feeds,
            trials=trials,
        )

    def replays(self) -> Replays:
        """Make past weeks again."""
        from services.digests.replay import Replays

        return Replays(
            store=self.store,
            log=self.storage.impressions,
            digests=self.digests,
            clock=self.clock,
        )

    def health(self) -> tuple[SourceState, ...]:
        """Return the state of each enabled source in the settings' order, never asked or not."""
        states, now = self.store.source_states(), self.clock()
        return tuple(states.get(name) or _never_asked(name, now) for name in self.enabled())

    def questions(self) -> Questions:
        """Answer questions from the archive, and watch them."""
        from search.answer import ArchiveAnswerer
        from services.questions import Questions

        answerer = ArchiveAnswerer(index=self.index, store=self.store)
        return Questions(
            answerer=answerer,
            questions=self.storage.questions,
            clock=self.clock,
            visible=self.visibility.feeds,
        )

    @property
    def visibility(self) -> Visibility:
        """Who sees what members' feeds give."""
        return Visibility(
            store=self.storage.feeds, sources=lambda: self.loaded.settings.source_names
        )

    @property
    def feed_health(self) -> FeedHealth:
        """What becomes of members' feeds over time."""
        from services.feeds.health import FeedHealth

        return FeedHealth(
            store=self.storage.feeds, states=self.store.source_states, clock=self.clock
        )

    def feeds(self) -> Feeds:
        """Members' feeds; their addresses are read through the guard."""
        from fetchers.feeds import FeedReader
        from services.feeds.members import Feeds

        probe = FeedReader(http=self._http().guarded(Guard()), clock=self.clock)
        return Feeds(probe=probe, store=self.storage.feeds, clock=self.clock)

    def email_subscriptions(self) -> EmailSubscriptions:
        """Addresses that mail may go to."""
        from app.wiring.mail import email_subscriptions

        return email_subscriptions(self)

    def editions(self) -> Editions:
        """Editions for everybody."""
        from app.wiring.mail import editions

        return editions(self)

    @property
    def links(self) -> SignedLinks:
        """Makes and reads the links of the web page; with no page people can reach, it makes "".

        Each one reads its key from the archive: keep it where many links are made.
        """
        from web.links import SignedLinks

        web = self.loaded.settings.web
        return SignedLinks(
            key=self.storage.secrets.secret("links"),
            base_url=web.base_url if web.enabled else "",
            clock=self.clock,
        )

    @property
    def privacy(self) -> Privacy:
        """What is held about a person."""
        return Privacy(data=self.storage.personal, clock=self.clock)

    def request(
        self,
        reader: Profile,
        *,
        since: str | None = None,
        limit: int | None = None,
        recorded: bool = False,
        health: tuple[SourceState, ...] = (),
        sample: bool = False,
    ) -> DigestRequest:
        """Build the request for a digest; what is not said comes from the settings.

        Args:
            reader: for whom.
            since: how far back, as typed.
            limit: number of items.
            recorded: whether what it shows counts as delivered to this profile.
            health: how each source fared.
            sample: whether the archive holds the sample day only.

        Raises:
            UsageError: if ``since`` cannot be understood.
        """
        settings, now = self.loaded.settings.digest, self.clock()
        return DigestRequest(
            profile=reader,
            subscription=f"profile:{reader.name}" if recorded else "",
            since=parse_since(since, now) if since else now - settings.since,
            budget=Budget(items=limit or settings.limit, minutes=settings.minutes),
            health=health,
            sample=sample,
        )

    def enabled(self) -> tuple[str, ...]:
        """Return the names of the settings' sources that are read, in their order."""
        settings = self.loaded.settings
        return tuple(name for name in settings.source_names if settings.source(name).enabled)

    def readable(self) -> tuple[str, ...]:
        """Return the names of all sources, whether they are read or not, and members' feeds."""
        members = (feed.source for feed in self.storage.feeds.feeds())
        return (*self.loaded.settings.source_names, *members)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield each enabled source's name with each address that its settings hold."""
        for name in self.enabled():
            options = options_of(self.loaded.settings, name)
            for option in dataclasses.fields(options):
                if option.name.endswith("url"):
                    yield name, getattr(options, option.name)

    def every(self) -> dict[str, timedelta]:
        """Return the time between two looks at each source, members' feeds included."""
        settings = self.loaded.settings
        members = self.storage.feeds.feeds()
        return {
            **{feed.source: source_named(feed.source).every for feed in members},
            **{name: settings.source(name).every for name in settings.source_names},
        }

    def look_back(self) -> Callable[[str], datetime]:
        """Return how far back to read each source, from what is known of it."""
        return look_back(
            self.store.source_states(),
            self.clock(),
            first=self.loaded.settings.network.first,
            most=LONGEST_LOOK_BACK,
        )

    def similar(
        self, item: Item, *, limit: int, feeds: frozenset[str] | None = None
    ) -> Sequence[RankedItem]:
        """Return what in the archive is most like an item, found by its text, then ranked.

        Args:
            item: what they are to be like.
            limit: how many at the most.
            feeds: those that may be seen; None for those of the settings.
        """
        where = Filter(feeds=self.visibility.feeds(ANYBODY) if feeds is None else feeds)
        found = self.index.find(item.text[:SIMILAR_TEXT], where=where, limit=SIMILAR_POOL)
        return self.ranker.similar(item, found, limit=limit)

    def fetchers(self, names: Sequence[str] = ()) -> list[Fetcher]:
        """Build the fetchers of the named sources, or of all enabled ones and members' feeds."""
        members = {fetcher.source: fetcher for fetcher in self._members_feeds()}
        wanted = names or (*self.enabled(), *members)
        own = [name for name in wanted if name not in members]
        options = {name: options_of(self.loaded.settings, name) for name in own}
        return [*self._build(own, options), *(members[n] for n in wanted if n in members)]

    def sample_fetchers(self, addresses: Mapping[str, Mapping[str, str]]) -> list[Fetcher]:
        """Build the same fetchers, reading the sample day at these addresses without pacing."""
        options = {
            name: dataclasses.replace(options_of(self.loaded.settings, name), **addresses[name])
            for name in addresses
        }
        return self._build(tuple(addresses), options, paced=False)

    def _build(
        self, names: Sequence[str], options: Mapping[str, Any], *, paced: bool = True
    ) -> list[Fetcher]:
        settings = self.loaded.settings
        http = self._http(remembering=paced)
        paces = {name: settings.source(name).pace if paced else timedelta() for name in names}
        return [
            source_named(name).make(options[name], http.paced(paces[name]), self.clock)
            for name in names
        ]

    def _members_feeds(self) -> list[Fetcher]:
        """Build the fetchers of members' feeds, whose addresses are not to be trusted."""
        http = self._http().guarded(Guard())
        return [
            kind.make(kind.options(url=feed.url), http.paced(kind.pace), self.clock)
            for feed in self.feed_health.readable()
            for kind in (source_named(feed.source),)
        ]

    def _http(self, *, remembering: bool = True) -> Http:
        return Http(
            clock=self.clock,
            memory=self.storage.memory if remembering else None,
            contact=self.loaded.settings.network.contact,
        )


def _never_asked(source: str, now: datetime) -> SourceState:
    """Return the state of a source of which nothing is known."""
    report = FetchReport(source=source, status=SourceStatus.SKIPPED, note=NEVER_ASKED)
    return SourceState(report=report, last_attempt=now)


@contextmanager
def open_application(loaded: Loaded, clock: Clock = system_clock) -> Iterator[Application]:
    """Open the archive and close it at the end.

    Raises:
        StorageError: if it cannot be opened.
    """
    from storage import open_storage

    storage = open_storage(loaded.database)
    try:
        yield Application(loaded=loaded, clock=clock, storage=storage)
    finally:
        storage.close()
