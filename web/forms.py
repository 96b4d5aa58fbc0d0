"""Protection of forms against cross-site requests, without cookies.

Each form carries a signed token for its path that only our own page holds, and the browser's
headers must name our own page as its origin. Nothing that a browser sends by itself grants a right.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from core.errors import UsageError
from core.ports.clock import Clock
from web.signing import Signer

TOKEN_LIFETIME = timedelta(hours=12)
"""How long a form may stay open before it is sent."""

BODY_TIMEOUT = 10
"""Seconds that a form may take to arrive."""

MAX_FIELDS = 50
TOKEN = "form"  # noqa: S105  the name of a field
_PURPOSE = "form"
_UNREADABLE = "this form could not be read; go back and try again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Makes the tokens of forms and reads those sent; ``base_url`` is "" without a public page."""

    signer: Signer
    clock: Clock
    base_url: str

    def token(self, path: str) -> str:
        """Return the token of a form that is sent to a path."""
        return self.signer.sign(_PURPOSE, path, ends=self.clock() + TOKEN_LIFETIME)

    async def read(self, request: web.Request) -> Mapping[str, str]:
        """Return the fields of a form; of repeated names the last one.

        Raises:
            UsageError: if it is malformed, comes from another page, or has expired.
            HTTPException: if it is too large.
        """
        if not self._from_here(request):
            raise UsageError("this form was sent from another page; open this page and try again")
        fields = await _fields(request)
        try:
            path = self.signer.read(_PURPOSE, fields.get(TOKEN, ""), now=self.clock())
        except UsageError:
            path = ""
        if path != request.path:
            raise UsageError("this form has expired; go back, reload the page and try again")
        return fields

    def _from_here(self, request: web.Request) -> bool:
        """Whether the browser's headers name our own page as the origin of the form.

        A client that sends none of these headers passes: it has to show the token all the same,
        and is no browser that another page could misuse.
        """
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in {"same-origin", "none"}
        # Our pages send no referrer, so browsers without Sec-Fetch-Site send "null" or nothing.
        origin = request.headers.get("Origin")
        if origin in {None, "null"}:
            return True
        ours = self.base_url or f"{request.scheme}://{request.host}"
        try:
            return urlsplit(origin)[:2] == urlsplit(ours)[:2]
        except ValueError:  # neither browser nor proxy writes such an Origin or Host
            return False


async def _fields(request: web.Request) -> dict[str, str]:
    compressed = "Content-Encoding" in request.headers  # no browser does it: it hides their size
    if compressed or request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = await _body(request)
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:  # also if it is not ASCII or not UTF-8
        raise UsageError(_UNREADABLE) from None
    return dict(pairs)


async def _body(request: web.Request) -> bytes:
    """Read a body; what breaks off or never ends is the client's fault and no line of our log."""
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, web.RequestPayloadError):
        raise UsageError(_UNREADABLE) from None
