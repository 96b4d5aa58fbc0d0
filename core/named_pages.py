"""Pages that an item's own text names: its code, its model, its data, on whatever host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.canonical import canonical_url
from core.items import Item, ItemKind
from core.links import kind_of, link_identifier

CODE, MODEL, DATA, DEMO, PROJECT = "code", "model", "data", "demo", "project page"

_ADDRESS = re.compile(
    r"(?:https?:\s?//?|(?<![\w@/.:-]))(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)"
    r"/(?P<path>[^\s<>\"'{}|\\^`,;]*(?:\\_[^\s<>\"'{}|\\^`,;]*)*)",
    re.IGNORECASE,
)
"""An address, with or without its scheme: one that abstracts also glue to the word before it or
tear apart ("athttps://", "https: //"). LaTeX writes the underscore of a name as ``\\_``."""

_TRAILING = ".,;:!?*'_~$#/\N{RIGHT SINGLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
_PAIRS = {")": "(", "]": "["}
_LEAD = 90
"""Characters before an address that say what stands there: "the code is available at"."""

_OF_CODE = re.compile(
    r"\b(?:codes?|codebase|implementations?|repository|repo|software|source|scripts|toolkit|library"
    r"|package|github|gitlab)\b"
)
_OF_DATA = re.compile(r"\b(?:data|data ?sets?|corpus|corpora|benchmark)\b")
_OF_PROJECT = re.compile(r"\b(?:project|web ?page|website|homepage|page)\b")
_KINDS: dict[str, str] = {
    ItemKind.REPOSITORY: CODE,
    ItemKind.MODEL: MODEL,
    ItemKind.DATASET: DATA,
    ItemKind.NOTEBOOK: CODE,
    ItemKind.SPACE: DEMO,
}
_ITSELF: dict[ItemKind, str] = {
    ItemKind.REPOSITORY: CODE,
    ItemKind.RELEASE: CODE,
    ItemKind.NOTEBOOK: CODE,
    ItemKind.MODEL: MODEL,
    ItemKind.DATASET: DATA,
    ItemKind.SPACE: DEMO,
}
"""What an item is already, so that its text names another one's."""

_FORGES = frozenset({"github.com", "huggingface.co", "hf.co"})
"""Hosts whose addresses ``core.links`` reads."""

_OTHER_FORGES = re.compile(
    r"gitlab\.com|bitbucket\.org|codeberg\.org|gitee\.com|git(?:lab|ea)?\..+"
)
_ANONYMOUS = "anonymous.4open.science"
_PROJECT_HOSTS = (".github.io", ".gitlab.io")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPage:
    """A page that a text names.

    Attributes:
        kind: ``CODE``, ``MODEL``, ``DATA``, ``DEMO`` or ``PROJECT``.
        url: its address, absolute.
    """

    kind: str
    url: str


def named_pages(item: Item) -> tuple[NamedPage, ...]:
    """Return the first page of each kind that an item names, its code first.

    What its source names as related goes before what its text mentions, and neither its own page
    nor one of its own kind is among them: a repository that names a repository names another one.
    """
    text = "\n".join((item.title, item.summary, item.facts.get("comment", "")))
    found: dict[str, NamedPage] = {}
    own = canonical_url(item.url)
    for page in (*_related(item), *pages_in(text)):
        if canonical_url(page.url) != own and page.kind != _ITSELF.get(item.kind):
            found.setdefault(page.kind, page)
    if CODE in found:  # which leads to the rest, most often from the same sentence
        found.pop(PROJECT, None)
    return tuple(found[kind] for kind in (CODE, MODEL, DATA, DEMO, PROJECT) if kind in found)


def pages_in(text: str) -> Iterator[NamedPage]:
    """Yield the pages that running text names.

    Repositories are known by their host, those of other hosts by the words before the address
    ("the code is at https://…"). What neither tells is left out: a publisher's page, a video.
    """
    end = 0
    for match in _ADDRESS.finditer(text):
        before = text[max(end, match.start() - _LEAD) : match.start()]
        page = _page(match["host"], _whole(match["path"]), before)
        end = match.end()
        if page is not None:
            yield page


def _related(item: Item) -> Iterator[NamedPage]:
    for address in item.related:
        kind = _KINDS.get(kind_of(link_identifier(address)))
        if kind:
            yield NamedPage(kind=kind, url=address)


def _page(host: str, path: str, before: str) -> NamedPage | None:
    url = f"https://{host}/{path}"
    if identifier := link_identifier(url):
        kind = _KINDS.get(kind_of(identifier))
        return NamedPage(kind=kind, url=_repository(host, path)) if kind else None
    name = host.lower().removeprefix("www.")
    if name in _FORGES:  # an owner's page, or one of the site itself
        return None
    depth = len([part for part in path.split("/") if part])
    if (_OTHER_FORGES.fullmatch(name) and depth > 1) or (name == _ANONYMOUS and depth):
        return NamedPage(kind=CODE, url=url.partition("/-/")[0])
    kind = _kind_said(before.rpartition(". ")[2].lower(), name)
    return NamedPage(kind=kind, url=url) if kind else None


def _kind_said(before: str, host: str) -> str:
    """Return what the words before an address say of it, or nothing."""
    if _OF_CODE.search(before):
        return CODE
    if _OF_PROJECT.search(before):
        return PROJECT
    if _OF_DATA.search(before):
        return DATA
    return PROJECT if host.endswith(_PROJECT_HOSTS) else ""


def _repository(host: str, path: str) -> str:
    """Return the address of a repository itself, whatever page of it was named."""
    parts = [part for part in re.split(r"[?#]", path)[0].split("/") if part]
    own_area = parts[0].lower() in {"datasets", "spaces", "code"}  # "datasets/owner/name"
    kept = parts[: 3 if own_area else 2]
    return f"https://{host}/{'/'.join(kept).removesuffix('.git')}"


def _whole(path: str) -> str:
    """Take off what belongs to the sentence: the stop, the bracket that opened before."""
    path = path.replace("\\_", "_")
    opened: list[str] = []
    for place, sign in enumerate(path):
        if sign in "([":
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            path = path[:place]
            break
    return path.rstrip(_TRAILING)
