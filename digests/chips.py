"""Why an item stands in a digest, in a few words: at most two chips, each true of its text.

A chip is worked out from an item and its reasons when it is shown, so that digests that were kept
by earlier versions read like those of today. All terms of the score are behind *why*.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from core.digests import RankedItem, Reason
from core.items import Item
from core.metrics import METRICS, Metric
from language.claims import TextWords
from language.plain import plain_line, shortened

SHOWN = 2
CHIP_LIMIT = 60
TITLE_LIMIT = 32
"""Characters of a chip, and of the title of a liked item in it."""

WORTH_SHOWING = 0.2
"""Weight of a chip, as a share of the strongest one, from which it is shown."""

MOST_OF_IT = 0.5
"""More than this share of an interest's words, standing in a text, say plainly why it is there;
fewer are named only where nothing else can be."""

SHARED = "both mention "
"""How the reasons of similar items begin (``ranking.explain``)."""

_LIKED = re.compile(r"(?:like|close in meaning to) (?P<title>.+), (?P<what>(?:of )?which you .+)")
_FOLLOWED = re.compile(r"(?:by|from|in) .+(?:\(followed\)|, wh(?:ich|om) you follow)")


def chips(entry: RankedItem, phrases: Sequence[str]) -> tuple[str, ...]:
    """Return why an item is there: "RAG", "like AURA, which you saved", "489 stars today".

    An interest is named only where it stands in the item's text; else the words of it that do.

    Args:
        entry: the item with its reasons.
        phrases: the interests that the digest was made for.
    """
    if entry.propensity is not None:  # nothing that speaks for it is why it stands there
        drawn = plain_line(entry.moved or "drawn at random")
        return (drawn.replace("your usual", "the usual"),)  # as earlier versions said
    item = entry.item
    text = TextWords(item.title, item.summary, item.tags)
    own, others = _weights(entry.reasons)
    found = [(weight, *_of_control(text, reasons, phrases)) for weight, reasons in own]
    found += [(one.weight, _of_others(item, one), True) for one in others]
    least = WORTH_SHOWING * max((weight for weight, _, _ in found), default=0.0)
    telling = sorted((one for one in found if one[1] and one[0] >= least), key=lambda one: -one[0])
    plainly = [chip for _, chip, plain in telling if plain]
    vaguely = [chip for _, chip, plain in telling if not plain]
    said = (shortened(plain_line(chip), CHIP_LIMIT) for chip in plainly or vaguely[:1])
    return tuple(dict.fromkeys(filter(None, said)))[:SHOWN]


def _weights(
    reasons: Sequence[Reason],
) -> tuple[list[tuple[float, list[Reason]]], list[Reason]]:
    """Return what each control adds in all with its reasons, and the reasons without a control."""
    groups: dict[str, list[Reason]] = {}
    for one in reasons:
        groups.setdefault(one.control, []).append(one)
    others = groups.pop("", [])
    own = [(math.fsum(one.weight for one in group), group) for group in groups.values()]
    return [pair for pair in own if pair[0] > 0], [one for one in others if one.weight > 0]


def _of_control(
    text: TextWords, reasons: Sequence[Reason], phrases: Sequence[str]
) -> tuple[str, bool]:
    """Return the chip of what a person can turn down, and whether it says plainly why."""
    control = reasons[0].control
    if control not in phrases:
        for said in reasons:
            if liked := _LIKED.fullmatch(said.text):
                return f"like {_short(liked['title'])}, {liked['what']}", True
            if _FOLLOWED.fullmatch(said.text):
                return said.text, True
        if phrases:  # a verdict that is only one of several behind it, named by none
            return "", True
    found = text.find(control)
    if found.whole:
        return control, True
    plain = found.share > MOST_OF_IT
    if found.tagged:
        return f"tagged {found.words[0]}", plain
    words = (_lowered(words, control) for words in found.words)
    return ", ".join(words) or f"close in meaning to {control}", plain


def _lowered(words: str, phrase: str) -> str:
    """Take away the capitals of a title, but not those of a name that the person wrote so."""
    return words.lower() if words.istitle() and words not in phrase else words


def _of_others(item: Item, reason: Reason) -> str:
    counts = (metric.words(item.metrics[metric.key]) for metric in _counted(item))
    return reason.text if reason.text.startswith(SHARED) or reason.text in counts else ""


def _counted(item: Item) -> Iterator[Metric]:
    return (metric for metric in METRICS if metric.key in item.metrics)


def _short(title: str) -> str:
    """Return the name that a title begins with, "AURA" of "AURA: A Way to …"."""
    name = title.partition(": ")[0].strip("“”\"' ")
    return shortened(name, TITLE_LIMIT)
