"""XML and HTML from outside, parsed without entities, network or surprises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from fetchers.clean import MAX_TEXT_LENGTH, paragraphs
from fetchers.source import MalformedError

Element: TypeAlias = Any
"""An ``lxml.etree._Element``; lxml comes without types."""

_BLOCKS = frozenset({"article", "aside", "figure", "footer", "header", "section", "br", "td", "th"})
"""Elements that begin a new line, beside those that ``lxml.html.defs`` knows from HTML 4."""

_UNSEEN = frozenset(["script", "style", "template", "head"])


MAX_ATTRIBUTES = 1000
"""Attributes of a tag, whose cost grows with the square of their number; of 5 MB made of such tags
all takes about 2 s."""

# As browsers and libxml2 read them: a quote opens a value only right after the equals sign, and a
# sign of equality where a name is expected begins one. Possessive, so that nothing is read twice.
_ATTRIBUTE = r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*\"|'[^']*'|[^\s>]*+))?+"
_TAG = re.compile(rf"<[a-z][^\s/>]*+((?:[\s/]++|{_ATTRIBUTE})*+)".encode(), re.IGNORECASE)
_ATTRIBUTES = re.compile(_ATTRIBUTE.encode())


def parse_xml(body: bytes, source: str, root: str) -> Element:
    """Parse XML strictly: a truncated or mixed-up document is an error, never half a result.

    Args:
        body: the document.
        source: whose answer it is, for the error.
        root: name of the root element, with its namespace as ``{namespace}name``.

    Returns:
        The root element, an ``lxml.etree._Element``.

    Raises:
        MalformedError: if it is not well-formed or has another root.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        element = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise MalformedError(source, f"{source}: the response is {_kind(body)}") from error
    if element.tag != root:
        wanted = root.rpartition("}")[2]
        raise MalformedError(source, f"{source}: the response is {_kind(body)}, not <{wanted}>")
    return element


def closed(body: bytes, entry: str, tail: str) -> tuple[bytes, bool]:
    """Return a list in XML that breaks off, ended after its last whole entry.

    Args:
        body: the list; one that breaks off before its first entry ends comes back as it is.
        entry: name of the element of an entry.
        tail: end tags that stand after the last entry, such as ``</channel></rss>``.

    Returns:
        The list, and whether it came whole.
    """
    end = body.rfind(f"</{entry}>".encode()) + len(entry) + 3
    last = tail[tail.rindex("</") :].encode()
    whole = end < len(entry) + 3 or last in body[end:]
    return (body, True) if whole else (body[:end] + tail.encode(), False)


def parse_html(body: bytes) -> Element | None:
    """Parse an HTML page as browsers do; return its root element, or None if there is nothing.

    A page with a tag of more attributes than any honest one has counts as nothing: what they cost
    grows with the square of their number.
    """
    from lxml import etree, html

    if any(_has_too_many_attributes(tag[1]) for tag in _TAG.finditer(body)):
        return None
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def _has_too_many_attributes(inside: bytes) -> bool:
    return len(inside) > MAX_ATTRIBUTES and len(_ATTRIBUTES.findall(inside)) > MAX_ATTRIBUTES


def html_text(markup: str) -> str:
    """Return what a reader sees of a piece of HTML: plain text, one line per block.

    It is cut to ``MAX_TEXT_LENGTH`` bytes before parsing: nested tags cost more than their length.
    """
    root = parse_html(markup.encode(errors="ignore")[:MAX_TEXT_LENGTH])
    return "" if root is None else paragraphs("".join(_pieces(root)))


def _pieces(root: Element) -> Iterator[str]:
    from lxml import etree
    from lxml.html.defs import block_tags  # type: ignore[import-untyped]

    blocks = block_tags | _BLOCKS
    unseen: list[Element] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _UNSEEN or not tag:  # comments have no tag
                unseen.append(element)
            if tag in blocks:
                yield "\n"
            yield "" if unseen else _inline(element.text)
        else:
            if unseen and unseen[-1] is element:
                unseen.pop()
            if tag in blocks:
                yield "\n"
            yield "" if unseen else _inline(element.tail)


def _inline(text: str | None) -> str:
    return " ".join((text or "").split("\n"))


def _kind(body: bytes) -> str:
    """Say in words what came in place of the XML that was expected."""
    start = body[:2000].lower()
    if not start.strip():
        return "empty"
    if b"<html" in start or b"<!doctype html" in start:
        return "an HTML page"
    return "other or broken XML" if start.lstrip().startswith(b"<") else "not XML"
