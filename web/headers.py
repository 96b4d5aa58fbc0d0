"""The headers that protect every response, those of malformed requests too."""

from __future__ import annotations

from collections.abc import MutableMapping

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "tidings",
}
PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
"""On every response that is not public."""

SECURE = {"Strict-Transport-Security": "max-age=31536000"}


def protect(headers: MutableMapping[str, str], *, base_url: str) -> None:
    """Add the headers that every response of a page at this address has."""
    headers.update(HEADERS)
    if "Cache-Control" not in headers:
        headers.update(PRIVATE)
    if base_url.startswith("https:"):
        headers.update(SECURE)
