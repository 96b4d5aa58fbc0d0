"""People: what they care about and what they say about items."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from core.errors import UsageError
from core.items import Item, ItemKey
from core.scripts import HANGUL, UNSPACED, composed, is_unspaced

_HANGUL_END = re.compile(f"[{HANGUL}]{{2}}$")
_NO_LETTER_BEFORE, _NO_LETTER_AFTER = rf"(?<![^\W{UNSPACED}])", rf"(?![^\W{UNSPACED}])"


class Verdict(StrEnum):
    """What a person said about an item with one word or one button."""

    MORE = "more"
    LESS = "less"
    SAVE = "save"
    KNOWN = "known"


class Fact(StrEnum):
    """What a verdict is about. The three hold side by side: none of them replaces another."""

    SAVED = "saved"
    VOTED = "voted"
    KNOWN = "known"


FACT_OF: Mapping[Verdict, Fact] = MappingProxyType(
    {
        Verdict.SAVE: Fact.SAVED,
        Verdict.MORE: Fact.VOTED,
        Verdict.LESS: Fact.VOTED,
        Verdict.KNOWN: Fact.KNOWN,
    }
)

STRENGTH: Mapping[Verdict, int] = MappingProxyType(
    {Verdict.KNOWN: 0, Verdict.MORE: 1, Verdict.SAVE: 2, Verdict.LESS: 3}
)
"""Which verdict on an item says most of a person's taste: "less like this" holds for a saved item
too, and knowing it says least."""

LIKES = frozenset({Verdict.MORE, Verdict.SAVE})
"""Verdicts that say that an item was a good pick."""

DISMISSED = frozenset({Verdict.LESS, Verdict.KNOWN})
"""Verdicts after which an item is not shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A phrase that a person wrote, such as "graph neural networks".

    Each interest is its own query: a digest shows which one matched.
    """

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One verdict of one person on one item, at a time; a later one of its fact replaces it."""

    item: Item
    verdict: Verdict
    at: datetime

    @property
    def fact(self) -> Fact:
        """What it is about."""
        return FACT_OF[self.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All that ranking may know of one person.

    Attributes:
        name: unique among the profiles of one installation.
        interests: written phrases, strongest first; may be empty.
        muted: words and phrases; an item whose text holds one is not shown.
        followed: authors, ``owner/repo`` and categories to prefer.
        zone: IANA name of the time zone in which the person reads dates.
        popularity: whether popularity at the source may count.
        surprise: whether a digest may hold one item drawn at random from outside the usual.
        feedback: the person's latest verdict of each fact on each item, oldest first.
        learns: whether the feedback teaches what to prefer; what was judged is hidden in any case.
    """

    name: str
    interests: tuple[Interest, ...] = ()
    muted: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    zone: str = "UTC"
    popularity: bool = True
    surprise: bool = True
    feedback: tuple[Feedback, ...] = ()
    learns: bool = True

    def looking_for(self, interests: tuple[Interest, ...], muted: tuple[str, ...]) -> Profile:
        """Return the person as one who looks for something else: what was liked says nothing of it.

        Args:
            interests: in place of the person's own.
            muted: words that are muted as well.
        """
        return replace(self, interests=interests, muted=(*self.muted, *muted), learns=False)

    @property
    def opinions(self) -> tuple[Feedback, ...]:
        """One verdict for each item, the one that says most of the person's taste, oldest first."""
        found: dict[ItemKey, Feedback] = {}
        for said in self.feedback if self.learns else ():
            held = found.get(said.item.key)
            if held is None or STRENGTH[said.verdict] > STRENGTH[held.verdict]:
                found.pop(said.item.key, None)
                found[said.item.key] = said
        return tuple(found.values())

    @property
    def saved(self) -> tuple[Item, ...]:
        """What the person has saved, oldest first."""
        return tuple(said.item for said in self.feedback if said.fact is Fact.SAVED)

    @property
    def judged(self) -> frozenset[ItemKey]:
        """What the person voted on, saved or named: it is known, and nothing to be picked anew."""
        return frozenset(said.item.key for said in self.feedback)

    @property
    def dismissed(self) -> frozenset[ItemKey]:
        """What is not to be shown to the person again, not even as a reminder or an update."""
        return frozenset(said.item.key for said in self.feedback if said.verdict in DISMISSED)

    def said_of(self, key: ItemKey) -> tuple[Verdict, ...]:
        """Return every verdict that holds for an item, oldest first."""
        return tuple(said.verdict for said in self.feedback if said.item.key == key)


def parse_interests(text: str) -> tuple[Interest, ...]:
    """Split what a person typed into interests: at ``;`` and line ends, blanks trimmed.

    Repeated phrases (case ignored) count once, since writing one twice is an accident. Commas do
    not split: "vision, language and action models" is one interest.
    """
    phrases = (" ".join(part.split()) for line in text.splitlines() for part in line.split(";"))
    unique = {phrase.casefold(): phrase for phrase in reversed([p for p in phrases if p])}
    return tuple(Interest(text=phrase) for phrase in reversed(unique.values()))


def muting_word(profile: Profile, item: Item) -> str | None:
    """Return the first muted word or phrase that the item's text or tags hold, if any.

    Case is ignored and only whole words count: muting "rl" does not mute "world". Scripts that are
    written without spaces have no ends of words: there, and beside them, any place counts. In
    Korean particles follow a word without a space, so the end of one is not asked for.
    """
    if not profile.muted:
        return None
    text = composed(f"{item.text}\n{' '.join(item.tags)}").casefold()
    return next((word for word in profile.muted if _holds(text, composed(word).casefold())), None)


def _holds(text: str, phrase: str) -> bool:
    if phrase not in text:
        return False
    before = _NO_LETTER_BEFORE if not is_unspaced(phrase[:1]) else ""
    after = "" if is_unspaced(phrase[-1:]) or _HANGUL_END.search(phrase) else _NO_LETTER_AFTER
    return re.search(f"{before}{re.escape(phrase)}{after}", text) is not None


def known_zone(name: str) -> str:
    """Return the IANA time zone that somebody named: ``berlin`` is ``Europe/Berlin``.

    A shift such as ``GMT+2`` is refused: IANA has a zone of that name, which lies two hours west
    of Greenwich, and hardly any place keeps one shift all year.

    Raises:
        UsageError: if it is none that this machine knows, the place stands for several, or the
            name is that of a zone that people do not mean by it.
    """
    typed = "_".join(name.split()).casefold()
    if typed in _MISTAKEN:
        raise UsageError(f"“{name}” {_MISTAKEN[typed]}")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        found = _zones_like(typed)
        if len(found) == 1:
            return found[0]
        raise UsageError(_no_zone(name)) from None
    return name


def _no_zone(name: str) -> str:
    if _SHIFT.fullmatch(name.strip()):
        return f"“{name}” is no place, and most places change their clocks. {_EXAMPLE}"
    zones = {zone.casefold(): zone for zone in available_timezones() if "/" in zone}
    places = {zone.rpartition("/")[2]: zone for zone in sorted(zones, reverse=True)}
    typed = "_".join(name.split()).casefold()
    close = get_close_matches(typed, zones if "/" in typed else places, n=1, cutoff=0.75)
    if not close:
        return f"“{name}” is not an IANA time zone. {_EXAMPLE}"
    meant = zones[places.get(close[0], close[0])]
    return f"“{name}” is not an IANA time zone. Did you mean {meant}?"


def _zones_like(typed: str) -> list[str]:
    """Return the zones that are called so, or whose place is, whatever the case of letters."""
    names = available_timezones() if typed else set()
    whole = [name for name in names if name.casefold() == typed]
    places = (name for name in names if not name.startswith(_NO_PLACES))
    return whole or [name for name in places if name.casefold().endswith(f"/{typed}")]


_EXAMPLE = "Write it like Europe/Berlin"
_SHIFT = re.compile(r"(?:gmt|utc|z)?\s*[+\N{MINUS SIGN}-]\s*\d{1,2}(?::?\d\d)?", re.IGNORECASE)
_NO_PLACES = ("Etc/", "Brazil/", "Mexico/", "Australia/North", "Australia/South")
"""Zones that are found by their whole name only: their last part names no place, or another one."""

_MISTAKEN = {
    "est": "has no summer time. Write America/New_York, or America/Panama if you have none",
    "mst": "has no summer time. Write America/Denver, or America/Phoenix if you have none",
    "factory": f"is no place. {_EXAMPLE}",
    "localtime": f"is no place. {_EXAMPLE}",
    "posixrules": f"is no place. {_EXAMPLE}",
}
"""Names of IANA zones by which people mean another one, by what to tell them."""
