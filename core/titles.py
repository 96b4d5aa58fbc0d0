"""Names by titles: the same paper under two ids, the same news from several feeds.

A name is text, ``title:paper/…`` or ``title:article/…``; what has the same one is the same thing,
within the bounds that ``core.works`` sets. Of a title only letters and digits count, without
articles, so that case, hyphens, signs and "The" make no difference. Names of one word or a few,
such as "Weekly newsletter", are no names.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from core.items import Item, ItemKind

_PREFIX = "title:"
_LEAST_WORDS = 4
"""A shorter title says too little, unless the first author says the rest."""

_LEAST_WORDS_OF_NEWS = 5
_LEAST_LETTERS_OF_NEWS = 25
_LEAST_WORDS_BEHIND_COLON = 6
"""What stands behind a name and its colon: "a technical report" is no title of its own."""

_COMMAND = re.compile(r"\\[A-Za-z]+|[{}$\\]")
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"a", "an", "the"})
_SITE = re.compile(r"\s+[|\N{EN DASH}\N{EM DASH}-]\s+(?P<site>[^|\d]{2,40})$")
"""The name of the site behind the title of a page: "… | Company Blog"."""


def title_names(item: Item) -> tuple[str, ...]:
    """Return the names that an item has by its title; most items of most kinds have none.

    A paper is named by its title and its first author's surname, and by what stands behind the
    colon of the title together with all surnames, since a paper that is posted again often gains
    or loses the name of its system. An article is named by its title alone.
    """
    if item.kind is ItemKind.PAPER and item.authors:
        return _of_paper(item.title, [surname(name) for name in item.authors])
    if item.kind is ItemKind.ARTICLE:
        site = _SITE.search(item.title)
        words = _words(item.title[: site.start()] if site else item.title)
        long = len(words) >= _LEAST_WORDS_OF_NEWS and len("".join(words)) >= _LEAST_LETTERS_OF_NEWS
        return (_name(ItemKind.ARTICLE, words, ""),) if long else ()
    return ()


def is_title_name(identifier: str) -> bool:
    """Return whether a name is one by title."""
    return identifier.startswith(_PREFIX)


def surname(name: str) -> str:
    """Return the surname of an author in plain letters, "" if none can be read.

    ``Zhang, Mingxuan`` and ``Mingxuan Zhang`` are the usual orders; the last word is taken for the
    surname where no comma says otherwise.
    """
    written, comma, _ = name.partition(",")
    words = _WORD.findall(_plain(written))
    return (" ".join(words) if comma else words[-1]) if words else ""


def _of_paper(title: str, surnames: list[str]) -> tuple[str, ...]:
    names = []
    whole = _words(title)
    if len(whole) >= _LEAST_WORDS and surnames[0]:
        names.append(_name(ItemKind.PAPER, whole, surnames[0]))
    _, colon, rest = title.partition(":")
    behind = _words(rest) if colon else whole
    if len(behind) >= _LEAST_WORDS_BEHIND_COLON and len(surnames) > 1:
        names.append(_name(ItemKind.PAPER, behind, " ".join(sorted(surnames))))
    return tuple(dict.fromkeys(names))


def _words(title: str) -> list[str]:
    found = _WORD.findall(_plain(_COMMAND.sub("", title)))
    return [word for word in found if word not in _ARTICLES]


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _name(kind: ItemKind, words: list[str], authors: str) -> str:
    written = f"{''.join(words)}\n{authors}".encode("utf-8", "surrogatepass")
    return f"{_PREFIX}{kind}/{hashlib.blake2b(written, digest_size=12).hexdigest()}"
