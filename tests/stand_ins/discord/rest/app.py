"""The way of a request: limits, faults, validation, effect, answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from tests.stand_ins.discord.call import Call, Reply, Upload
from tests.stand_ins.discord.errors import ApiError
from tests.stand_ins.discord.faults import Fault
from tests.stand_ins.discord.limits import Refusal, refusal_body, refusal_headers
from tests.stand_ins.discord.platform import Platform
from tests.stand_ins.discord.rest import answers, channels, commands, guilds, identity, messages
from tests.stand_ins.discord.rest.routing import Route
from tests.stand_ins.discord.world import COMPONENTS_V2

BASE = "/api/v10"
REQUEST_LIMIT = 25 * 1024 * 1024
"""Bytes of a request (docs: reference, "Uploading Files")."""


def make_app(platform: Platform) -> web.Application:
    """Return the server: REST, the gateway's websocket, and the files of attachments."""
    app = web.Application(client_max_size=REQUEST_LIMIT)
    app.router.add_get("/", platform.gateway.endpoint)
    app.router.add_get("/resume/", platform.gateway.endpoint)
    app.router.add_get("/attachments/{channel}/{file}/{name}", _file_server(platform))
    for area in (identity, messages, channels, guilds, commands, answers):
        for one in area.ROUTES:
            app.router.add_route(one.method, BASE + one.template, _entrance(platform, one))
    app.router.add_route("*", BASE + "/{rest:.*}", _nowhere(platform))
    return app


def _file_server(platform: Platform) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        file = platform.world.files.get(int(request.match_info["file"]))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.data, headers={"Content-Type": file.content_type})

    return serve


def _nowhere(platform: Platform) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def nowhere(request: web.Request) -> web.Response:
        template = "/" + request.match_info["rest"]
        call = Call(method=request.method, template=template, params={}, query=request.query)
        platform.calls.append(call)
        platform.validator.unknown_route(call)
        return _answer(Reply(status=404, body={"message": "404: Not Found", "code": 0}), {})

    return nowhere


def _entrance(
    platform: Platform, one: Route
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def enter(request: web.Request) -> web.StreamResponse:
        try:
            call = await _read(request, one)
        except ValueError:
            body = {"message": "The request body contains invalid JSON.", "code": 50109}
            return _answer(Reply(status=400, body=body), {})
        platform.calls.append(call)
        platform.in_flight.add(call)
        try:
            response = await _Way(platform, one, call, request).go()
        finally:
            platform.in_flight.discard(call)
        call.status = response.status
        call.reply_lost = request.transport is None or request.transport.is_closing()
        platform.board.changed()
        return response

    return enter


@dataclass(frozen=True, slots=True)
class _Way:
    """One request on its way."""

    platform: Platform
    route: Route
    call: Call
    request: web.Request

    async def go(self) -> web.Response:
        limits = self.platform.limits
        if limits.banned:
            # Cloudflare's page: no Via, no JSON, by which clients know it from a rate limit.
            return web.Response(status=429, text="error code: 1015")
        if not self._authorized():
            limits.count_invalid()
            body = {"message": "401: Unauthorized", "code": 0}
            return _answer(Reply(status=401, body=body), {})
        refusal = None if self.route.by_token else limits.admit_globally()
        if refusal is not None:
            return self._limited(refusal)
        refusal, headers = limits.admit(self.call.route, self.call.params)
        if refusal is not None:
            return self._limited(refusal)
        faults = self.platform.faults.strike(self.call)
        spoilt = await self._suffer([fault for fault in faults if not fault.after], headers)
        if spoilt is not None:
            return spoilt
        reply = self._take_effect()
        spoilt = await self._suffer([fault for fault in faults if fault.after], headers)
        return spoilt or _answer(reply, headers)

    def _authorized(self) -> bool:
        wanted = f"Bot {self.platform.settings.token}"
        return self.route.by_token or self.request.headers.get("Authorization") == wanted

    def _take_effect(self) -> Reply:
        try:
            self._validate()
            reply = self.route.handler(self.platform, self.call)
        except ApiError as error:
            reply = Reply(status=error.status, body=error.body)
        if reply.status in {401, 403}:
            self.platform.limits.count_invalid()
        self.platform.validator.answer(self.call, reply)
        self.platform.board.changed()
        return reply

    def _validate(self) -> None:
        problems = self.platform.validator.request(self.call, is_v2=self._edits_v2())
        if problems:
            raise ApiError.invalid(problems)

    def _edits_v2(self) -> bool:
        number = self.call.params.get("message_id", "")
        message = self.platform.world.messages.get(int(number)) if number.isdecimal() else None
        token = self.call.params.get("webhook_token")
        if message is None and token and self.call.template.endswith("@original"):
            message = self.platform.interactions.original(token)
        return message is not None and bool(message.flags & COMPONENTS_V2)

    async def _suffer(self, faults: list[Fault], headers: Mapping[str, str]) -> web.Response | None:
        for fault in faults:
            if fault.gate is not None:
                await fault.gate.pass_through(self.call)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.cut and self.request.transport is not None:
                self.request.transport.abort()
                return web.Response(status=500)
            if fault.retry_after:
                return self._limited(_planned_refusal(fault, headers))
            if fault.code:
                error = ApiError.of(fault.code)
                return _answer(Reply(status=error.status, body=error.body), headers)
            if fault.status:
                return web.Response(status=fault.status, text="<html>upstream</html>")
        return None

    def _limited(self, refusal: Refusal) -> web.Response:
        if refusal.scope != "shared":
            self.platform.limits.count_invalid()
        return _answer(Reply(status=429, body=refusal_body(refusal)), refusal_headers(refusal))


def _planned_refusal(fault: Fault, headers: Mapping[str, str]) -> Refusal:
    more = {"X-RateLimit-Global": "true"} if fault.scope == "global" else headers
    return Refusal(retry_after=fault.retry_after, scope=fault.scope, headers=more)


def _answer(reply: Reply, headers: Mapping[str, str]) -> web.Response:
    if reply.body is None:
        return web.Response(status=reply.status, headers=headers)
    # Not aiohttp's own json_response: it adds a charset, and discord.py wants exactly this.
    return web.Response(
        status=reply.status,
        body=json.dumps(reply.body).encode(),
        headers={**headers, "Content-Type": "application/json"},
    )


async def _read(request: web.Request, one: Route) -> Call:
    body, files = await _read_body(request)
    return Call(
        method=one.method,
        template=one.template,
        params=dict(request.match_info),
        query=dict(request.query),
        body=body,
        files=files,
        reason=request.headers.get("X-Audit-Log-Reason"),
    )


async def _read_body(request: web.Request) -> tuple[object, dict[int, Upload]]:
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    return (json.loads(raw) if raw else None), {}


async def _read_multipart(request: web.Request) -> tuple[object, dict[int, Upload]]:
    body: object = None
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        if part.name == "payload_json":
            body = json.loads(await part.text())
        elif part.name.startswith("files["):
            files[int(part.name[6:-1])] = Upload(
                filename=part.filename or "file",
                content_type=part.headers.get("Content-Type", "application/octet-stream"),
                data=bytes(await part.read(decode=True)),
            )
    return body, files
