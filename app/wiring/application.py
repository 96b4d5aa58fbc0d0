"""Where everything is built: settings in, a ready application out."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from app.settings import Loaded, options_of
from core.digests import Budget
from core.feeds import ANYBODY
from core.feeds import PREFIX as FEED
from core.people import Profile, parse_interests
from core.ports.clock import Clock
from core.ports.delivery import Deliverer
from core.ports.mail import SnapshotStore
from core.ports.ranking import Ranker
from core.ports.sources import Fetcher
from core.ports.storage import SearchIndex, Store
from fetchers import source_named
from fetchers.feeds import FeedReader
from net.client import HttpClient
from net.guard import Guard
from services.digests.editions import Editions
from services.digests.experiments import Experiments
from services.digests.make import Digests
from services.digests.replay import Replays
from services.digests.requests import DigestRequests
from services.email.confirmation import Confirmations
from services.email.stores import MailStores
from services.email.subscriptions import EmailSubscriptions
from services.feeds.health import FeedHealth
from services.feeds.members import Feeds
from services.feeds.visibility import Visibility
from services.looks import Looks
from services.lookup import Lookup
from services.notes import Notes
from services.people import DEFAULT_PROFILE, People
from services.privacy import Privacy
from services.questions import Questions
from services.radar import Radar
from services.runs import Runs
from services.similar import SimilarItems
from services.sources import Sources
from services.subscriptions import Subscriptions

if TYPE_CHECKING:
    from app.embedding_model import EmbeddingModel
    from storage.opening import Storage
    from web.links import SignedLinks


def system_clock() -> datetime:
    """Return now."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Application:
    """The parts that the commands use; built by ``open_application``.

    Attributes:
        loaded: the settings.
        clock: the current time (aware UTC).
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
        from ranking.ranker import ContentRanker
        from services.embeddings import VectorLookup
        from services.training import TrainingSet

        vectors = VectorLookup(self.embedding_model.embeddings)
        if not self.stays:
            return ContentRanker(vectors=vectors)
        training = TrainingSet(store=self.store, clock=self.clock)
        return ContentRanker(vectors=vectors, training=training.due)

    @cached_property
    def embedding_model(self) -> EmbeddingModel:
        """The sentence model, where there is one."""
        from app.embedding_model import EmbeddingModel

        return EmbeddingModel(self.loaded, vectors=self.storage.vectors, clock=self.clock)

    @cached_property
    def sources(self) -> Sources:
        """The sources of the settings and members' feeds: when they are read, how they fared."""
        settings = self.loaded.settings
        blocks = {name: settings.source(name) for name in settings.source_names}
        return Sources(
            every={name: block.every for name, block in blocks.items()},
            every_feed=source_named(FEED).every,
            enabled=tuple(name for name, block in blocks.items() if block.enabled),
            first=settings.network.first,
            store=self.store,
            feeds=self.storage.feeds,
            clock=self.clock,
        )

    @cached_property
    def looks(self) -> Looks:
        """The looks of this process at sources, and those that another left behind."""
        return Looks(
            sources=self.sources.readable,
            notes=self.storage.key_values,
            store=self.store,
            clock=self.clock,
        )

    @property
    def requests(self) -> DigestRequests:
        """Requests for digests that somebody asks for now."""
        digest = self.loaded.settings.digest
        return DigestRequests(
            since=digest.since,
            items=digest.limit,
            minutes=digest.minutes,
            health=self.sources.health,
            clock=self.clock,
        )

    @property
    def similar(self) -> SimilarItems:
        """What is like an item."""
        return SimilarItems(
            index=self.index, ranker=lambda: self.ranker, feeds=self.visibility.feeds(ANYBODY)
        )

    def digests(self, clock: Clock | None = None) -> Digests:
        """Make and explain digests, as of now or as of the time of another clock."""
        return Digests(
            store=self.store,
            index=self.index,
            ranker=self.ranker,
            clock=clock or self.clock,
            surprise=self.loaded.settings.digest.surprise,
            visible=self.visibility.feeds,
            experiments=Experiments(log=self.storage.impressions),
            moves=self.storage.moves,
        )

    def replays(self) -> Replays:
        """Make past weeks again."""
        return Replays(
            store=self.store,
            log=self.storage.impressions,
            digests=self.digests,
            clock=self.clock,
        )

    def questions(self) -> Questions:
        """Answer questions from the archive, and watch them."""
        return Questions(
            store=self.store,
            index=self.index,
            questions=self.storage.questions,
            clock=self.clock,
            visible=self.visibility.feeds,
        )

    def radar(self) -> Radar:
        """Look ahead: deadlines, what moved, who is to be reminded."""
        return Radar(store=self.store, moves=self.storage.moves)

    @property
    def visibility(self) -> Visibility:
        """Who sees what members' feeds give."""
        return Visibility(
            store=self.storage.feeds, sources=lambda: self.loaded.settings.source_names
        )

    @property
    def feed_health(self) -> FeedHealth:
        """What becomes of members' feeds over time."""
        return FeedHealth(
            store=self.storage.feeds, states=self.store.source_states, clock=self.clock
        )

    def feeds(self) -> Feeds:
        """Members' feeds; their addresses are read through the guard."""
        probe = FeedReader(http=self._http().guarded(Guard()), clock=self.clock)
        return Feeds(probe=probe, store=self.storage.feeds, clock=self.clock)

    def runs(
        self,
        deliverers: Mapping[str, Deliverer],
        *,
        at: datetime | None = None,
        snapshots: SnapshotStore | None = None,
    ) -> Runs:
        """The digests of subscriptions.

        Args:
            deliverers: by scheme.
            at: the moment to make them as of (aware UTC); None is now.
            snapshots: where whole digests are kept and count as delivered; None keeps none.
        """
        clock = self.clock if at is None else lambda: at
        return Runs(
            subscriptions=self.storage.subscriptions,
            outbox=self.storage.outbox,
            digests=partial(self.digests, clock),
            profile=self.people.profile,
            deliverers=deliverers,
            sources=self.sources,
            clock=clock,
            snapshots=snapshots,
        )

    @property
    def subscriptions(self) -> Subscriptions:
        """Who gets which digests, and when."""
        return Subscriptions(
            store=self.storage.subscriptions,
            clock=self.clock,
            sources=self.sources.enabled,
            visible=self.visibility.feeds,
        )

    def email_subscriptions(self) -> EmailSubscriptions:
        """Addresses that mail may go to."""
        from delivery.addresses import read_address
        from digests.render.confirmation import render

        storage, settings = self.storage, self.loaded.settings.email
        stores = MailStores(
            addresses=storage.addresses,
            snapshots=storage.snapshots,
            subscriptions=storage.subscriptions,
            outbox=storage.outbox,
            archive=self.store,
            personal=storage.personal,
        )
        hashed = partial(keyed_hash, storage.secrets.secret("addresses"))
        confirmations = Confirmations(
            stores=stores,
            subscriptions=self.subscriptions,
            links=self.links,
            write=partial(render, sender=self.mail_sender),
            hashed=hashed,
            clock=self.clock,
        )
        return EmailSubscriptions(
            stores=stores,
            subscriptions=self.subscriptions,
            confirmations=confirmations,
            read_address=read_address,
            hashed=hashed,
            sends=bool(settings.host and settings.sender),
            clock=self.clock,
        )

    @property
    def mail_sender(self) -> str:
        """From whom mails are; files may be written without a setting for it."""
        from digests.render.mime import LOCAL_SENDER

        return self.loaded.settings.email.sender or LOCAL_SENDER

    def editions(self) -> Editions:
        """Editions for everybody."""
        digest = self.loaded.settings.digest
        return Editions(
            snapshots=self.storage.snapshots,
            digests=self.digests,
            interests=parse_interests(digest.interests),
            budget=Budget(items=digest.limit, minutes=digest.minutes),
            sources=self.sources,
            clock=self.clock,
        )

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
        return Privacy(data=self.storage.personal, notes=self.notes, clock=self.clock)

    @property
    def notes(self) -> Notes:
        """What is noted of people beside the tables."""
        storage = self.storage
        hashed = partial(keyed_hash, storage.secrets.secret("exports"))
        return Notes(texts=storage.key_values, subscriptions=storage.subscriptions, hashed=hashed)

    def fetchers(self, names: Sequence[str] = ()) -> list[Fetcher]:
        """Build the fetchers of the named sources, or of all enabled ones and members' feeds."""
        members = {fetcher.source: fetcher for fetcher in self._members_feeds()}
        wanted = names or (*self.sources.enabled, *members)
        own = (name for name in wanted if name not in members)
        options = {name: options_of(self.loaded.settings, name) for name in own}
        return [*self._build(options), *(members[n] for n in wanted if n in members)]

    def sample_fetchers(self, addresses: Mapping[str, Mapping[str, str]]) -> list[Fetcher]:
        """Build the same fetchers, reading the sample day at these addresses without pacing."""
        options = {
            name: dataclasses.replace(options_of(self.loaded.settings, name), **changed)
            for name, changed in addresses.items()
        }
        return self._build(options, paced=False)

    def _build(self, options: Mapping[str, Any], *, paced: bool = True) -> list[Fetcher]:
        settings, http = self.loaded.settings, self._http(remembering=paced)
        paces = {name: settings.source(name).pace if paced else timedelta() for name in options}
        return [
            source_named(name).make(own, http.paced(paces[name]), self.clock)
            for name, own in options.items()
        ]

    def _members_feeds(self) -> list[Fetcher]:
        """Build the fetchers of members' feeds, whose addresses are not to be trusted."""
        http = self._http().guarded(Guard())
        return [
            kind.make(kind.options(url=feed.url), http.paced(kind.pace), self.clock)
            for feed in self.feed_health.readable()
            for kind in (source_named(feed.source),)
        ]

    def _http(self, *, remembering: bool = True) -> HttpClient:
        return HttpClient(
            clock=self.clock,
            validators=self.storage.validators if remembering else None,
            contact=self.loaded.settings.network.contact,
        )


def keyed_hash(key: bytes, text: str) -> str:
    """Return the HMAC-SHA-256 of a text, its first 32 hexadecimal digits."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


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
