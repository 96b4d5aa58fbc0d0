"""The server: aiosmtpd behind troubles that strike at a chosen command."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = str
"""What is answered instead of success, such as ``451 4.7.1 greylisted``."""


class Trouble(Enum):
    """Ways to end a connection."""

    CUT_IN_TEXT = "after 354, before the text has come"
    CUT_BEFORE_250 = "the mail is taken, but nobody learns of it"
    CUT_AND_LOST = "the mail came whole, and is lost with the connection"
    GIBBERISH = "the mail is taken, and the answer is no SMTP"
    SILENT = "the mail is taken, and no answer comes"
    CUT_AT_START = "right after the greeting"


@dataclass(frozen=True)
class Taken:
    """A mail that the server took over."""

    sender: str
    recipient: str
    content: bytes
    connection: int


@dataclass
class SmtpServer:
    """A server in a thread of its own.

    Attributes:
        tls: offers STARTTLS with this context, or speaks TLS from the first byte.
        from_start: whether it is TLS from the first byte.
        login: name and password that it wants, if any.
        at_mail, at_rcpt, at_data: what strikes the next of these commands, in order; None is
            success.
        rule: decides for each recipient instead, if set: an answer, a trouble or None.
        taken: what was taken over.
        tried: recipients in the order in which they were named.
        connections: how many there were.
        on_take: is called with each mail in the server's thread, before it is answered.
    """

    tls: ssl.SSLContext | None = None
    from_start: bool = False
    login: tuple[str, str] | None = None
    at_mail: deque[Answer | None] = field(default_factory=deque)
    at_rcpt: deque[Answer | None] = field(default_factory=deque)
    at_data: deque[Answer | Trouble | None] = field(default_factory=deque)
    rule: Callable[[str], Answer | Trouble | None] | None = None
    taken: list[Taken] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    connections: int = 0
    on_take: Callable[[Taken], None] | None = None
    port: int = 0
    cut_at_start: int = 0
    most_each: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._call(self._start())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def recipients(self) -> list[str]:
        """To whom mails were taken over, in order."""
        return [mail.recipient for mail in self.taken]

    async def _start(self) -> asyncio.Server:
        context = self.tls if self.from_start else None
        return await self._loop.create_server(self._connection, "127.0.0.1", 0, ssl=context)

    async def _stop(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        await asyncio.sleep(0)
        await self._server.wait_closed()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _connection(self) -> SMTP:
        self.connections += 1
        return _Connection(self, self.connections)

    def checks(self, _server: Any, _session: Any, _envelope: Any, _kind: str, data: Any) -> Any:
        """Tell whether a login is right."""
        assert isinstance(data, LoginPassword)
        right = self.login == (data.login.decode(), data.password.decode())
        return AuthResult(success=right, handled=False)


class _Connection(SMTP):
    """One connection."""

    def __init__(self, server: SmtpServer, number: int) -> None:
        offers = server.tls if not server.from_start else None
        super().__init__(
            self,
            hostname="loopback.example",
            loop=server._loop,
            tls_context=offers,
            require_starttls=offers is not None,
            auth_required=server.login is not None,
            authenticator=server.checks if server.login else None,
        )
        # Its constructor would warn of what is meant here: encrypted from the start, or not at all.
        self._auth_require_tls = offers is not None
        self.troubles = server
        self.number = number
        self.mails = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.troubles.cut_at_start:
            self.troubles.cut_at_start -= 1
            transport.abort()

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        wanted = self.troubles.at_mail.popleft() if self.troubles.at_mail else None
        if self.troubles.most_each and self.mails >= self.troubles.most_each:
            wanted = "421 4.7.0 too many mails over this connection"
        if wanted is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
            return "250 OK"
        if wanted.startswith("421"):
            self._ends_soon()
        return wanted

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's names
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        self.troubles.tried.append(address)
        wanted = self.troubles.at_rcpt.popleft() if self.troubles.at_rcpt else None
        decided = self.troubles.rule(address) if self.troubles.rule else None
        if isinstance(decided, Trouble):
            self.troubles.at_data.append(decided)
        elif decided is not None:
            wanted = decided
        if wanted is not None:
            return wanted
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        if self.troubles.at_data and self.troubles.at_data[0] is Trouble.CUT_IN_TEXT:
            self.troubles.at_data.popleft()
            await self.push("354 go on")
            self._cut()
            return
        await super().smtp_DATA(arg)

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.mails += 1
        wanted = self.troubles.at_data.popleft() if self.troubles.at_data else None
        if isinstance(wanted, str):
            return wanted
        if wanted is not Trouble.CUT_AND_LOST:
            self._takes(envelope)
        if wanted in {Trouble.CUT_BEFORE_250, Trouble.CUT_AND_LOST}:
            self._cut()
        if wanted is Trouble.GIBBERISH:
            return "what was that?"
        if wanted is Trouble.SILENT:
            await asyncio.Event().wait()
        return f"250 2.0.0 queued as {len(self.troubles.taken)}"

    def _takes(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        taken = Taken(str(envelope.mail_from), envelope.rcpt_tos[0], content, self.number)
        self.troubles.taken.append(taken)
        if self.troubles.on_take is not None:
            self.troubles.on_take(taken)

    def _cut(self) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()

    def _ends_soon(self) -> None:
        self.loop.call_soon(self._writer.close)
