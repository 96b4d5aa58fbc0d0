"""The SMTP server that ``benchmarks.mail`` sends to, as a process of its own."""

from __future__ import annotations

import asyncio
import re
from multiprocessing.connection import Connection
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.stand_ins.smtp.certificates import Certificate

_ID = re.compile(rb"^Message-ID: (.*)\r$", re.MULTILINE)


class Sink:
    """Takes every mail, and keeps its id."""

    def __init__(self) -> None:
        self.ids: list[bytes] = []
        self.octets = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802 -- aiosmtpd's
        """Take a mail."""
        self.ids.append(_ID.findall(envelope.content)[0])
        self.octets += len(envelope.content)
        return "250 2.0.0 taken"


def serve(pipe: Connection, certificate: Certificate | None) -> None:
    """Listen; tell the port; on any word tell what came since the last one, on "" end.

    Args:
        pipe: to whoever asks.
        certificate: to offer STARTTLS with.
    """
    asyncio.run(_serve(pipe, certificate))


async def _serve(pipe: Connection, certificate: Certificate | None) -> None:
    sink, loop = Sink(), asyncio.get_running_loop()
    context = certificate.serving() if certificate else None
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="loopback.example", tls_context=context), "127.0.0.1", 0
    )
    async with server:
        pipe.send(server.sockets[0].getsockname()[1])
        while await asyncio.to_thread(pipe.recv):
            pipe.send((sink.ids, sink.octets))
            sink.ids, sink.octets = [], 0
