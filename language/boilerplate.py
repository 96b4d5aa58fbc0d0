"""Statements of a text, without what says nothing of its subject.

Feeds, forums, package pages and release notes wrap what they say in badges, headings, greetings,
install lines, counts of points and comments, and requests to subscribe.
"""

# ruff: noqa: RUF001  # signs that look alike in several scripts are what this module is about

from __future__ import annotations

import re
from collections.abc import Iterator

from language.plain import plain_line
from language.sentences import sentences

_READ = 8_000
"""Characters that are looked at: what is new stands far before, and time stays bounded."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_IMAGE = re.compile(
    r"\[?!\[[^\]\n]{0,200}\](?:\([^)\s]{0,500}\)|\[[^\]\n]{0,80}\])(?:\]\([^)\s]{0,500}\))?"
)
_LINK = re.compile(r"\[([^\]\[\n]{1,200})\]\([^)\s]{1,500}\)")
_TAG = _any(
    r"</?(?:a|b|br|code|div|em|h[1-6]|hr|i|img|p|picture|source|span|strong|sub|sup)\b[^<>]{0,500}>"
)
_EMPHASIS = re.compile(r"(?<![\w*])([*_]{1,3})(?=\S)([^*_\n]{1,300}?)(?<=\S)\1(?![\w*])")
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z_]{2,30}:(?![\w:])")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|={3,}|-{3,}|\|)")
_MARK = re.compile(r"\s*(?:>\s?|[-*+•▪●‣·]\s+|\d{1,2}[.)]\s+(?=\S))+")
_BULLET = re.compile(r"\s[•▪●‣]\s")

_INLINE = _any(
    r"The post\b.{1,300}?\bappeared first on\b[^.]{0,120}\.?",
    r"(?:submitted by\s?)?(?<!\S)/?u/[\w-]{2,30}(?:\s+to\s+r/\w+)?"
    r"\s*\[link\]\s*\[[^\]]{0,20}comments?\]",
    r"submitted by\s?\S{1,40}\s*\[link\]\s*\[[^\]]{0,20}comments?\]",
    r"\b(?:Article|Comments) URL: \S+",
    r"(?<!\S)#? ?(?:Points|Comments): \d+",
    r"(?<!\w)(?:Continue reading|Read (?:the )?(?:full|whole|more))\b(?! (?:than|about|papers|of))"
    r"[^.!?]{0,120}(?:[→»…]|$|[.!?](?=\s|$))",
    r"点击[^。！？\s]{0,20}[“\"][^”\"]{0,30}[”\"]\s*(?:即可)?关注(?:我们)?[哦吧]?[。！]?",
)
"""What sites put around a text, within its lines."""

_OPENING = _any(
    r"(?:hello|hi|hey|greetings|dear|good (?:morning|evening|day))"
    r"(?:[ ,]+(?:all|everyone|everybody|there|folks|guys|friends|community|team|readers|reddit|hn"
    r"|kagglers?|world|/?r/\w+)){0,3}\s*(?:[,!.:–—-]+\s*|$)",
    r"tl;?dr\b[:;,.]?\s*",
)
"""A greeting, or the note that it is short, before a sentence."""

_EMPTY = _any(
    r"(?:please )?(?:subscribe|follow (?:us|me|our)|join (?:us|our)|sign up|like and|share this"
    r"|click (?:here|the|to|on)|tap here|star (?:us|this))\b",
    r"if you (?:like|enjoy|find) (?:this|it|my|our)\b.{0,80}\b(?:star|up?vote|subscribe|share)",
    r".{0,40}\b(?:uses?|accept|about|of) (?:our )?cookies\b",
    r"by (?:continuing to (?:use|browse)|using this (?:web)?site)\b",
    r"(?:this (?:post|article|story) )?(?:was )?(?:originally|first) (?:publish|appear|post)ed\b",
    r"thank(?:s| you)\b.{0,60}(?:reading|attention|advance|watching)",
    r"(?:table of )?contents?$|comments?$|sponsored\b|advertisement\b",
    r"photo(?:s|graph)? (?:by|credit)|images? ?(?:by|credit|source|:)|credits?:|source: \S+$",
    r"(?:full )?changelog\b|what'?s (?:changed|new)\W*$|release notes?\W*$",
    r"released on\b|(?:last )?updated? on\b",
    r"all rights reserved|copyright\b|©|license: ?\S+$|edit(?: \d)?:$|cross-?posted",
    r"(?-i:(?:[$>] ?)?(?:sudo |python3? -m )?(?:pip3?|npm|yarn|pnpm|cargo|brew|conda|apt|apt-get|go"
    r"|gem|uv|docker|git|curl|wget|composer) (?:-\S+ )?(?:install|add|i|run|pull|clone|get|tool"
    r"|pip|create|-\S+|https?://\S+|submodule)\s\S)",
    r"\$ \w|(?-i:npx \S+$)",
)
"""How sentences begin that say nothing of the subject."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_LETTERS = re.compile(r"[^\W\d_]")
_VERSION = re.compile(r"\D{0,40}?\bv?\d+(?:\.\d+)+\S*(?:\s*\([^)]{0,60}\))?\W*$")
_CUT = re.compile(r"\s*\[(?:…|\.{3}|trimmed)\]\s*$")
_HEADING_WORDS = 4


def statements(text: str, title: str = "") -> list[str]:
    """Return the sentences of a text that say something, each on one line.

    Markdown and lists are read line by line. Headings, badges, greetings, install lines, addresses
    alone, counts, notes on cookies, subscriptions and sources, and repetitions of the title are
    left out. A text that has nothing else has no statement.

    Args:
        text: may have several lines.
        title: under which it stands.
    """
    said = _same(title)
    found = (
        kept for line in _lines(text[:_READ]) for part in sentences(line) if (kept := _kept(part))
    )
    return [one for one in found if _same(one) != said]


def _lines(text: str) -> Iterator[str]:
    lines = text.splitlines()
    fenced = False
    for line in lines:
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and not _HEADING.match(line):
            plain = _unmarked(line)
            if len(lines) == 1 or not _is_heading(plain):
                yield from _BULLET.split(plain)


def _unmarked(line: str) -> str:
    r"""Return a line of Markdown as a reader sees it, without what a site added."""
    line = _INLINE.sub(" ", line)
    if not line.isascii() or any(sign in line for sign in "[<*_:-+>0123456789"):
        line = _LINK.sub(r"\1", _IMAGE.sub(" ", line))
        line = _SHORTCODE.sub("", _EMPHASIS.sub(r"\2", _TAG.sub(" ", line)))
        line = line[mark.end() :] if (mark := _MARK.match(line)) else line
    return plain_line(line)


def _is_heading(line: str) -> bool:
    """Return whether one of several lines is a heading: few words and no stop."""
    return len(line.split()) < _HEADING_WORDS and line[-1:] not in ".!?。！？…"


def _kept(sentence: str) -> str:
    """Return a sentence without greeting and mark of a cut, or nothing if it says nothing."""
    opening = _OPENING.match(sentence)
    if opening:
        sentence = sentence[opening.end() :]
        sentence = sentence[:1].upper() + sentence[1:]
    cut = _CUT.search(sentence)
    if cut:
        sentence = sentence[: cut.start()].rstrip(" ,;:") + "…"
    if _EMPTY.match(sentence) or _VERSION.match(sentence):
        return ""
    return sentence if _LETTERS.search(_ADDRESS.sub("", sentence)) else ""


def _same(text: str) -> str:
    """Return what two texts share that differ in case, blanks and signs only."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
