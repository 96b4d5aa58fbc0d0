"""Reads a feed in a process of its own, which is ended when it takes too long or too much.

Run as a script by ``fetchers.feed_parsing`` and nothing else: standard input is a line of JSON
(``{"json", "url", "content_type", "seconds", "bytes"}``) and then the feed, standard output is
what was found as JSON. It imports nothing of ours but ``json_feed``, which imports nothing else, so
that it starts quickly wherever it lies.
"""

from __future__ import annotations

import io
import json
import re
import sys
import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__" and "fetchers" not in sys.modules:
    # Stands in for our package, whose own start loads every source.
    package = types.ModuleType("fetchers")
    package.__path__ = [str(Path(__file__).parent)]
    sys.modules["fetchers"] = package

from fetchers.json_feed import ENTRIES, MAX_TEXT_LENGTH, TAGS, links_in, read_json_feed

_START = re.compile(
    rb"<!--.*?(?:-->|\Z)|(?P<declaration><\?xml\s)|<(?:[\w.-]+:)?(?:rss|feed|rdf)\b", re.S | re.I
)
_LONGEST_START = 64 * 1024
_END_OF_FEED = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>|<(?:rss|feed)\b[^>]*/>", re.I)
_END_OF_ENTRY = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.I)


_ENCODING = re.compile(rb"\sencoding\s*=\s*(?:\"[^\"<]{1,200}\"|'[^'<]{1,200}')")


def main() -> None:
    """Read a feed from standard input and print what it holds."""
    task = json.loads(sys.stdin.buffer.readline())
    _limit(task["seconds"], task["bytes"])
    body = sys.stdin.buffer.read()
    found = read_json_feed(body) if task["json"] else read(body, task["url"], task["content_type"])
    json.dump(found, sys.stdout)


def read(body: bytes, url: str, content_type: str) -> dict[str, Any]:
    """Return the format of a feed ("" if it is none), its title, its address and its entries.

    ``whole`` says whether it came to its end; the entry in which it breaks off is left out.
    """
    from feedparser.mixin import _FeedParserMixin  # type: ignore[import-untyped]

    _FeedParserMixin.can_be_relative_uri.discard("id")  # an id is a name, whatever it looks like
    _FeedParserMixin._sync_author_detail = _as_written  # noqa: SLF001  no option turns it off
    read_reference = _FeedParserMixin.handle_charref
    _FeedParserMixin.handle_charref = lambda self, ref: read_reference(self, _character(ref))
    body, whole = _whole_entries(_from_declaration(body))
    try:
        parsed = _parsed(body, url, content_type)
    except UnicodeError:  # a codec of Python that is no encoding of documents, such as punycode
        parsed = _parsed(_ENCODING.sub(b"", body, 1), url, content_type.partition(";")[0])
    version = parsed.get("version", "")
    # RFC 4287, section 4.2.1: an entry without an author has that of its feed.
    inherited = _authors(parsed.feed) if version.startswith("atom") else []
    return {
        "version": version,
        "title": _text(parsed.feed.get("title")),
        "link": _text(parsed.feed.get("link")),
        "entries": [_entry(entry, inherited) for entry in parsed.entries[:ENTRIES]],
        "whole": whole,
    }


def _parsed(body: bytes, url: str, content_type: str) -> Any:  # noqa: ANN401  of its own kind
    import feedparser  # type: ignore[import-untyped]  # it ships no types

    # A stream: bytes that happen to be the name of a file would have that file read.
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-location": url, "content-type": content_type},
        # We keep text alone, and its sanitiser takes eight seconds for a page of 1.5 MB.
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _character(reference: str) -> str:
    """Return a reference such as ``65`` or ``x41`` if it is to a character, else to U+FFFD.

    feedparser gives a whole feed up for one that is none; HTML reads it so.
    """
    try:
        number = int(reference[1:], 16) if reference[:1] in "xX" else int(reference)
        chr(number).encode()
    except (ValueError, OverflowError):
        return "xfffd"
    return reference


def _from_declaration(body: bytes) -> bytes:
    """Drop what stands before the XML declaration, which counts at the very start only.

    Blanks, comments, signs that nobody sees, and warnings of the program that made the feed.
    """
    for found in _START.finditer(body, 0, _LONGEST_START):
        if found["declaration"]:
            return body[found.start() :]
        if not found.group().startswith(b"<!--"):
            break
    return body


def _whole_entries(body: bytes) -> tuple[bytes, bool]:
    """Return a feed up to its last whole entry, and whether it came to its own end."""
    plain = body.replace(b"\0", b"")  # UTF-16 has them between its letters
    ends = [found.end() for found in _END_OF_ENTRY.finditer(plain)]
    if _END_OF_FEED.search(plain, ends[-1] if ends else 0):
        return body, True
    if plain is not body and len(plain) != len(body):
        return body, False
    return body[: ends[-1]] if ends else body, False


def _entry(entry: Mapping[str, Any], inherited: list[str]) -> dict[str, Any]:
    summary = _text(entry.get("summary"))
    contents = [_text(content.get("value")) for content in entry.get("content") or ()]
    title = entry.get("title_detail") or {}
    files = [file.get("href") for file in entry.get("enclosures") or ()]
    files += [media.get("url") for media in entry.get("media_content") or ()]
    files += [content.get("src") for content in entry.get("content") or ()]
    return {
        "id": _text(entry.get("id")),
        "link": _link(entry),
        "file": next((_text(href) for href in files if href), ""),
        "title": _text(entry.get("title")),
        "title_is_markup": title.get("type") in {"text/html", "application/xhtml+xml"},
        "summary": summary or next((text for text in contents if text), ""),
        "links": links_in(summary, *contents),
        "authors": _authors(entry) or _authors(entry.get("source") or {}) or inherited,
        "tags": [_text(tag.get("term")) for tag in (entry.get("tags") or ())[:TAGS]],
        "published": _time(entry, "published"),
        "updated": _time(entry, "updated"),
    }


def _link(entry: Mapping[str, Any]) -> str:
    """Return an entry's link; an id that only claims to be one by default is none."""
    link = _text(entry.get("link"))
    guessed = link == entry.get("id") and not link.startswith(("http://", "https://", "/"))
    return "" if guessed else link


def _as_written(parser: Any, key: str = "author") -> None:  # noqa: ANN401  a class of feedparser
    """Keep an author's name as the feed has it.

    feedparser takes email addresses out, but knows domains of four letters at most: of
    "jane@lab.science (Jane)" it leaves "nce (Jane". ``language.authors`` takes them out instead.
    """
    owner = parser._get_context()  # noqa: SLF001
    details = owner.get(f"{key}s")
    if details and not details[-1] and owner.get(key):
        details[-1]["name"] = owner[key]


def _authors(owner: Mapping[str, Any]) -> list[str]:
    names = (_text(author.get("name")) for author in (owner.get("authors") or ())[:TAGS])
    return [name for name in names if name]


def _text(value: object) -> str:
    return value[:MAX_TEXT_LENGTH] if isinstance(value, str) else ""


def _time(entry: Mapping[str, Any], name: str) -> str:
    """Return when, in the feed's own words."""
    # Not entry.get: feedparser passes "published" off as "updated" there, with a warning.
    return _text(entry[name]) if name in entry.keys() else ""  # noqa: SIM118


def _limit(seconds: int, size: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows, where the parent's clock alone ends us
        return
    # One process may read several feeds: each has the same time, but all of them one memory.
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    noted = vars(sys.modules["fetchers"])
    limit = noted.setdefault("begun_with", _address_space(resource.getpagesize())) + size
    for what, most in ((resource.RLIMIT_CPU, until), (resource.RLIMIT_AS, limit)):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _address_space(page: int) -> int:
    """Return what the interpreter itself takes up, which languages of the system can swell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * page
    except (OSError, ValueError, IndexError):  # no Linux
        return 0


if __name__ == "__main__":
    main()
