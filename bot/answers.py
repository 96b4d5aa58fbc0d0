"""Answers to members that survive a connection that is cut.

The library (2.7.1) gives up when the connection breaks, which leaves the member with "is thinking…"
for ever; and it repeats what a server error may have carried out already. So each of its requests
is made once, and repeated here according to what it is:

- An edit replaces what is there: it is repeated.
- A first answer is repeated too. "Already acknowledged", after an attempt of which nobody knows
  what became of it, means that this attempt arrived.
- A further message would stand there twice: it is repeated only if it surely never left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.requests import watched

log = logging.getLogger(__name__)

UNCONFIRMED = (aiohttp.ClientError, OSError, discord.DiscordServerError)
"""What is raised if Discord did not confirm a request."""

_ACKNOWLEDGED = 40060

_FIRST_PAUSES = (0.1, 0.3, 0.6)
_FIRST_SECONDS = 1.5
"""A first answer has three seconds, all attempts together (docs: "Interaction Callback")."""

_PAUSES = (0.1, 0.5, 1.0, 2.0, 4.0, 8.0)
_SECONDS = 30.0


def answer_surely() -> None:
    """Let all answers of this task, and of those that it starts, be made so."""
    async_context.set(SureAnswers())  # type: ignore[no-untyped-call]  # the library's


class SureAnswers(AsyncWebhookAdapter):
    """Makes the library's requests to the endpoints of interactions."""

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        files: Sequence[discord.File] | None = None,
        **options: Any,  # noqa: ANN401 -- the library's options
    ) -> Any:  # noqa: ANN401 -- Discord's JSON
        """Make a request, and repeat it where that cannot do harm."""
        first, further = _is_first(route), _is_further(route)
        once: Any = _Once(session, _FIRST_SECONDS if first else _SECONDS)
        pauses = iter(_FIRST_PAUSES if first else _PAUSES)
        with watched() as outcome:
            while True:
                try:
                    return await super().request(route, session=once, files=files, **options)
                except _LostError as lost:
                    pause = next(pauses, None)
                    if pause is None or (further and outcome.uncertain):
                        raise lost.cause from None
                    log.info("an answer is repeated: %s", lost.cause)
                except discord.HTTPException as error:
                    if first and error.code == _ACKNOWLEDGED and outcome.uncertain:
                        return {"interaction": {"id": route.webhook_id}}
                    raise
                await asyncio.sleep(pause)
                for file in files or ():
                    file.reset(seek=True)


class _LostError(Exception):
    """There was no answer, or one that settles nothing; not one that the library would repeat."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


class _Once:
    """A session as far as the library needs it, whose failures it does not repeat by itself."""

    def __init__(self, session: aiohttp.ClientSession, seconds: float) -> None:
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str,
        **options: Any,  # noqa: ANN401 -- the library's options
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Make a request."""
        try:
            async with self._session.request(
                method, url, timeout=self._timeout, **options
            ) as response:
                said = await response.text(encoding="utf-8")
                if response.status >= 500:
                    raise _LostError(discord.DiscordServerError(response, said[:200]))
                yield response
        except (aiohttp.ClientError, OSError) as error:
            raise _LostError(error) from None


def _is_first(route: Route) -> bool:
    return route.path.startswith("/interactions/")


def _is_further(route: Route) -> bool:
    return route.method == "POST" and route.path.startswith("/webhooks/")
