"""What people write of themselves: lists, sentences, a biography; what they want, and what not."""

# ruff: noqa: RUF001  # people type signs that look alike

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

MAX_PHRASES = 60
"""Phrases that are taken from one text."""

_I = re.IGNORECASE
_BULLET = re.compile(
    r"\s*(?:[-*+•‣◦·▪●○►»–—]\s+|[•‣◦▪●○►]|\(?\d{1,2}[.)]\s+|\[[ xX]\]\s*|#{1,6}\s+)+"
)
_INNER = re.compile(r";|\s\(?\d{1,2}[.)]\s+")
"""Between the parts of a line that begins as a list."""

_MUTED = re.compile(r"\s*muted?:\s*(.*\S)\s*", _I)
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!Dr\.)(?<!Prof\.)(?<=[.!?])\s+|(?<=[。！？])"
)
_ADVERB = (
    r"(?:(?:also|really|very|mostly|mainly|currently|particularly|especially|primarily|always|"
    r"deeply|just|definitely|absolutely|quite|so|at all|that|much|still)\s+)*"
)
_AM = r"(?:i\s+am|i['’]m|im|we\s+are|we['’]re)\s+"
_DO_NOT = r"(?:do\s+not|don['’]?t|dont|does\s+not|doesn['’]t|never|cannot|can['’]t|can\s+not)"
_ABOUT = r"(?:\s+(?:about|on|of|in|for|with|around|regarding|related\s+to))?"
_ANY = (
    r"(?:(?:any|all|more|anything|everything|something|the)\b"
    r"(?:\s+(?:about|on|of|to\s+do\s+with))?\s+)*"
)
_UNWANTED = re.compile(
    rf"(?:(?:but|and|also|please)[\s,]+)*(?:"
    rf"(?:{_AM})?{_ADVERB}(?:not|no\s+longer|un)\s*{_ADVERB}(?:interested|into|keen|fond)"
    rf"(?:\s+(?:in|on|of|by))?"
    rf"|(?:i\s+|we\s+)?{_ADVERB}{_DO_NOT}\s+{_ADVERB}(?:want|like|care|need|wish|enjoy|show|send|stand)"
    rf"(?:\s+me)?(?:\s+to\s+(?:see|read|hear|know|get))?{_ABOUT}"
    rf"|(?:i\s+|we\s+)?{_ADVERB}(?:hate|dislike|detest)"
    rf"|(?:{_AM})?{_ADVERB}(?:tired|sick|bored)\s+(?:of|by|with)"
    r"|(?:anything|everything)\s+but\s|not\s+(?!only\b|just\b)|no\s+(?!free\s+lunch|longer\b)|keine?[nr]?\s|nothing\s+(?:about|on|with|related\s+to)"
    r"|(?:without|exclude|excluding|except(?:\s+for)?|avoid|ignore|mute|hide|less\s+(?:of|about))\s"
    rf"|-(?=\w))\s*{_ANY}",
    _I,
)
_UNWANTED_END = re.compile(
    r"\s*(?:(?:is|are)\s+(?:not|of\s+no)\s+(?:interesting|interest|for\s+me|my\s+thing)(?:\s+to\s+me)?"
    r"|(?:isn['’]t|aren['’]t)\s+(?:interesting|for\s+me|my\s+thing)"
    r"|(?:does\s+not|doesn['’]t|do\s+not|don['’]t)\s+interest\s+me|bores?\s+me"
    r"|:\s*no(?:\s+thanks)?|,?\s+no,?\s+thanks)$",
    _I,
)
_TURN = re.compile(
    rf"[\s,;]+(?:but|and|yet|though)\s+(?=(?:{_AM})?(?:not|no|without|never|nothing)\b"
    rf"|(?:i\s+|we\s+)?(?:{_DO_NOT}|hate|dislike)\b)"
    r"|\s*,\s*(?=(?:not|no|without|except|excluding|nothing)\s)|\s+(?=(?:except|excluding)\s)",
    _I,
)
_TURN_BACK = re.compile(
    rf"[\s,;]+(?:but|instead)\s+(?=(?:{_AM}|(?:i|we)\s+|yes\b|more\b|rather\b|only\b))", _I
)
_NOUNS = r"(?:interests?|topics?|work|research|focus|fields?|areas?|keywords?|expertise)"
_WANTED = re.compile(
    rf"(?:(?:hi|hello|hey)\b(?:\s+(?:all|there|everyone))?[\s,!.]*"
    rf"|{_AM}{_ADVERB}(?:interested\s+in|into|keen\s+on|passionate\s+about|fascinated\s+by|"
    r"curious\s+about|working\s+(?:on|with|in)|an?\s+fan\s+of|focus(?:s)?(?:ed|ing)\s+on|looking\s+for|"
    r"studying|researching|learning(?:\s+about)?|specializ(?:ed|ing)\s+in)"
    rf"|(?:i|we)\s+{_ADVERB}(?:like|love|enjoy|follow|study|research|work\s+(?:on|with|in)|"
    r"care\s+about|want|prefer|read|specialize\s+in|focus\s+on|do(?=\s+(?!not\b)))"
    r"(?:\s+to\s+(?:see|read|hear|learn|know|get))?(?:\s+(?:more\s+)?(?:about|of|on))?"
    r"|(?:i['’]d|i\s+would|we\s+would)\s+(?:like|love)"
    r"(?:\s+to\s+(?:see|read|hear|learn|know|get))?(?:\s+more)?(?:\s+(?:about|of|on))?"
    rf"|(?:my|our|his|her)\s+(?:\w+\s+){{0,2}}{_NOUNS}(?:\s+of\s+interest)?\s*"
    r"(?::|(?:are|is|include[sd]?|focus(?:es)?\s+on|lies?\s+in|span)\b(?:\s+in\b)?:?)"
    rf"|(?:\w+\s+){{0,2}}{_NOUNS}(?:\s+of\s+interest)?\s*(?:are\b|include\b|:)"
    r"|(?:please\s+)?(?:show|send|give|tell)\s+me(?:\s+(?:more|anything|everything))?"
    r"(?:\s+(?:about|on|of))?"
    r"|(?:more|anything|everything|something|news|papers|articles|updates|stuff)\s+"
    r"(?:about|on|related\s+to|around|like)"
    r"|interested\s+in|(?:also|especially|particularly|mostly|mainly|plus|and|or|yes|rather|only|but|"
    r"not\s+(?:only|just))\b(?=[\s,:])"
    r")[\s,:]*",
    _I,
)
_CUE = re.compile(
    r"\b(?:work(?:s|ing|ed)?\s+on|interest(?:ed)?\s+in|research(?:es|ing)?\s+(?:on|in)|"
    r"focus(?:s)?(?:es|ing|ed)?\s+on|speciali[sz](?:es?|ing|ed)\s+in|stud(?:y|ies|ying)|expert\s+in|"
    r"expertise\s+in|passionate\s+about|fascinated\s+by|love|enjoy|curious\s+about|"
    r"(?:interests|topics)\s+(?:are|include|lie\s+in)|writ(?:es?|ing)\s+about|build(?:s|ing)?)\s+",
    _I,
)
_CLAUSE_END = re.compile(
    r"[,\s]+(?:at|where|who|which|since|because|before|after|while|when|until|during)\b.*$",
    _I | re.S,
)
_NARRATIVE = re.compile(
    r"\b(?:i|i['’]m|i['’]ve|my|me|we|our|he|she|his|her|hi|hello)\b|\b(?:is|was|works|worked)\s+"
    r"(?:an?|the|as|at|in)\b",
    _I,
)
_EMPTY = re.compile(
    r"(?:please|thanks?(?:\s+you)?|etc|and|or|the|stuff|things?|posts?|content|at\s+all|anymore|"
    r"any\s+more|whatsoever|too|as\s+well)$",
    _I,
)
_KINDS = re.compile(r"\s+(?:news|posts?|content|papers?|articles?|stories|talk|hype)$", _I)
_EDGES = " \t,;:.!?\"'“”‘’()[]*_`…。！？"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a text says.

    Attributes:
        wanted: phrases to look for.
        unwanted: words and phrases that are not to be shown.
        ignored: sentences that name no subject.
    """

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...]
    ignored: tuple[str, ...]


def statement(text: str, known: Collection[str] = ()) -> Statement:
    """Understand what somebody typed or pasted; English sentences, and lists in any language.

    Args:
        text: several lines; "mute: x" names a phrase that is taken as it is.
        known: lines in lower case that are phrases as they are, such as present interests.
    """
    found: dict[str, list[str]] = {"wanted": [], "unwanted": [], "ignored": []}
    negated = False
    for line in text.splitlines():
        if line.strip().casefold() in known:
            found["wanted"].append(line.strip())
            continue
        if muted := _MUTED.fullmatch(line):
            found["unwanted"].append(muted[1])
            continue
        bare = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
        listed = bare is not line
        if heading := re.fullmatch(r"\s*([^:;,]{1,60}):\s*", bare):
            negated = bool(_UNWANTED.match(heading[1].strip()) or _UNWANTED_END.search(heading[1]))
            continue
        negated = negated and listed
        for part in _INNER.split(bare) if listed else bare.split(";"):
            for sentence in _SENTENCE_END.split(part):
                read = list(_read(sentence.strip(), negated=negated))
                if not read and re.search(r"\w", sentence) and not _WANTED.match(sentence):
                    read = [("ignored", sentence.strip())]
                for kind, phrase in read:
                    found[kind].append(phrase)
    return Statement(**{kind: _unique(phrases) for kind, phrases in found.items()})


def _read(sentence: str, *, negated: bool) -> Iterator[tuple[str, str]]:
    """Yield what one sentence says, as the name of an attribute and a phrase."""
    for turned, clause in enumerate(part for part in _TURN.split(sentence) if part):
        for back, piece in enumerate(_TURN_BACK.split(clause)):
            if not (bare := _trimmed(piece)):
                continue
            ending = _UNWANTED_END.search(piece.rstrip(". !"))
            begun = _UNWANTED.match(piece.strip())
            if (negated and not back and not turned) or begun or ending:
                rest = piece.strip()[begun.end() :] if begun else piece.rstrip(". !")
                rest = rest[: ending.start()] if ending and not begun else rest
                yield from (("unwanted", _KINDS.sub("", one)) for one in _listed(rest, told=True))
            else:
                yield from _wanted(bare)


def _wanted(piece: str) -> Iterator[tuple[str, str]]:
    rest, told = piece, False
    for _ in range(6):
        lead = _WANTED.match(rest)
        if lead is None or lead.end() == 0:
            break
        told = told or len(lead.group().split()) > 1 or ":" in lead.group()
        rest = rest[lead.end() :]
    if _NARRATIVE.search(rest) and len(rest.split()) > 3:
        cue = _CUE.search(rest)
        if cue is None:
            yield "ignored", piece
            return
        rest, told = rest[cue.end() :], True
    if told:
        rest = _CLAUSE_END.sub("", rest)
    yield from (("wanted", one) for one in _listed(rest, told=told))


def _listed(text: str, *, told: bool) -> Iterator[str]:
    """Split a list at its commas, and a told one at its last "and".

    By itself "vision, language and action" is one subject; in "I like vision, language and action"
    it is three.
    """
    parts = [part for part in re.split(r"\s*[,、，]\s*", text) if part.strip()]
    joined = r"\s+(?:and|or|as\s+well\s+as|&)\s+"
    together = bool(parts) and re.search(joined, parts[-1], _I) is not None
    last = re.match(r"(?:and|or)\s", parts[-1], _I) if parts else None
    if not told and together and not last:
        parts = [text]
    elif told:
        parts = [one for part in parts for one in re.split(joined, part, flags=_I)]
    yield from (
        trimmed for part in parts if (trimmed := _trimmed(re.sub(r"^(?:and|or)\s", "", part)))
    )


def _trimmed(phrase: str) -> str:
    """Return a phrase without what stands around it; "" if nothing is left."""
    bare = " ".join(phrase.split())
    while True:
        stripped = _outside(bare)
        shorter = _EMPTY.sub("", stripped) if " " in stripped else stripped
        if shorter == bare:
            return "" if _EMPTY.fullmatch(bare) else bare
        bare = shorter


def _outside(phrase: str) -> str:
    """Strip signs at the ends, but not a bracket whose partner stands inside, nor that of C#."""
    stripped = phrase.strip(_EDGES)
    if stripped.count("(") > stripped.count(")"):
        stripped += ")"
    elif stripped.count(")") > stripped.count("("):
        stripped = f"({stripped}"
    return f".{stripped}" if phrase.startswith(".") and phrase[1:2].isalpha() else stripped


def _unique(phrases: list[str]) -> tuple[str, ...]:
    first = {phrase.casefold(): phrase for phrase in reversed(phrases)}
    return tuple(reversed(first.values()))[:MAX_PHRASES]
