"""Foreign text made safe for Discord's Markdown: it is shown as it is, and does nothing.

``discord.utils.escape_markdown`` leaves timestamps, command mentions, emoji, list markers and the
end of a masked link alone (measured with 2.7.1), so this is our own.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from core.deliveries import Schedule
from core.schedules import in_words
from digests.view import safe_url
from language.plain import plain_line, shortened

MAX_LINK = 500
"""Characters of an address that is still linked; a longer one would eat the message's room."""

_SCHEMES = frozenset({"http", "https"})

# Discord shows any sign that is not a letter, digit or blank as itself after a backslash. A colon
# matters before anything but a blank: in addresses, which would become links, and in the names of
# emoji.
_MARKS = re.compile(r"[\\`*_~|<>\[\]()@]|:(?=\S)")
# Round brackets do nothing inside square ones.
_LABEL_MARKS = re.compile(r"[\\`*_~|<>@]|:(?=\S)")
# At the start of a line: headings, small text, lists, quotes.
_LINE_START = re.compile(r"(?:#{1,3}|-#|[-+])(?=\s|$)|(?P<number>\d+)(?=\.(?:\s|$))")
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_TO_ROUND = str.maketrans("[]", "()")

# Every sign that Unicode lets be shown as an emoji, and what joins and changes them. Digits are
# emoji only in front of a keycap.
_EMOJI_SIGNS = (
    "\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2194-\u2199\u21a9\u21aa\u2300-\u23ff\u24c2"
    "\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d"
    "\u3297\u3299\ufe0f\U0001f000-\U0001faff"
)
_EMOJI = re.compile(f"[{_EMOJI_SIGNS}]")
_DECORATION = rf"(?:[0-9#]\ufe0f?\u20e3|[{_EMOJI_SIGNS}\ufe0e\u200d\s])*"
_DECORATED = re.compile(rf"(?P<before>{_DECORATION})(?P<label>.*?)(?P<after>{_DECORATION})")


def escape(text: str, limit: int | None = None) -> str:
    r"""Return foreign text as one line of Markdown that shows just that text.

    Args:
        text: anything; line ends, control and bidirectional characters are taken out.
        limit: characters to which it is shortened first, with "…" for what is missing. The result
            has at most twice as many, and two more.
    """
    line = plain_line(text)
    if limit is not None:
        line = shortened(line, limit)
    return _unmarked_start(_MARKS.sub(r"\\\g<0>", line))


def unescape(markdown: str) -> str:
    """Undo ``escape``: return the line as it was before."""
    return _ESCAPED.sub(r"\1", markdown)


def masked_link(title: str, url: str, limit: int | None = None) -> str:
    """Return a title that leads to an address, or just the title if the address may not be linked.

    Between the square brackets Discord shows a backslash as a backslash, and an emoji there keeps
    the whole link from being one (Components V2). So emoji at either end stand outside, square
    brackets become round ones, and a title with any other sign that means something stands before
    its link: ``my_repo ([open](…))``.
    """
    line = plain_line(title)
    line = shortened(line, limit) if limit is not None else line
    address = link_address(url)
    if not address:
        return escape(line) or "untitled"
    parts = _DECORATED.fullmatch(line)
    label = parts["label"].translate(_TO_ROUND) if parts else line
    if parts and _may_stand_in_brackets(label):
        return f"{parts['before']}[{label}]({address}){parts['after']}"
    return f"{escape(line)} ([open]({address}))" if line else f"[untitled]({address})"


def _may_stand_in_brackets(label: str) -> bool:
    return bool(label) and not (_LABEL_MARKS.search(label) or _EMOJI.search(label))


def link_address(url: str) -> str:
    """Return an address as it may stand in a masked link, or "" if it must not be linked.

    Only absolute http(s) addresses of at most ``MAX_LINK`` characters are; round brackets, which
    would end the link, are percent-encoded besides what ``safe_url`` encodes.
    """
    address = safe_url(url).replace("(", "%28").replace(")", "%29")
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    return address if host and parts.scheme in _SCHEMES and len(address) <= MAX_LINK else ""


def moment(at: datetime, style: str = "F") -> str:
    """Write a time that Discord shows in the reader's own zone; ``R`` is "in 3 days"."""
    return f"<t:{int(at.timestamp())}:{style}>"


def schedule_text(schedule: Schedule) -> str:
    """Write a schedule so that no sign of it means anything to Discord."""
    return in_words(schedule, spell=escape)


def _unmarked_start(line: str) -> str:
    start = _LINE_START.match(line)
    if start is None:
        return line
    if number := start["number"]:  # a backslash before a digit would be shown, before a dot not
        return f"{number}\\{line[len(number) :]}"
    return f"\\{line}"
