"""``serve``: sources read as they fall due and, with a token, the bot, until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

from app.refresh import fetch_due
from app.runtime import freeze_garbage_collection, trim_freed_memory
from app.scheduler import JITTER, TICK, Ticker
from core.deliveries import DeliveryState
from core.mail import SCHEME as MAIL

if TYPE_CHECKING:
    from app.wiring.application import Application
    from app.wiring.discord import DiscordPart
    from app.wiring.mail import MailPart
    from app.wiring.web import WebPart

MOVES_KEPT = timedelta(days=400)
"""How long it is kept that a deadline or price moved: past weeks are replayed with it."""

HOUSEKEEPING = timedelta(hours=1)
"""Time between two runs of the clean-up, and of the edition of a week that is over."""

log = logging.getLogger(__name__)

EMBEDDED_AT_ONCE = 200
"""Items whose meaning is read in one tick: about ten seconds, for which a stop has to wait."""


async def serve(application: Application, *, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; fetches and sends in progress finish first.

    Args:
        application: what to serve.
        ready: is called once signals are handled, with the address of the web page or "".

    Raises:
        ConfigError: if Discord refuses the token, or the web page's address is not ours.
        UnavailableError: if another program listens there.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    ticker = Ticker(application.clock)
    ticker.every(TICK, lambda: asyncio.to_thread(application.store.beat, application.clock()))
    # A deletion whose overwriting was interrupted leaves traces of the person in the file.
    ticker.every(HOUSEKEEPING, lambda: _finish_deletions(application))
    async with AsyncExitStack() as stack:
        web = await _enter_web(application, stack)
        ready(web.server.address if web is not None else "")
        ends: list[asyncio.Task[object]] = [asyncio.create_task(stop.wait())]
        part = await _enter_discord(application, stack)
        if part is not None:
            ends.append(asyncio.create_task(part.connection.ended()))
            ticker.every(TICK, part.sender.open_due)
        mail = await _enter_mail(application, stack)
        if mail is not None:
            ticker.every(TICK, mail.sender.open_due)
        ticker.every(TICK, lambda: _fetch(application, part, web), jitter=JITTER)
        ticker.every(HOUSEKEEPING, lambda: asyncio.to_thread(_keep_house, application))
        ticker.every(TICK, lambda: asyncio.to_thread(trim_freed_memory))
        await asyncio.to_thread(freeze_garbage_collection)
        ticker.start()
        try:
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            log.warning("stopping; what is in progress finishes first")
            for one in (part, mail):
                if one is not None:
                    one.sender.runs.stop()
            await ticker.finish()
        for task in done:
            task.result()


async def _finish_deletions(application: Application) -> None:
    if await asyncio.to_thread(application.privacy.finish):
        log.warning("overwrote what an interrupted deletion had left")


async def _enter_discord(application: Application, stack: AsyncExitStack) -> DiscordPart | None:
    """Log the bot in and start its sender, if there is a token."""
    if not application.loaded.settings.discord.token.get_secret_value():
        return None
    from app.wiring.discord import build

    part = build(application)
    await stack.enter_async_context(part.connection)
    await stack.enter_async_context(part.sender.sending())
    return part


async def _enter_mail(application: Application, stack: AsyncExitStack) -> MailPart | None:
    """Start the sender of mails, if there is a server."""
    if not application.loaded.settings.email.host:
        return None
    from app.wiring.mail import build

    part = build(application)
    doubtful = application.storage.counts.deliveries(scheme=MAIL)[DeliveryState.IN_DOUBT]
    if doubtful:
        advice = "tidings email status lists them, tidings email decide settles one"
        log.warning("%d mails may or may not have arrived: %s", doubtful, advice)
    stack.push_async_callback(asyncio.to_thread, part.connection.close)
    await stack.enter_async_context(part.sender.sending())
    return part


def _keep_house(application: Application) -> None:
    """Forget what is over, and make the edition of a week that has ended."""
    application.email_subscriptions().tidy()
    application.storage.moves.forget_before(application.clock() - MOVES_KEPT)
    editions = application.editions()
    if week := editions.due():
        editions.make(week)
        log.info("the edition of %s is made", week)


async def _enter_web(application: Application, stack: AsyncExitStack) -> WebPart | None:
    """Answer browsers, if that is turned on."""
    if not application.loaded.settings.web.enabled:
        return None
    from app.wiring.web import build

    part = await asyncio.to_thread(build, application)
    await stack.enter_async_context(part.server)
    return part


async def _fetch(application: Application, part: DiscordPart | None, web: WebPart | None) -> None:
    """Fetch what is due, and write to those whose question found an answer."""
    reports = await asyncio.to_thread(fetch_due, application)
    if web is not None:
        web.metrics.fetched(reports)
    for report in reports:
        failure = f"; {report.error}" if report.error else ""
        log.info("%s: %s, %d new%s", report.source, report.status.value, report.new, failure)
    if part is not None and any(report.new for report in reports):
        await part.notices.answers(application.questions(), application.clock())
    if part is not None:
        await part.notices.reminders(application.radar(), application.clock())
        await part.notices.stopped_feeds(application.feed_health)
    tick = application.embedding_model.tick
    await asyncio.to_thread(tick, limit=EMBEDDED_AT_ONCE, news=bool(reports))
