"""Papers that their authors or their archive took back.

arXiv keeps a withdrawn paper under its number and says so in words alone: in its comment, or in
place of its abstract (https://info.arxiv.org/help/withdraw.html). Papers also speak of other things
that were withdrawn: drugs, other papers, a submission to a conference.
"""

from __future__ import annotations

import re

from core.items import Item, ItemKind

_PAPER = "(?:paper|article|manuscript|submission|e-?print|preprint)"
_WHAT = f"(?:{_PAPER}|work|version|draft|note|report|document|thesis)"
_BACK = "(?:withdrawn|retracted)(?![-\\w])"
_WHO = r"(?:the |its |an? )?(?:\w+ )?(?:co-?)?(?:authors?|submitters?|arxiv|admin\w*)\b"
_IS = (
    r"(?:has|have|had|is|was) (?:(?:now|since|being|been|temporarily|hereby|formally|\w+ and) )*"
    rf"(?:{_BACK}|removed (?=by arxiv|by admin))"
)
_ASIDE = r"(?: ?\([^)]*\)|, [^,]*,)? "
_BECAUSE = r"(?: due to| because| pending| at the request| owing to)\b"

_STATED = re.compile(
    rf"\b(?:this|our) (?:arxiv |entire |whole |present |current )?{_WHAT}{_ASIDE}{_IS}"
    rf"|\bthe (?:arxiv |entire |whole |present |current )?{_PAPER}{_ASIDE}{_IS}"
    rf"(?! by (?!{_WHO}))"
    r"|\b(?:i|we|(?:the )?(?:\w+ )?authors?) (?:\w+ ){0,3}?"
    r"(?:withdr[ae]w(?:s|n|ing)?|retract(?:s|ed|ing)?) "
    rf"(?:(?:this|the|our) (?:arxiv )?{_WHAT}\b|(?:this|it)(?=\W*$| (?:due|because|for|as)\b))"
)
"""A sentence about the paper itself."""

_BARE = re.compile(
    rf"\W*(?:(?:{_WHAT}|abstract) )?(?:(?:is|was|has been|to be|temporarily) )*{_BACK}"
    rf"(?:\W*$|\W*[.!;]| by {_WHO}|{_BECAUSE})"
)
_BARE_REMARK = re.compile(
    rf"\W*(?:\d+ \w+[,;.] )*(?:(?:this |the )?{_WHAT} )?"
    rf"(?:(?:is|was|has been|to be|temporarily) )*{_BACK}"
    r"(?! (?:from|at|after|in|papers?|articles?)\b)"
)
"""A remark of few words: "12 pages, withdrawn for revision", not "withdrawn from a journal"."""

_REMARKED = re.compile(
    rf"\b{_BACK} by {_WHO}|\b(?:needs?|has|have|had) to be {_BACK}|\bshould be {_BACK}"
)
_OF_ANOTHER = re.compile(r"\b(?:which|whose|replac|supersed|overlap|previous|earlier|not )")
_TITLE = re.compile(
    rf"\W*{_BACK}(?: {_WHAT})?\W*[:\])]|(?:this )?(?:{_WHAT} )?(?:has been |is |was )?{_BACK}\W*$"
    rf"|.*[\[(](?:{_WHAT} )?{_BACK}[^\])]{{0,40}}[\])]\W*$"
)


def is_withdrawn(item: Item) -> bool:
    """Return whether a paper says of itself that it was withdrawn."""
    if item.kind is not ItemKind.PAPER:
        return False
    title, summary, comment = map(_plain, (item.title, item.summary, item.facts.get("comment", "")))
    summary = summary[:300].removeprefix("arxiv admin note: ")
    if not any(re.search("withdr|retract|removed by", one) for one in (title, summary, comment)):
        return False
    return bool(
        _TITLE.match(title)
        or _STATED.match(summary)
        or _BARE.match(summary)
        or _BARE_REMARK.match(comment)
        or _STATED.search(comment)
        or any(_is_told(one) for one in re.split(r"[.;] ", comment))
    )


def _is_told(sentence: str) -> bool:
    """Whether a sentence of a comment says so, and not of another paper."""
    sentence = sentence.removeprefix("arxiv admin note: ")
    of_another = _OF_ANOTHER.search(sentence)
    return not of_another and bool(_BARE_REMARK.match(sentence) or _REMARKED.search(sentence))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
