"""Gateway sessions, and the websocket connections that come and go under them."""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

DISPATCH = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """What READY began: events are numbered and kept here, connected or not."""

    id: str
    intents: int
    shard: tuple[int, int]
    connection: Connection | None
    seq: int = 0
    sent: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=5000))
    left_at: datetime | None = None

    def serves(self, guild_id: int | None) -> bool:
        """Tell whether this shard gets the events of the guild; DMs go to shard 0."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    def dispatch(self, name: str, data: object) -> None:
        """Number an event, keep it for a later RESUME, and send it if connected."""
        self.seq += 1
        frame = json.dumps({"op": DISPATCH, "t": name, "s": self.seq, "d": data})
        self.sent.append((self.seq, frame))
        if self.connection is not None:
            self.connection.send_text(frame)

    def replay(self, seq: int) -> bool:
        """Send again what came after that number; false when it is no longer all there."""
        missed = [frame for number, frame in self.sent if number > seq]
        if len(missed) != self.seq - seq or self.connection is None:
            return False
        for frame in missed:
            self.connection.send_text(frame)
        return True


class Connection:
    """One websocket; frames go out through a queue, so that senders never wait."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.path = request.path
        self.socket = socket
        self.session: Session | None = None
        self.closed_with: int | None = None
        self._request = request
        self._outgoing: asyncio.Queue[str | int] = asyncio.Queue()
        streamed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if streamed else None
        self._received: deque[float] = deque()

    def send(self, op: int, data: object = None) -> None:
        """Queue a frame that is not an event."""
        self.send_text(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_text(self, frame: str) -> None:
        """Queue a frame."""
        self._outgoing.put_nowait(frame)

    def close(self, code: int) -> None:
        """Queue the end of the connection."""
        self.closed_with = self.closed_with or code
        self._outgoing.put_nowait(code)

    def cut(self) -> None:
        """Break the connection without a word."""
        if self._request.transport is not None:
            self._request.transport.abort()

    def too_many(self, limit: int) -> bool:
        """Count a received frame; tell whether it is one too many in 60 seconds."""
        now = time.monotonic()
        self._received.append(now)
        while self._received[0] < now - 60:
            self._received.popleft()
        return len(self._received) > limit

    async def write(self) -> None:
        """Send what is queued, until the end is."""
        while not isinstance(frame := await self._outgoing.get(), int):
            try:
                await self._write_one(frame)
            except ConnectionError:
                return
        await self.socket.close(code=frame)

    async def _write_one(self, frame: str) -> None:
        if self._deflate is None:
            await self.socket.send_str(frame)
            return
        packed = self._deflate.compress(frame.encode())
        await self.socket.send_bytes(packed + self._deflate.flush(zlib.Z_SYNC_FLUSH))
