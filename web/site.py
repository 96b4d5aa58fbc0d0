"""The use cases and settings that the handlers need; ``app.wiring.web`` fills it in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from aiohttp import web

from core.items import Item
from core.ports.clock import Clock
from core.ports.storage import ImpressionLog
from core.search import SearchHit
from services.digests.editions import Editions
from services.email.feedback import EmailFeedback
from services.email.subscriptions import EmailSubscriptions
from services.privacy import Privacy
from web.client_address import Network
from web.forms import Forms
from web.later import Later
from web.links import SignedLinks
from web.metrics import Metrics

P = ParamSpec("P")
T = TypeVar("T")

MAX_CALLS = 4
"""Blocking calls at once, so that readers cannot take all threads from the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The use cases and settings of the web page.

    All use cases block, so they are called through ``call``.

    Attributes:
        clock: the current time (aware UTC).
        base_url: scheme and host at which people reach it; "" if only this machine does.
        proxies: those whose X-Forwarded-For is trusted.
        metrics_token: required by /metrics; "" for none.
        links: makes and reads signed links.
        forms: makes and checks the tokens of forms.
        editions: the weekly editions for everybody.
        email_subscriptions: addresses and their subscriptions.
        feedback: what their holders say of items.
        impressions: what was shown, and what came of it.
        privacy: exports what is held about a person.
        deadlines: public items with a deadline ahead.
        search: finds that many public items, best first.
        subscribing: whether people can subscribe: email is set up, and links work.
        alive: whether the scheduler is running.
        metrics: counters for Prometheus.
        later: does what nobody may wait for.
        slots: limits the blocking calls at once.
    """

    clock: Clock
    base_url: str
    proxies: tuple[Network, ...]
    metrics_token: str
    links: SignedLinks
    forms: Forms
    editions: Editions
    email_subscriptions: EmailSubscriptions
    feedback: EmailFeedback
    impressions: ImpressionLog
    privacy: Privacy
    deadlines: Callable[[], Sequence[Item]]
    search: Callable[[str, int], Sequence[SearchHit]]
    subscribing: bool
    alive: Callable[[], bool]
    metrics: Metrics
    later: Later = field(default_factory=Later)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_CALLS))

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking call in a thread."""
        async with self.slots:
            return await asyncio.to_thread(function, *args, **kwargs)


SITE = web.AppKey("site", Site)
