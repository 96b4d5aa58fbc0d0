"""Feeds on loopback, most of them well-behaved, as a process of its own."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection

ENTRIES = 20
MANY = 500
"""Entries of the feed whose entries all name one address."""

MEBIBYTE = 1024 * 1024
ENDLESS = 192 * MEBIBYTE
"""So much an endless body gives, should nobody stop reading."""

BOMB = 512 * MEBIBYTE
DRIP, PATIENCE = 0.5, 600.0

Writer = asyncio.StreamWriter


def rss(name: str, *, entries: int = ENTRIES, page: str = "") -> bytes:
    """Return a feed of this name; ``page``: what all its entries link to."""
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>Entry {n} of {name}</title><link>{page or f'https://{name}.example/{n}'}</link>"
        f"<guid isPermaLink='false'>{name}-{n}</guid><description>About graphs.</description>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=n))}</pubDate></item>"
        for n in range(entries)
    )
    return f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode()


def _head(*fields: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/rss+xml", "Connection: close"]
    return "\r\n".join([*lines, *fields, "", ""]).encode()


async def _good(writer: Writer, name: str) -> None:
    body = rss(name)
    writer.write(_head(f"Content-Length: {len(body)}") + body)


async def _slow_drip(writer: Writer, name: str) -> None:
    writer.write(_head())
    for byte in rss(name):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP)


async def _endless(writer: Writer, name: str) -> None:
    writer.write(_head() + rss(name)[:-16])
    for _ in range(ENDLESS // MEBIBYTE):
        writer.write(b" " * MEBIBYTE)
        await writer.drain()


async def _bomb(writer: Writer, _: str) -> None:
    writer.write(_head("Content-Encoding: gzip"))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _n in range(BOMB // MEBIBYTE):
        writer.write(packer.compress(b" " * MEBIBYTE))
        await writer.drain()
    writer.write(packer.flush())


async def _gzip_of_nothing(writer: Writer, _: str) -> None:
    """Send members that decode to nothing, one after the other."""
    writer.write(_head("Content-Encoding: gzip"))
    nothing = gzip.compress(b"") * 5000
    for _n in range(ENDLESS // len(nothing)):
        writer.write(nothing)
        await writer.drain()


async def _wrong_length(writer: Writer, name: str) -> None:
    body = rss(name)
    writer.write(_head(f"Content-Length: {2 * len(body)}") + body)


async def _negative_chunk(writer: Writer, _: str) -> None:
    writer.write(_head("Transfer-Encoding: chunked") + b"-1\r\n")
    for _n in range(ENDLESS // MEBIBYTE):
        writer.write(b"a" * MEBIBYTE)
        await writer.drain()


async def _redirect_loop(writer: Writer, name: str) -> None:
    writer.write(_head(f"Location: /redirect-loop/{name}", status="302 Found"))


async def _no_xml(writer: Writer, _: str) -> None:
    writer.write(_head() + b"\x00\xff<<<&&& %PDF-1.7 \x89PNG" * 1000)


async def _one_address(writer: Writer, name: str) -> None:
    writer.write(_head() + rss(name, entries=MANY, page="https://shared.example/page"))


async def _closing(writer: Writer, name: str) -> None:
    writer.write(_head() + rss(name)[:500])
    await writer.drain()
    writer.transport.abort()


async def _hanging(_writer: Writer, _: str) -> None:
    await asyncio.sleep(PATIENCE)


HOSTILE: dict[str, Callable[[Writer, str], Awaitable[None]]] = {
    "slow-drip": _slow_drip,
    "endless": _endless,
    "bomb": _bomb,
    "gzip-of-nothing": _gzip_of_nothing,
    "wrong-length": _wrong_length,
    "negative-chunk": _negative_chunk,
    "redirect-loop": _redirect_loop,
    "no-xml": _no_xml,
    "one-address": _one_address,
    "closing": _closing,
    "hanging": _hanging,
}
"""Ways to do harm, by the first part of the path."""


def serve(pipe: Connection) -> None:
    """Listen on all of loopback; tell the port; end on any word."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    # The kernel's loopback is a whole network: each feed gets an address, thus a pace, of its own.
    server = await asyncio.start_server(_answer, "0.0.0.0", 0)  # noqa: S104 -- 127.0.0.0/8
    pipe.send(server.sockets[0].getsockname()[1])
    await asyncio.to_thread(pipe.recv)
    server.close()


async def _answer(reader: asyncio.StreamReader, writer: Writer) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        _, kind, name = head.split(b" ")[1].decode().split("/")
        await HOSTILE.get(kind, _good)(writer, name)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        return  # the other side has had enough
    finally:
        writer.close()
