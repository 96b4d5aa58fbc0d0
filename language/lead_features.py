"""What tells the sentence that says what is new: numbers of each sentence of a text.

They are those of extractive summarization: place (Edmundson 1969), cue words, words of the title,
words that the other sentences repeat, and length. ``language.leads`` weighs them, with weights that
``benchmarks/learn_lead.py`` learns; both read them here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from language.stopwords import FUNCTION_WORDS

_WORD = re.compile(r"[^\W_]+")
_STEM = 6
"""Letters by which two words count as one: a stemmer would take most of the time."""

_AFTER_WE = 4
"""Words after "we" or "this paper" among which its verb is looked for."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _verbs(plain: str, past: str = "") -> frozenset[str]:
    """Return verbs as written, with -s added, and the past forms that are given."""
    return frozenset([*plain.split(), *(f"{verb}s" for verb in plain.split()), *past.split()])


_AUTHORS = _set("we i paper work article authors")
_MAKE = _verbs(
    "propose present introduce develop design devise describe construct formulate contribute build "
    "release create offer",
    "proposed introduced developed designed presented built released",
)
_FIND = _verbs(
    "show demonstrate find prove observe reveal suggest indicate establish confirm discover",
    "showed shown found demonstrated proved observed discovered",
)
_STUDY = _verbs(
    "investigate analyze analyse explore address consider examine revisit tackle aim focus provide "
    "extend derive argue evaluate apply use compare identify leverage study",
    "studies studied investigated analyzed explored evaluated",
)
_DONE = {"we make": _MAKE, "we find": _FIND, "we study": _STUDY}
_WORDS = {
    "experiment": _set(
        "experiment experiments experimental empirical empirically dataset datasets benchmark "
        "benchmarks outperform outperforms results competitive superior accuracy task tasks "
        "extensive baseline baselines respectively evaluate evaluation"
    ),
    "detail": _set(
        "code available github first second finally each where when then consists contains "
        "respectively example"
    ),
    "thing": _set(
        "method approach framework algorithm model architecture technique mechanism dataset system "
        "network"
    ),
}
_POINTING = _set(
    "this these it they such specifically furthermore moreover additionally finally first second "
    "further also then thus therefore by that their its our"
)
_HAVE = frozenset({"has", "have"})
_BEEN = frozenset({"been", "shown", "become", "achieved"})


def features(title: str, lines: Sequence[str]) -> list[dict[str, float]]:
    """Return the numbers of each sentence by name, most of them between 0 and 1.

    Args:
        title: of what the sentences are about.
        lines: the sentences in their order.
    """
    words = [_WORD.findall(line.lower()) for line in lines]
    stems = [{word[:_STEM] for word in found if word not in FUNCTION_WORDS} for found in words]
    rows = [_own(line, found) for line, found in zip(lines, words, strict=True)]
    for place, row in enumerate(rows):
        row["second"], row["last"] = float(place == 1), float(place == len(rows) - 1)
    _add_cues(rows, words)
    _add_title(rows, title, words, stems)
    _add_repetition(rows, stems)
    return rows


def _own(line: str, words: Sequence[str]) -> dict[str, float]:
    count = len(words)
    held = frozenset(words)
    return {
        "log words": math.log(1 + count),
        "words": count / 25,
        "words squared": (count / 25) ** 2,
        "commas": min(line.count(","), 6) / 6,
        "we": float("we" in held),
        "in this paper": float(_says_this_paper(words)),
        "pointing": float(bool(words) and words[0] in _POINTING),
        "has been": float(any(a in _HAVE and b in _BEEN for a, b in pairwise(words))),
        **{name: float(not held.isdisjoint(these)) for name, these in _WORDS.items()},
    }


def _add_cues(rows: Sequence[dict[str, float]], words: Sequence[Sequence[str]]) -> None:
    """Add what the authors say that they did, and where they say it first."""
    cue_at, earlier = -1, 0.0
    for place, (row, found) in enumerate(zip(rows, words, strict=True)):
        verbs = _verbs_of_authors(found)
        done = {name: float(not verbs.isdisjoint(these)) for name, these in _DONE.items()}
        cue = any(done.values())
        row.update(done)
        row["first cue"] = float(cue and cue_at < 0)
        row["after cue"] = float(cue_at >= 0)
        row["far after cue"] = min(3, place - cue_at) / 3 if cue_at >= 0 else 0.0
        row["opens with cue"] = float(cue and place == 0)
        row["we before"] = min(earlier, 3) / 3
        earlier += row["we"]
        cue_at = place if cue and cue_at < 0 else cue_at


def _verbs_of_authors(words: Sequence[str]) -> frozenset[str]:
    """Return the words that closely follow those by which authors name themselves."""
    after: set[str] = set()
    for place, word in enumerate(words):
        if word in _AUTHORS:
            after.update(words[place + 1 : place + 1 + _AFTER_WE])
    return frozenset(after)


def _says_this_paper(words: Sequence[str]) -> bool:
    return any(
        a == "this" and b in {"paper", "work", "article", "study", "letter"}
        for a, b in pairwise(words[:10])
    )


def _add_title(
    rows: Sequence[dict[str, float]],
    title: str,
    words: Sequence[Sequence[str]],
    stems: Sequence[set[str]],
) -> None:
    titled = _WORD.findall(title.lower())
    wanted = {word[:_STEM] for word in titled if word not in FUNCTION_WORDS}
    pairs = set(pairwise(titled))
    for row, found, held in zip(rows, words, stems, strict=True):
        shared = held & wanted
        row["title"] = 2 * len(shared) / max(1, len(held) + len(wanted))
        row["title density"] = len(shared) / max(1, len(held))
        row["title pairs"] = len(pairs.intersection(pairwise(found))) / max(1, len(pairs))


def _add_repetition(rows: Sequence[dict[str, float]], stems: Sequence[set[str]]) -> None:
    """Add how often the other sentences use a sentence's words, and how many are used first."""
    spread = Counter(stem for held in stems for stem in held)
    others = max(1, len(rows) - 1)
    told: set[str] = set()
    for place, (row, held) in enumerate(zip(rows, stems, strict=True)):
        row["repeated"] = sum(spread[stem] - 1 for stem in held) / others / 10
        row["like last"] = len(held & stems[-1]) / max(1, len(held)) if place < others else 0.0
        row["untold"] = len(held - told) / max(1, len(held))
        told |= held
    most = max(row["repeated"] for row in rows) or 1.0
    for row in rows:
        row["repeated of most"] = row["repeated"] / most
