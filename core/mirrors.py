"""Other addresses of a page: caches, archives and viewers, as the address of the page itself."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

_SCHEMES = re.compile(r"^(?:git\+)?(https?://)|^(?:ssh://)?git@([\w.-]+)[:/]")
_OTHER_NAMES = {
    "hf-mirror.com": "huggingface.co",
    "github.dev": "github.com",
    "deepwiki.com": "github.com",
    "raw.githubusercontent.com": "github.com",
    "codeload.github.com": "github.com",
    "m.github.com": "github.com",
}
"""Hosts with the same paths as the one that they stand for."""

_INNER = re.compile(
    r"""
    (?:www\.)?google\.[a-z.]{2,6}/amp/(?P<amp>s/)?(?P<amp_page>.+)
    | [\w.-]*\bcdn\.ampproject\.org/[acviw]/(?P<cache>s/)?(?P<cache_page>.+)
    | web\.archive\.org/web/\d+(?:[a-z]{2}_)?/(?P<archived>https?:/+.+)
    | api\.github\.com/repos/(?P<api>.+)
    | (?:colab\.research\.google\.com|nbviewer\.(?:jupyter\.)?org)/github/(?P<viewed>.+)
    | (?:www\.)?mybinder\.org/v2/gh/(?P<bound>.+)
    | (?:www\.)?paperswithcode\.co/(?:papers?/)?(?:arxiv/)?(?P<paper>\d{4}\.\d{4,5}(?:v\d+)?)/?
    """,
    re.VERBOSE,
)
_CARRIERS = (
    "google.",
    "ampproject.org",
    "archive.org",
    "github",
    "mybinder",
    "nbviewer",
    "withcode.",
)
_SEARCH = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")


def original(url: str) -> str:
    """Return the address of the page that an address shows, which is mostly itself.

    It looks through AMP caches, the Internet Archive, redirects of a search engine, mirrors and
    viewers of GitHub and Hugging Face, and ``git@`` and ``git+https`` addresses.
    """
    typed = url.strip()
    written = _SCHEMES.sub(lambda found: found[1] or f"https://{found[2]}/", typed, count=1)
    scheme, mark, rest = written.partition("://")
    if not mark or scheme.lower() not in {"http", "https"}:
        return url
    host, slash, path = rest.partition("/")
    host = host.lower()
    if host in _OTHER_NAMES:
        return f"https://{_OTHER_NAMES[host]}{slash}{path}"
    if _SEARCH.fullmatch(host) and path.startswith("url?"):
        return _carried(written) or url
    inner = _INNER.fullmatch(f"{host}/{path}") if any(part in host for part in _CARRIERS) else None
    if inner is None:
        return url if written == typed else written
    return _page(inner)


def _page(inner: re.Match[str]) -> str:
    found = {name: text for name, text in inner.groupdict().items() if text}
    if "archived" in found:
        return re.sub(r":/+", "://", found["archived"], count=1)
    if "paper" in found:
        return f"https://arxiv.org/abs/{found['paper']}"
    for name in ("api", "viewed", "bound"):
        if name in found:
            return f"https://github.com/{found[name]}"
    safe = "s" if {"amp", "cache"} & found.keys() else ""
    return f"http{safe}://{found.get('amp_page') or found['cache_page']}"


def _carried(url: str) -> str:
    query = parse_qs(urlsplit(url).query)
    page = next(iter(query.get("url") or query.get("q") or ()), "")
    return page if page.startswith(("https://", "http://")) else ""
