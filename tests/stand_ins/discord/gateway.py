"""The gateway: websocket connections, and the sessions that outlive them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import WSCloseCode, WSMsgType, web

from tests.stand_ins.discord import payloads
from tests.stand_ins.discord.clock import Clock
from tests.stand_ins.discord.guild_payloads import guild_create_json
from tests.stand_ins.discord.sessions import Connection, Session
from tests.stand_ins.discord.settings import KNOWN_INTENTS, PRIVILEGED_INTENTS, Settings
from tests.stand_ins.discord.world import JsonObject, World

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_MESSAGES = 1 << 9
GUILD_REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15
GUILD_EVENTS = 1 << 16

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 1, 2, 3, 4, 6
RECONNECT, REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = 7, 8, 9, 10, 11

UNKNOWN_ERROR, UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED = 4000, 4001, 4002, 4003
WRONG_TOKEN, ALREADY_AUTHENTICATED, INVALID_SEQ, RATE_LIMITED = 4004, 4005, 4007, 4008
INVALID_SHARD, SHARDING_REQUIRED, INVALID_VERSION = 4010, 4011, 4012
INVALID_INTENTS, DISALLOWED_INTENTS = 4013, 4014

FRAME_LIMIT = 4096
GUILDS_PER_SHARD = 2500


class Gateway:
    """All sessions, and the handshake."""

    def __init__(self, settings: Settings, world: World, clock: Clock) -> None:
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.identifies: list[JsonObject] = []
        self.resumes = 0
        self.heartbeats = 0
        self.dropped_acks = 0
        self.refuse_next = 0
        self.url = ""
        self.changed: Callable[[], None] = lambda: None
        self._settings = settings
        self._world = world
        self._clock = clock
        self._identified_at: deque[datetime] = deque()

    @property
    def identifies_left(self) -> int:
        """How many IDENTIFYs are left of this day's."""
        day_ago = self._clock() - timedelta(hours=24)
        while self._identified_at and self._identified_at[0] < day_ago:
            self._identified_at.popleft()
        return self._settings.identify_limit - len(self._identified_at)

    def emit(
        self,
        name: str,
        data: object,
        *,
        guild_id: int | None = None,
        intents: int = 0,
        veiled: object = None,
    ) -> None:
        """Send an event to the sessions that it concerns.

        Args:
            name: the event's.
            data: its body.
            guild_id: where it happened; None for a DM.
            intents: any of these is needed; 0 for none.
            veiled: the body for sessions without the message content intent, where it differs.
        """
        for session in self.sessions.values():
            if session.serves(guild_id) and (not intents or session.intents & intents):
                hidden = veiled is not None and not session.intents & MESSAGE_CONTENT
                session.dispatch(name, veiled if hidden else data)

    async def endpoint(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket connection."""
        if self.refuse_next:
            self.refuse_next -= 1
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(request, socket)
        self.connections.append(connection)
        writer = asyncio.ensure_future(connection.write())
        try:
            await self._converse(connection, request)
        finally:
            self._leave(connection)
            await asyncio.wait([writer], timeout=0 if socket.close_code else 1)
            writer.cancel()
        return socket

    async def _converse(self, connection: Connection, request: web.Request) -> None:
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            connection.close(INVALID_VERSION)
        interval = self._settings.heartbeat_interval
        connection.send(HELLO, {"heartbeat_interval": int(interval * 1000)})
        loop = asyncio.get_running_loop()
        last_beat = loop.time()
        while not connection.socket.closed:
            # A beat may be late by half an interval, as the network may be.
            late_in = last_beat + interval * 1.5 - loop.time()
            try:
                message = await connection.socket.receive(timeout=max(late_in, 0.001))
            except TimeoutError:
                connection.close(UNKNOWN_ERROR)
                return
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            if self._take(connection, message.data) == HEARTBEAT:
                last_beat = loop.time()

    def _take(self, connection: Connection, raw: str | bytes) -> int | None:
        encoded = raw if isinstance(raw, bytes) else raw.encode()
        if connection.too_many(self._settings.gateway_events):
            connection.close(RATE_LIMITED)
            return None
        try:
            frame = json.loads(encoded) if len(encoded) <= FRAME_LIMIT else {}
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            connection.close(DECODE_ERROR)
            return None
        self._handle(connection, op, data if isinstance(data, dict) else {})
        self.changed()
        return int(op)

    def _handle(self, connection: Connection, op: int, data: JsonObject) -> None:
        if op == HEARTBEAT:
            self._beat(connection)
        elif op not in {IDENTIFY, RESUME, PRESENCE, VOICE, REQUEST_MEMBERS}:
            connection.close(UNKNOWN_OPCODE)
        elif op in {IDENTIFY, RESUME} and connection.session is not None:
            connection.close(ALREADY_AUTHENTICATED)
        elif op == IDENTIFY:
            self._identify(connection, data)
        elif op == RESUME:
            self._resume(connection, data)
        elif connection.session is None:
            connection.close(NOT_AUTHENTICATED)
        elif op == REQUEST_MEMBERS:
            self._send_members(connection.session, data)

    def _beat(self, connection: Connection) -> None:
        self.heartbeats += 1
        if self.dropped_acks:
            self.dropped_acks -= 1
        else:
            connection.send(ACK)

    def _identify(self, connection: Connection, data: JsonObject) -> None:
        refusal = self._refusal(data)
        if refusal is not None:
            return connection.close(refusal)
        if self._too_soon():
            return connection.send(INVALID_SESSION, data=False)
        self.identifies.append(data)
        self._identified_at.append(self._clock())
        session = Session(
            id=secrets.token_hex(16),
            intents=data["intents"],
            shard=tuple(data.get("shard") or (0, 1)),
            connection=connection,
        )
        connection.session = self.sessions[session.id] = session
        self._welcome(session, sharded="shard" in data)
        return None

    def _refusal(self, data: JsonObject) -> int | None:
        if data.get("token") != self._settings.token or not self.identifies_left:
            return WRONG_TOKEN
        if not {"os", "browser", "device"} <= set(data.get("properties") or {}):
            return DECODE_ERROR
        return self._wrong_intents(data.get("intents")) or self._wrong_shard(data)

    def _wrong_intents(self, intents: object) -> int | None:
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS or intents < 0:
            return INVALID_INTENTS
        if intents & PRIVILEGED_INTENTS & ~self._settings.privileged_intents:
            return DISALLOWED_INTENTS
        return None

    def _wrong_shard(self, data: JsonObject) -> int | None:
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            return INVALID_SHARD
        if len(self._world.guilds) / count > GUILDS_PER_SHARD:
            return SHARDING_REQUIRED
        return None

    def _too_soon(self) -> bool:
        pause = timedelta(seconds=self._settings.identify_pause)
        return bool(self._identified_at) and self._clock() < self._identified_at[-1] + pause

    def _welcome(self, session: Session, *, sharded: bool) -> None:
        world = self._world
        guilds = [
            guild for guild in world.guilds.values() if guild.has_bot and session.serves(guild.id)
        ]
        ready: JsonObject = {
            "v": 10,
            "user": payloads.self_json(world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": f"{self.url}resume/",
            "application": {"id": str(world.application_id), "flags": self.application_flags},
            "private_channels": [],
        }
        if sharded:
            ready["shard"] = list(session.shard)
        session.dispatch("READY", ready)
        if session.intents & GUILDS:
            everyone = bool(session.intents & GUILD_MEMBERS)
            for guild in guilds:
                body = guild_create_json(world, guild, all_members=everyone)
                session.dispatch("GUILD_CREATE", body)

    @property
    def application_flags(self) -> int:
        """The application's flags: the "limited" one of each privileged intent switched on."""
        on = self._settings.privileged_intents
        pairs = ((1 << 8, 1 << 13), (1 << 1, 1 << 15), (1 << 15, 1 << 19))
        return sum(flag for intent, flag in pairs if on & intent)

    def _resume(self, connection: Connection, data: JsonObject) -> None:
        if data.get("token") != self._settings.token:
            return connection.close(WRONG_TOKEN)
        session = self.sessions.get(str(data.get("session_id")))
        if session is None or self._expired(session):
            return connection.send(INVALID_SESSION, data=False)
        seq = data.get("seq")
        if not isinstance(seq, int) or seq > session.seq:
            return connection.close(INVALID_SEQ)
        connection.session, session.connection, session.left_at = session, connection, None
        if not session.replay(seq):
            return connection.send(INVALID_SESSION, data=False)
        self.resumes += 1
        session.dispatch("RESUMED", {})
        return None

    def _expired(self, session: Session) -> bool:
        left = session.left_at
        return left is not None and self._clock() > left + self._settings.resume_window

    def _leave(self, connection: Connection) -> None:
        self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection, session.left_at = None, self._clock()
            # These two codes say goodbye; any other keeps the session for a RESUME.
            by_client = connection.closed_with is None
            farewell = {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
            if by_client and connection.socket.close_code in farewell:
                del self.sessions[session.id]
        for old in [one for one in self.sessions.values() if self._expired(one)]:
            del self.sessions[old.id]
        self.changed()

    def _send_members(self, session: Session, data: JsonObject) -> None:
        guild = self._world.guilds[int(data["guild_id"])]
        wanted = {int(one) for one in data.get("user_ids") or []}
        start, most = str(data.get("query") or "").lower(), data.get("limit") or len(guild.members)
        found = [
            member
            for member in guild.members.values()
            if (member.user.id in wanted if wanted else member.user.username.startswith(start))
        ]
        chunk = {
            "guild_id": str(guild.id),
            "members": [payloads.member_json(member) for member in found[:most]],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(one) for one in wanted - {member.user.id for member in found}],
        }
        if data.get("nonce"):
            chunk["nonce"] = data["nonce"]
        session.dispatch("GUILD_MEMBERS_CHUNK", chunk)
