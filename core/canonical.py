"""The one form of an address under which a page is known, however a source writes it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from core.hosts import ascii_host
from core.mirrors import original

_TRACKING = re.compile(
    r"(?:utm|pk|mtm|piwik|matomo|hsa|at|stm|itm|ns|guce)[_-]\w*|[a-z]{1,3}clid|gclsrc|guccounter|"
    r"[gw]braid|mc_[ce]id|igshi?d?|_bhlid|ref_src|ref_url|_hs(?:enc|mi)|mkt_tok|vero_id|"
    r"oly_\w+_id|s_cid|wt_\w*mc\w*|xtor|cmp|cmpid|ncid|icid|ftag|maca|sr_share|smid|smtyp|spm|trk|"
    r"tsrc|traffic_source|_ga|_gl|rss|rss_id|ck_subscriber_id|__s",
    re.IGNORECASE,
)
# "source=rss----9f…---4" and the like: by which way a reader came.
_TRACKED_WAY = re.compile(
    r"(?:source|src|ref|from|via|medium|partner|emc|mod|feature)="
    r"(?:rss|atom|feed|newsletter|e?mail|twitter|facebook|linkedin|mastodon|youtu\.?be|shared?)\b.*",
    re.IGNORECASE,
)
_ANOTHER_SHAPE = frozenset({("amp", "1"), ("amp", ""), ("outputtype", "amp")})
# Programs that know a reader by the address give each reader of a feed another one.
_SESSION_NAME = r"(?:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|sess(?:ion)?_?id)"
_SESSION = re.compile(
    rf"{_SESSION_NAME}=.*|(?:cfid|cftoken)=[\w-]*|sid=[0-9a-f]{{16,}}", re.IGNORECASE
)
_SESSION_IN_PATH = re.compile(rf";{_SESSION_NAME}=[^/;]*", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"^(?:(?:www|amp|m|mobile)\.)+(?=[^.]+\.)")
_PATH_PREFIX = re.compile(r"^(?:/amp)+(?=/.)")
_PATH_SUFFIX = re.compile(
    r"(?:/amp(?=/|%20|$)|/(?:index|default)\.(?:x?html?|php|aspx?|jsp|cfm)(?=/|%20|$)"
    r"|\.amp|%20|/)+$|(?:\.amp)+(?=\.html$)"
)
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")


def canonical_url(url: str) -> str:
    """Return the form of an address under which the same page is always the same text.

    ``https``, host in lower case and punycode without ``www.``, ``m.`` and default port, no
    fragment, no tracking parameters and numbers of sessions, the others sorted, no trailing slash
    or ``index.html``, no AMP variant, escapes as RFC 3986, 6.2.2 has them, and the page itself
    instead of a mirror (``core.mirrors``). What cannot be read as an address comes back as it is.
    """
    try:
        parts = urlsplit(original(url).strip())
        port = parts.port
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return url
        host = _HOST_PREFIX.sub("", ascii_host(parts.hostname).removesuffix("."))
    except ValueError:
        return url
    netloc = host if port in {None, 80, 443} else f"{host}:{port}"
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _tells_nothing(name, value)
    )
    return urlunsplit(("https", netloc, _path(parts.path), urlencode(query, errors="replace"), ""))


def _tells_nothing(name: str, value: str) -> bool:
    """Return whether a parameter says who reads a page, by which way or in which shape."""
    both = f"{name}={value}"
    return bool(
        _TRACKING.fullmatch(name)
        or _TRACKED_WAY.fullmatch(both)
        or _SESSION.fullmatch(both)
        or (name.lower(), value) in _ANOTHER_SHAPE
    )


def _path(written: str) -> str:
    """Return the one form of a path: shortened again until nothing more can be taken off."""
    path = quote(written, safe="/%:=&~+!$,;'@()*[]", errors="replace")
    while (shorter := _shortened(path)) != path:
        path = shorter
    return path


def _shortened(path: str) -> str:
    path = _SESSION_IN_PATH.sub("", _ESCAPED.sub(_unescaped, path))
    path = re.sub("/{2,}", "/", path)
    if "/." in path:  # dot segments (RFC 3986, 5.2.4)
        path = urljoin("https://h/", path).removeprefix("https://h")
    return _PATH_SUFFIX.sub("", _PATH_PREFIX.sub("", path))


def _unescaped(escape: re.Match[str]) -> str:
    sign = chr(int(escape[1], 16))
    return sign if _UNRESERVED.fullmatch(sign) else f"%{escape[1].upper()}"
