"""What the web page needs from the rest of Tidings; ``app.wiring.web`` and tests fill it in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from aiohttp import web

from core.items import Item
from core.ports.clock import Clock
from services.digests.editions import Editions
from services.email.subscriptions import EmailSubscriptions
from services.privacy import Privacy
from web.forms import Forms
from web.limits import Network
from web.links import SignedLinks
from web.metrics import Metrics

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 4
"""Requests that are worked on at once, so that readers cannot keep the bot from its threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The use cases that pages call, and how the page is reached.

    All use cases block, so that they are called through ``call``.

    Attributes:
        clock: tells the time.
        base_url: scheme and host at which people reach it; "" for this machine only.
        proxies: whose X-Forwarded-For is believed.
        metrics_token: what /metrics asks for; "" for nothing.
        links: makes and reads signed links.
        forms: makes and reads forms.
        editions: the digests for everybody.
        email_subscriptions: addresses and what comes to them.
        privacy: what is held about a person.
        deadlines: what ends soon, of what everybody may see.
        subscribing: whether people can subscribe here: letters are sent, and their links work.
        alive: whether the scheduler ticks.
        metrics: what is counted.
        slots: as many as requests may be worked on at once.
    """

    clock: Clock
    base_url: str
    proxies: tuple[Network, ...]
    metrics_token: str
    links: SignedLinks
    forms: Forms
    editions: Editions
    email_subscriptions: EmailSubscriptions
    privacy: Privacy
    deadlines: Callable[[], Sequence[Item]]
    subscribing: bool
    alive: Callable[[], bool]
    metrics: Metrics
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what blocks in a thread."""
        async with self.slots:
            return await asyncio.to_thread(function, *args, **kwargs)


SITE = web.AppKey("site", Site)
