"""Requests that simcord recorded, before the judges of the stand-in: Discord's file and the rules.

simcord records a request's JSON but not its files, and judges neither against Discord's own
description; so what it lets through is judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from simcord.types import HttpLogEntry

from tests.stand_ins.discord.call import Call, Upload
from tests.stand_ins.discord.rest import answers, channels, commands, guilds, identity, messages
from tests.stand_ins.discord.settings import OPENAPI
from tests.stand_ins.discord.validation import Validator, Violation

_TEMPLATES = tuple(
    (one.method, one.template)
    for area in (identity, messages, channels, guilds, commands, answers)
    for one in area.ROUTES
)


def violations(
    requests: Iterable[HttpLogEntry], *, now: datetime, openapi: Path = OPENAPI
) -> list[Violation]:
    """Return what Discord's description and the hand-written rules do not allow.

    Args:
        requests: as simcord recorded them.
        now: when they were made, for the times of events (aware UTC).
        openapi: Discord's description; left out where the file is missing.
    """
    validator = Validator(openapi, every=1, clock=lambda: now)
    for one in requests:
        call = _call(one)
        if call is None:
            unknown = Call(method=one.method, template=one.path, params={}, query={})
            validator.unknown_route(unknown)
        else:
            # That the message edited has the flag already is not taken for granted: it is sent.
            validator.request(call, is_v2=False)
    return validator.violations


def _call(entry: HttpLogEntry) -> Call | None:
    """Return a request as the stand-in would see it; None for a route that Discord has not."""
    for method, template in sorted(_TEMPLATES, key=lambda route: route[1].count("{")):
        params = _params(template, entry.path) if method == entry.method else None
        if params is not None:
            return Call(
                method=method,
                template=template,
                params=params,
                query={name: str(value) for name, value in entry.params.items()},
                body=entry.json,
                files=dict(_files(entry.json)),
                reason=entry.reason,
            )
    return None


def _params(template: str, path: str) -> dict[str, str] | None:
    names, values = template.strip("/").split("/"), path.strip("/").split("/")
    if len(names) != len(values):
        return None
    pairs = list(zip(names, values, strict=True))
    if any(name != value for name, value in pairs if not name.startswith("{")):
        return None
    return {name.strip("{}"): value for name, value in pairs if name.startswith("{")}


def _files(body: object) -> Iterator[tuple[int, Upload]]:
    """Yield the files that a body speaks of."""
    data = body.get("data", body) if isinstance(body, dict) else {}
    for one in data.get("attachments") or ():
        file = Upload(filename=one["filename"], content_type="application/octet-stream", data=b"")
        yield int(one["id"]), file
