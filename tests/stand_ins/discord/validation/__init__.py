"""Every request that the bot makes is judged here, and every answer that the stand-in gives.

Two judges: the OpenAPI file that Discord publishes, where it is present, and hand-written rules
for what that file misses. They are stricter than Discord in one point: a field that does not
exist is a problem here, where Discord would ignore what was surely a slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.stand_ins.discord.call import Call, Reply
from tests.stand_ins.discord.errors import Problem
from tests.stand_ins.discord.validation import command_rules, message_rules, other_rules
from tests.stand_ins.discord.validation.openapi import described_in
from tests.stand_ins.discord.validation.text import JsonObject

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that Discord's description does not allow.

    Attributes:
        route: method and path template.
        path: where in the body, dotted.
        source: ``rules`` or ``openapi``.
    """

    route: str
    path: str
    code: str
    message: str
    source: str

    def __str__(self) -> str:
        return f"{self.route} {self.path or 'body'}: {self.code}: {self.message} ({self.source})"


class Validator:
    """Judges requests and answers, and keeps what it found."""

    def __init__(self, openapi: Path, *, every: int, clock: Callable[[], datetime]) -> None:
        self.openapi = described_in(openapi) if openapi.is_file() else None
        self.violations: list[Violation] = []
        self.own_violations: list[Violation] = []
        self._every = every
        self._clock = clock
        self._seen: Counter[tuple[str, str]] = Counter()

    def request(self, call: Call, *, is_v2: bool) -> list[Problem]:
        """Judge a request; what is found is kept and returned.

        Args:
            call: the request.
            is_v2: whether the message that it edits has the components v2 flag.
        """
        by_rules = self._by_rules(call, is_v2=is_v2)
        self._keep(self.violations, call, by_rules, "rules")
        by_file = self._request_by_file(call)
        self._keep(self.violations, call, by_file, "openapi")
        return by_rules + by_file

    def unknown_route(self, call: Call) -> None:
        """Keep that the bot asked for something that Discord, or the stand-in, has not."""
        problem = Problem(path=(), code="UNKNOWN_ROUTE", message=str(dict(call.params)))
        self._keep(self.violations, call, [problem], "rules")

    def answer(self, call: Call, reply: Reply) -> None:
        """Judge an answer; what is found is a mistake of the stand-in's own."""
        if self.openapi is None or not self._due("answer", call.route):
            return
        found = self.openapi.answer(call.method, call.template, reply.status, reply.body)
        self._keep(self.own_violations, call, found, "openapi")

    def _request_by_file(self, call: Call) -> list[Problem]:
        if self.openapi is None or not self._due("request", call.route):
            return []
        return [
            *self.openapi.query(call.method, call.template, call.query),
            *self.openapi.request(call.method, call.template, call.body),
        ]

    def _due(self, what: str, route: str) -> bool:
        seen = self._seen[what, route]
        self._seen[what, route] += 1
        return seen % self._every == 0

    def _by_rules(self, call: Call, *, is_v2: bool) -> list[Problem]:
        try:
            return list(self._rules(call, is_v2=is_v2))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # The rules look at values and take the shapes for granted.
            return [Problem(path=(), code="MALFORMED", message=f"{type(error).__name__}: {error}")]

    def _rules(self, call: Call, *, is_v2: bool) -> Iterator[Problem]:
        files = len(call.files)
        if isinstance(call.body, list):
            yield from command_rules.check_bulk(call.body)
        elif not isinstance(call.body, dict):
            return
        elif kind := _MESSAGES.get(call.route):
            yield from message_rules.check_message(call.body, kind, files=files, is_v2=is_v2)
        elif call.route == CALLBACK:
            yield from _check_callback(call.body, files=files, is_v2=is_v2)
        elif call.template.endswith("/commands"):
            yield from command_rules.check_command(call.body)
        elif call.route.startswith("POST") and call.template.endswith("/threads"):
            yield from other_rules.check_thread(call.body)
        elif call.route == "POST /guilds/{guild_id}/scheduled-events":
            yield from other_rules.check_event(call.body, self._clock())

    def _keep(
        self, kept: list[Violation], call: Call, problems: list[Problem], source: str
    ) -> None:
        kept += [
            Violation(
                route=call.route,
                path=".".join(map(str, problem.path)),
                code=problem.code,
                message=problem.message,
                source=source,
            )
            for problem in problems
        ]


_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_MESSAGES = {
    "POST /channels/{channel_id}/messages": message_rules.CHANNEL_POST,
    "PATCH /channels/{channel_id}/messages/{message_id}": message_rules.CHANNEL_EDIT,
    f"POST {_WEBHOOK}": message_rules.REPLY,
    f"PATCH {_WEBHOOK}/messages/@original": message_rules.REPLY_EDIT,
    f"PATCH {_WEBHOOK}/messages/{{message_id}}": message_rules.REPLY_EDIT,
}


def _check_callback(body: JsonObject, *, files: int, is_v2: bool) -> Iterator[Problem]:
    data: JsonObject = body.get("data") or {}
    kind = body.get("type")
    if kind == 9:
        yield from other_rules.check_modal(data)
    elif kind == 8:
        yield from other_rules.check_choices(data)
    elif message_kind := _CALLBACKS.get(kind or 0):
        for one in message_rules.check_message(data, message_kind, files=files, is_v2=is_v2):
            yield Problem(path=("data", *one.path), code=one.code, message=one.message)
    elif kind != 6:
        message = "Value must be one of {4, 5, 6, 7, 8, 9}."
        yield Problem(path=("type",), code="BASE_TYPE_CHOICES", message=message)


_CALLBACKS = {
    4: message_rules.REPLY,
    5: message_rules.DEFERRED,
    7: message_rules.REPLY_EDIT,
}
