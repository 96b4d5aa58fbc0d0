"""The words before a claim that only lead up to it: "To address these issues, we propose …"."""

from __future__ import annotations

import re

_WHAT = r"(?:paper|work|study|article|report|survey|letter|thesis)"
_BACK = r"(?:this|these|those|such|the above|the aforementioned)\b"
_MENDING = r"(?:address|overcome|tackle|solve|mitigate|fill|bridge|close|resolve|alleviate)"
_RESTING = r"(?:based|building|motivated|inspired|grounded|guided|driven)"
_LEADING = (
    rf"in this {_WHAT}",
    r"here",
    rf"to {_MENDING} {_BACK}[^,.;:]{{0,60}}",
    r"to (?:this|that) end",
    rf"{_RESTING} (?:on|by|in) {_BACK}[^,.;:]{{0,60}}",
    r"(?:therefore|thus|hence|however|specifically|consequently|accordingly|in response)",
)
_OPENER = re.compile(rf"(?:(?:{'|'.join(_LEADING)}), )+(?=we\b)", re.IGNORECASE)


def without_opener(sentence: str) -> str:
    """Return a sentence of an abstract from its claim on: "We propose …".

    Only words that point back ("these issues") or at the paper itself are left out, and only before
    "we": what a purpose says of the matter itself stays.
    """
    found = _OPENER.match(sentence)
    if found is None:
        return sentence
    claim = sentence[found.end() :]
    return claim[0].upper() + claim[1:]
