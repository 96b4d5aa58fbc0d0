"""Where the web page is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from app.scheduler import Beat, beat_of
from app.wiring.application import Application
from core.editions import one_each
from core.items import Item
from core.search import Filter, SearchHit
from services.digests.candidates import HORIZON
from services.email.feedback import EmailFeedback
from web.application import build as build_pages
from web.forms import Forms
from web.metrics import ArchiveCounts, Metrics
from web.server import Server
from web.signing import Signer
from web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPart:
    """The web page.

    Attributes:
        server: listens while it is entered.
        site: what its handlers use.
        metrics: counters for Prometheus.
    """

    server: Server
    site: Site
    metrics: Metrics


def build(application: Application) -> WebPart:
    """Build the web page from the settings; nothing listens yet.

    Raises:
        StorageError: if the archive cannot be read or written.
    """
    settings, clock = application.loaded.settings.web, application.clock
    mail = application.loaded.settings.email
    secrets, store = application.storage.secrets, application.store
    metrics = Metrics(lambda: _archive_counts(application))
    subscriptions = application.email_subscriptions()
    site = Site(
        clock=clock,
        base_url=settings.base_url,
        proxies=tuple(map(ip_network, settings.proxies)),
        metrics_token=settings.metrics_token.get_secret_value(),
        links=application.links,
        forms=Forms(
            signer=Signer(secrets.secret("forms")), clock=clock, base_url=settings.base_url
        ),
        editions=application.editions(),
        email_subscriptions=subscriptions,
        feedback=EmailFeedback(subscriptions=subscriptions, people=application.people, store=store),
        impressions=application.storage.impressions,
        privacy=application.privacy,
        deadlines=lambda: _deadlines(application),
        search=lambda query, limit: _search(application, query, limit),
        subscribing=bool(mail.host and mail.sender and settings.base_url),
        alive=lambda: beat_of(store.last_beat(), clock()) is Beat.ALIVE,
        metrics=metrics,
    )
    server = Server(
        build_pages(site),
        host=settings.host,
        port=settings.port,
        base_url=site.base_url,
        proxies=site.proxies,
    )
    return WebPart(server=server, site=site, metrics=metrics)


def _deadlines(application: Application) -> list[Item]:
    """Return what ends soon, of the sources that everybody may see."""
    now, public = application.clock(), set(application.sources.enabled)
    found = application.store.with_deadlines(after=now, before=now + HORIZON)
    return one_each(item for item in found if item.key.source in public)


def _search(application: Application, query: str, limit: int) -> Sequence[SearchHit]:
    """Find items of the sources that everybody may see."""
    public = Filter(sources=application.sources.enabled)
    return application.index.search(query, where=public, limit=limit)


def _archive_counts(application: Application) -> ArchiveCounts:
    figures = application.storage.counts
    return ArchiveCounts(
        sources=application.store.source_states(),
        deliveries={str(state): count for state, count in figures.deliveries().items()},
        digests=figures.digests(),
        items=application.store.count(),
    )
