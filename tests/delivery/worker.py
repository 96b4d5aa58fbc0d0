"""A sender as a process of its own: the real dispatcher and the real outbox, against loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import aiohttp

from core.deliveries import Delivery, Part, Receipt, Subscription
from core.digests import Digest
from core.errors import CannotTellError
from delivery.dispatcher import Dispatcher
from storage import open_storage
from tests.delivery.http_receiver import ShiftedClock


class HttpDeliverer:
    """Hands over to a ``HttpReceiver``."""

    scheme = "fake"
    same_key_window = timedelta(seconds=60)
    ready = True

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._url = f"http://127.0.0.1:{port}/"

    def parts(
        self,
        digest: Digest,  # noqa: ARG002 -- the port hands it over
        subscription: Subscription,  # noqa: ARG002 -- the same
        period: str,  # noqa: ARG002 -- the same
    ) -> Sequence[Part]:
        raise AssertionError("runs are opened by the test")

    async def deliver(self, delivery: Delivery) -> Receipt:
        try:
            async with self._session.post(self._url, json=asdict(delivery.part)) as answer:
                told = await answer.json(content_type=None)
        except aiohttp.ClientError as error:
            raise CannotTellError(str(error)) from error
        return Receipt(remote_id=told["id"], at=datetime.now(UTC))

    async def reconcile(self, delivery: Delivery) -> Receipt | None:
        async with self._session.get(self._url, params={"key": delivery.part.key}) as answer:
            told = await answer.json(content_type=None)
        return Receipt(remote_id=told["id"], at=datetime.now(UTC)) if told["id"] else None


def work(url: str, port: int, offset: timedelta, *, for_ever: bool) -> None:
    """Deliver what is in the outbox at ``url``, until killed or until nothing is due."""
    asyncio.run(_work(url, port, ShiftedClock(offset), for_ever=for_ever))


async def _work(url: str, port: int, clock: ShiftedClock, *, for_ever: bool) -> None:
    async with aiohttp.ClientSession() as session:
        with open_storage(url) as storage:
            dispatcher = Dispatcher(
                outbox=storage.outbox,
                subscriptions=storage.subscriptions,
                deliverers={"fake": HttpDeliverer(session, port)},
                clock=clock,
            )
            await (dispatcher.run() if for_ever else dispatcher.drain())
