"""The bot's life: log in, stay connected, leave; as the scheduler sees it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Self

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.answers import answer_surely
from core.errors import ConfigError, LaterError

log = logging.getLogger(__name__)

RETRY_SECONDS = 15.0
"""Time between two attempts to log in while Discord cannot be reached."""

REFUSED = (
    "Discord refuses the token: copy it anew from discord.com/developers/applications, Bot, "
    "and set it as TIDINGS_DISCORD__TOKEN"
)
MISSING = (
    "the bot has no token: make one at discord.com/developers/applications, Bot, "
    "and set it as TIDINGS_DISCORD__TOKEN"
)

ANSWER_SECONDS = 8.0
"""Time that members' answers in progress get when the bot leaves."""

_ANSWERING = ("CommandTree-invoker", "discord-ui-", "discord.py: on_interaction")
"""How the names of the tasks begin in which the library (2.7.1) answers commands, buttons, menus
and forms; it has no other way to tell that an answer is done."""

_UNREACHABLE = (aiohttp.ClientError, OSError, discord.DiscordServerError, discord.GatewayNotFound)
_AUTHENTICATION_FAILED = 4004


def point_at(api_url: str = "", gateway_url: str = "") -> None:
    """Let discord.py talk to another server than Discord's, such as one on loopback.

    The library has no option for it; two class attributes are all that its requests and its
    gateway connection are built from (2.7.1). They hold for the whole process.

    Args:
        api_url: takes the place of ``https://discord.com/api/v10``; "" leaves it.
        gateway_url: takes the place of ``wss://gateway.discord.gg/``; "" leaves it.
    """
    if api_url:
        Route.BASE = api_url.rstrip("/")
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)


class Connection:
    """Keeps a client logged in and connected: ``async with Connection(…) as connection``.

    Entering it waits until the token is known to be right, or Discord to be out of reach; then it
    keeps trying by itself.
    """

    def __init__(
        self,
        *,
        token: str,
        make_client: Callable[[], discord.Client],
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._token = token
        self._make_client = make_client
        self._retry_seconds = retry_seconds
        self._client: discord.Client | None = None
        self._task: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._leaving = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Log in.

        Raises:
            ConfigError: if there is no token, or it is wrong.
        """
        if not self._token:
            raise ConfigError(MISSING)
        self._task = asyncio.create_task(self._live())
        waiting = asyncio.create_task(self._tried.wait())
        await asyncio.wait({self._task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._task.done():
            self._task.result()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let answers in progress finish, and close the connection.

        Other requests in progress are the caller's to wait for.
        """
        self._leaving.set()
        if self._task is None:
            return
        if self._client is not None:
            await _answers_in_progress()
        if self._client is not None:
            await self._client.close()
        else:
            self._task.cancel()  # an attempt to log in; it may hang for minutes
        await asyncio.wait({self._task})
        if not self._task.cancelled() and (failure := self._task.exception()):
            log.error("the bot had stopped: %s", failure)

    def client(self) -> discord.Client:
        """Return the client that is logged in.

        Raises:
            LaterError: if none is.
        """
        if self._client is None:
            raise LaterError("the bot is not logged in to Discord")
        return self._client

    def is_ready(self) -> bool:
        """Return whether Discord has told which servers and channels there are."""
        return self._client is not None and self._client.is_ready()

    async def ended(self) -> None:
        """Wait until the bot stops for good.

        Raises:
            ConfigError: if Discord takes the token back.
        """
        if self._task is not None:
            await asyncio.shield(self._task)

    async def _live(self) -> None:
        while not self._leaving.is_set():
            try:
                await self._session()
            except discord.LoginFailure:
                raise ConfigError(REFUSED) from None
            except discord.ConnectionClosed as closed:
                if closed.code == _AUTHENTICATION_FAILED:
                    raise ConfigError(REFUSED) from None
                raise
            except _UNREACHABLE as error:
                log.warning("Discord cannot be reached (%s); trying again", error)
                self._tried.set()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._leaving.wait(), self._retry_seconds)

    async def _session(self) -> None:
        answer_surely()
        client = self._make_client()
        async with client:
            await client.login(self._token)
            self._client = client
            self._tried.set()
            try:
                await client.connect()
            finally:
                self._client = None


async def _answers_in_progress() -> None:
    """Wait until every member has an answer, those too who ask meanwhile, for a limited time."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while answers := _answers():
                await asyncio.wait(answers)
    except TimeoutError:
        log.warning("leaving %d members without an answer", len(_answers()))
        for answer in _answers():
            answer.cancel()


def _answers() -> list[asyncio.Task[object]]:
    return [one for one in asyncio.all_tasks() if one.get_name().startswith(_ANSWERING)]
