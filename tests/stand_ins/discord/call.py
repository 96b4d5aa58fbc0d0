"""A request as the stand-in sees it, and its answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins.discord.errors import INVALID_FORM_BODY, ApiError

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a multipart body, or one that a tester attaches to a command."""

    filename: str
    content_type: str
    data: bytes


@dataclass(slots=True, kw_only=True, eq=False)
class Call:
    """One request, and what became of it.

    Attributes:
        route: method and path template, the same words as in the OpenAPI file.
        started: of ``time.monotonic``.
        status: of the answer; 0 while there is none.
        reply_lost: whether the client was gone when the answer was ready.
    """

    method: str
    template: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: object = None
    files: Mapping[int, Upload] = field(default_factory=dict)
    reason: str | None = None
    started: float = field(default_factory=time.monotonic)
    status: int = 0
    reply_lost: bool = False

    @property
    def route(self) -> str:
        """Method and path template."""
        return f"{self.method} {self.template}"

    @property
    def json(self) -> JsonObject:
        """The body where it has to be an object.

        Raises:
            ApiError: it is something else.
        """
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise ApiError.of(INVALID_FORM_BODY)
        return self.body

    def id(self, name: str) -> int:
        """Return a snowflake of the path; 0, which nothing has, when it is none."""
        value = self.params[name]
        return int(value) if value.isdecimal() else 0

    def flag(self, name: str) -> bool:
        """Return a boolean of the query, false where missing."""
        return self.query.get(name, "").lower() in {"1", "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: 204 has no body."""

    status: int = 200
    body: object = None


NOTHING = Reply(status=204)
