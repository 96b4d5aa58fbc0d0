"""Forms: each carries a token that only our own page holds, and comes from our own page.

There are no cookies, so nothing that a browser sends by itself gives anybody any right. A token
binds a form to its page, whose address holds the signed link where it is about a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from core.errors import UsageError
from core.ports.clock import Clock
from web.signing import Signer

LIFE = timedelta(hours=12)
"""How long a page may stay open before its form is sent."""

MOST_FIELDS = 50
TOKEN = "form"  # noqa: S105  the name of a field
_PURPOSE = "form"


class Forms:
    """Hands out tokens for forms and reads what comes back."""

    def __init__(self, *, signer: Signer, clock: Clock, base_url: str) -> None:
        """Take what signs, and where the page is reached, "" on this machine only."""
        self._signer = signer
        self._clock = clock
        self._base_url = base_url

    def token(self, path: str) -> str:
        """Return the token for the form that is sent to this path."""
        return self._signer.sign(_PURPOSE, path, ends=self._clock() + LIFE)

    async def read(self, request: web.Request) -> Mapping[str, str]:
        """Return the fields of a form; of fields with one name the last one.

        Raises:
            UsageError: if it is no form, does not come from our page, or waited too long.
            HTTPException: if it is too large.
        """
        if not self._from_here(request):
            raise UsageError("this form was sent from another page; open this page and try again")
        fields = await _fields(request)
        try:
            path = self._signer.read(_PURPOSE, fields.get(TOKEN, ""), now=self._clock())
        except UsageError:
            path = ""
        if path != request.path:
            raise UsageError("this form was open for too long; go back, load it anew and try again")
        return fields

    def _from_here(self, request: web.Request) -> bool:
        """Whether a browser says that the form stands on our own page.

        A browser that does not say where it comes from is believed: it has to show the token, and
        what knows none of these headers is no browser that a stranger's page could misuse.
        """
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in {"same-origin", "none"}
        # Since our pages tell no referrer, browsers without Sec-Fetch-Site send "null" or nothing.
        origin = request.headers.get("Origin")
        if origin in {None, "null"}:
            return True
        ours = self._base_url or f"{request.scheme}://{request.host}"
        return urlsplit(origin)[:2] == urlsplit(ours)[:2]


async def _fields(request: web.Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    if "Content-Encoding" in request.headers:  # nobody packs forms but to hide how large they are
        raise web.HTTPUnsupportedMediaType
    body = await request.read()
    try:
        text = body.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # also what is no ASCII or no UTF-8
        raise UsageError("this form cannot be read; go back and try again") from None
    return dict(pairs)
