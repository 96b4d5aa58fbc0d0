"""What was understood of a member's words, in lines of Markdown."""

from __future__ import annotations

from bot.escape import escape
from bot.views.feedback import item_link
from services.interests import StatedInterests

_MAX_PHRASES, _MAX_IGNORED, _MAX_EXAMPLES = 20, 5, 5
_PHRASE, _NAMES = 60, 300


def understood(stated: StatedInterests) -> list[str]:
    """Say what is looked for, muted and ignored, each on a line of its own."""
    lines = []
    if stated.phrases:
        lines.append(f"I look for {_quoted(stated.phrases, _MAX_PHRASES)}.")
    if stated.examples:
        named = ", ".join(item_link(item) for item in stated.examples[:_MAX_EXAMPLES])
        rest = len(stated.examples) - _MAX_EXAMPLES
        lines.append(f"More like {named}{f' and {rest} others' if rest > 0 else ''}.")
    if stated.followed:
        lines.append(f"Preferred: {escape(', '.join(stated.followed), _NAMES)}.")
    if stated.muted:
        lines.append(f"**Muted**, so never shown: {_quoted(stated.muted, _MAX_PHRASES)}.")
    if stated.ignored:
        ignored = _quoted(stated.ignored, _MAX_IGNORED)
        lines.append(f"Ignored, since nothing can be found by it: {ignored}.")
    if stated.missing:
        missing = escape(", ".join(stated.missing), _NAMES)
        lines.append(f"Not in the archive yet, so ignored: {missing}.")
    return lines


def _quoted(phrases: tuple[str, ...], most: int) -> str:
    named = ", ".join(f"“{escape(phrase, _PHRASE)}”" for phrase in phrases[:most])
    return f"{named} and {len(phrases) - most} more" if len(phrases) > most else named
