"""Papers that their authors or their archive took back.

arXiv keeps a withdrawn paper under its number and says so in words alone: in its comment, or in
place of its abstract (https://info.arxiv.org/help/withdraw.html).
"""

from __future__ import annotations

import re

from core.items import Item, ItemKind

_WHAT = "(?:paper|article|manuscript|submission|preprint|work|version|draft|note|report|document)"
_BACK = "(?:withdrawn|retracted)"
_STATED = re.compile(
    rf"(?:this|the|our) (?:arxiv |entire |whole |present |current )?{_WHAT} (?:\([^)]*\) )?"
    rf"(?:has|have|had|is|was) (?:(?:now|since|being|been|temporarily|hereby|formally) )*{_BACK}\b"
    rf"|(?:the )?authors? (?:has|have) (?:decided to )?(?:{_BACK}|withdraw|retract)\b"
    " (?:this|it|the)"
)
_SHORT = re.compile(rf"\W*(?:{_WHAT} )?(?:(?:is|was|has been) )?{_BACK}\b")
_REMARKED = re.compile(
    rf"\b{_BACK} by (?:the |its )?(?:\w+ )?(?:authors?|submitters?|arxiv|admin\w*)\b"
    rf"|\b(?:needs?|has|have|had) to be {_BACK}\b|\bshould be {_BACK}\b"
)
_TITLE = re.compile(rf"\W*{_BACK}(?: \w+)?\W*[:\]]")


def is_withdrawn(item: Item) -> bool:
    """Return whether a paper says of itself that it was withdrawn."""
    if item.kind is not ItemKind.PAPER:
        return False
    title, summary = item.title[:40].lower(), item.summary[:200].lower().lstrip()
    comment = item.facts.get("comment", "").lower()
    if not any("withdraw" in text or "retract" in text for text in (title, summary, comment)):
        return False
    return bool(
        _TITLE.match(title)
        or _STATED.match(summary)
        or _SHORT.match(summary)
        or _SHORT.match(comment)
        or _STATED.search(comment)
        or _REMARKED.search(comment)
    )
