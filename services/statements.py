"""What people write of themselves: lists, sentences, a biography; what they want, and what not."""

# ruff: noqa: RUF001  # people type signs that look alike

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from language.plain import visible
from services.statement_words import (
    ARTICLE,
    TURN,
    UNWANTED,
    UNWANTED_END,
    WANTED,
    WANTED_AFTER_ALL,
    WANTED_END,
    WITHOUT,
)

MAX_PHRASES = 60
"""Phrases that are taken from one text."""

MAX_SENTENCE = 2_000
"""Characters of one sentence that are read; the rest is left out."""

_LEAD = 150
"""Characters by which a clause says what it is."""

_I = re.IGNORECASE
_PICTURES = (
    "\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001faff"
)
_JOINERS = "\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff"
_NO_SIGN = re.compile(rf"\s*[❌❎🚫⛔👎🙅✖✗✘🛑🚷🤮😡🙄][{_JOINERS}♀♂]*\s*")
_BULLET = re.compile(
    r"\s*(?:[-*+•‣◦·∙▪●○►»>–—]\s+|[•‣◦▪●○►]|\(?(?:\d{1,2}|[a-z])[.)]\s+|\[[ xX]?\]\s*|#{1,6}\s+"
    rf"|[{_PICTURES}][{_JOINERS}]*\s*|\d\ufe0f?\u20e3\s*)+"
)
_INNER = re.compile(r";|\s\(?\d{1,2}[.)]\s+")
"""Between the parts of a line that begins as a list."""

_BESIDE = re.compile(r"\s+[|/•·]\s+|\t+")
"""Between subjects that stand beside each other on one line."""

_TAGS = re.compile(r"\s*#[^\s#]+(?:[\s,]+#[^\s#]+)*\s*")
_EXAMPLES = re.compile(
    r"[\s,;:(]{1,4}(?:e\.\s?g\.|i\.\s?e\.|for\s+example|for\s+instance|such\s+as|z\.\s?b\.|zum\s+beispiel"
    r"|par\s+exemple|p\.\s?ex\.|namely)[\s,:]+(?=\w)",
    _I,
)
_SUCH_AS = "\ue000"
"""Stands for "such as" while a sentence is read."""

_MUTED = re.compile(r"\s*muted?:\s*(.*\S)\s*", _I)
_ANSWERED = re.compile(r"\?\s+(?=(?:no|nope|never|nein|non)\b)", _I)
_YES_OR_NO = re.compile(r"\s*(?P<what>.+\S)\s+(?P<said>yes|no|ja|nein|oui|non)\s*", _I)
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!Dr\.)(?<!Prof\.)(?<=[.!?])\s+|(?<=[。！？])"
)
_CHINESE = re.compile(
    r"(?:请?(?:我)?(?:不要|不想看|不想要|不喜欢|讨厌|除了))(?P<a>.+)|(?:我)?对(?P<b>.+?)(?:不|没有?)(?:感)?兴趣"
    r"|(?P<c>.+?)(?:に|には|は)(?:興味(?:が|は)?(?:ない|ありません)|いらない|要らない|不要)(?:です)?"
    r"|(?P<d>.+?)(?:は|が)嫌い(?:です)?|(?P<e>.+?)以外"
)
_CHINESE_WISH = re.compile(r"(?:我)?(?:对(?P<a>.+?)(?:很|非常)?感兴趣|(?:喜欢|想看|关注)(?P<b>.+))")
_LABEL = re.compile(
    r"\s*(?:the\s+)?(?:things?|stuff|topics?|subjects?|words|areas?|what|was|ce\s+que)\b[^:;,]{0,50}:\s*(?P<rest>.*)",
    _I,
)
_LABEL_REFUSES = re.compile(
    r"\b(?:\w+n['’]t|dont|not|never|no|avoid|hate|dislike|mute|exclude|skip|ignore|unwanted|hide|block|"
    r"against|nicht|keine?|pas)\b",
    _I,
)
_EMPHASIS = re.compile(r"(\*{1,3}|`|__)(?=\S)(.*?\S)\1")
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
    r"(?:please|thanks?(?:\s+you)?|etc|and|or|the|at\s+all|anymore|any\s+(?:more|longer)|whatsoever|"
    r"too|as\s+well|instead|though|yes|bitte|danke|merci|also|but)$",
    _I,
)
_NO_SUBJECT = re.compile(
    r"(?:stuff|things?|posts?|papers?|articles?|news|content|all|no|none|more|nope|never|yes|really|"
    r"(?:every|any|no|some)thing(?:\s+(?:like\s+(?:that|this)|else))?|alles|nichts|nein|ja|tout|rien|non|oui)",
    _I,
)
_AGAIN = re.compile(
    r"\s+(?:again|everywhere|lately|these\s+days|in\s+general|stuff|things|sehen|lesen|hören"
    r"|out(?:\s+of\s+(?:it|this))?)$",
    _I,
)
_KINDS = re.compile(r"\s+(?:news|posts?|content|papers?|articles?|stories)$", _I)
_EDGES = " \t,;:.!?\"'“”‘’«»„()[]*_`…。！？|<>"


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
    """Understand what somebody typed or pasted; sentences in three languages, lists in any.

    Args:
        text: several lines.
        known: lines in lower case that are taken as they are, such as present interests; what
            follows "mute: " in one is muted as it is.
    """
    found: dict[str, list[str]] = {"wanted": [], "unwanted": [], "ignored": []}
    negated = False
    lines = visible(text).splitlines()
    for_and_against = {line.lstrip()[:2] for line in lines} >= {"+ ", "- "}
    for line in lines:
        muted = _MUTED.fullmatch(line)
        if line.strip().casefold() in known:
            found["unwanted" if muted else "wanted"].append(muted[1] if muted else line.strip())
            continue
        bare, listed, refused = _without_bullet(_EMPHASIS.sub(r"\2", line))
        refused = refused or (for_and_against and line.lstrip().startswith("- "))
        if label := _LABEL.fullmatch(bare):
            refused = bool(_LABEL_REFUSES.search(bare[: label.start("rest")]))
            if not label["rest"].strip():
                negated = refused
                continue
            bare = label["rest"]
        elif heading := re.fullmatch(r"\s*([^:;,]{1,60}):\s*", bare):
            name = heading[1].strip()
            negated = refused or _refuses(name) or _refuses(f"{name}:")
            continue
        negated = negated and listed
        for sentence in _sentences(bare, listed=listed):
            read = list(_read(sentence, negated=negated or refused))
            if not read and re.search(r"\w", sentence) and not WANTED.match(sentence):
                read = [("ignored", sentence)]
            for kind, phrase in read:
                found[kind].append(phrase)
    wanted = _unique(found["wanted"])
    unwanted = _unique([_narrowed(phrase, wanted) for phrase in found["unwanted"]])
    return Statement(wanted=wanted, unwanted=unwanted, ignored=_unique(found["ignored"]))


def _without_bullet(line: str) -> tuple[str, bool, bool]:
    """Return a line without what lists begin with, whether it was one, and whether it says no."""
    bare, refused = line, False
    for _ in range(6):
        sign = _NO_SIGN.match(bare)
        bullet = sign or _BULLET.match(bare)
        if bullet is None or bullet.end() == 0:
            break
        refused = refused or sign is not None or bool(_NO_SIGN.search(bullet.group()))
        bare = bare[bullet.end() :]
    if _TAGS.fullmatch(bare):
        bare = ", ".join(tag.strip("#,") for tag in bare.split())
    return bare, bare != line, refused


def _sentences(line: str, *, listed: bool) -> Iterator[str]:
    text = _ANSWERED.sub(": ", _EXAMPLES.sub(_SUCH_AS, line.replace(_SUCH_AS, " ")))
    for part in _INNER.split(text) if listed else text.split(";"):
        for beside in _BESIDE.split(part):
            for sentence in _SENTENCE_END.split(beside):
                yield sentence.strip()[:MAX_SENTENCE]


def _read(sentence: str, *, negated: bool) -> Iterator[tuple[str, str]]:
    """Yield what one sentence says, as the name of an attribute and a phrase."""
    if any(map(_in_chinese, pieces := re.split(r"[，、,]", sentence.rstrip("。！!. ")))):
        for piece in pieces:
            yield from _in_chinese(piece) or (("wanted", one) for one in _listed(piece, told=True))
        return
    answered = [_YES_OR_NO.fullmatch(piece) for piece in sentence.rstrip(". !").split(",")]
    if all(answered):
        for one in filter(None, answered):
            yes = one["said"].casefold() in {"yes", "ja", "oui"}
            yield from _wanted(one["what"]) if yes else _unwanted(one["what"])
        return
    for refused, clause in _clauses(sentence, refused=negated):
        if refused:
            yield from _unwanted(clause)
        elif WANTED_AFTER_ALL.match(clause):
            yield from _wanted(clause)
        else:
            kept, *without = WITHOUT.split(clause, maxsplit=1)
            yield from _wanted(kept)
            for rest in without:
                yield from _unwanted(rest)


def _in_chinese(piece: str) -> list[tuple[str, str]]:
    """Return what a clause in Chinese or Japanese says, nothing if it names its subject only."""
    for kind, pattern in (("unwanted", _CHINESE), ("wanted", _CHINESE_WISH)):
        if found := pattern.fullmatch(piece.strip()):
            return [
                (kind, one) for group in found.groups() for one in _listed(group or "", told=True)
            ]
    return []


def _clauses(sentence: str, *, refused: bool) -> Iterator[tuple[bool, str]]:
    """Split a sentence where it goes on with the opposite; yield whether each refuses."""
    begin = 0
    end = UNWANTED_END.search(sentence.rstrip(". !"))
    refused = _sign(sentence, otherwise=refused)
    for turn in TURN.finditer(sentence):
        if end is not None and turn.end() > end.start():
            break
        if turn.start() < begin + _lead(sentence[begin : begin + _LEAD]):
            continue
        rest = sentence[turn.end() : turn.end() + _LEAD]
        back = refused and bool(turn["turning"])
        if not (back or _leads(rest, alone=refused or bool(turn["turning"]))):
            continue
        if turn.start() > begin:
            yield refused, sentence[begin : turn.start()]
        begin, refused = turn.end(), _sign(rest, otherwise=refused and not back)
    yield refused, sentence[begin:]


def _refuses(clause: str) -> bool:
    return bool(UNWANTED.match(clause) or UNWANTED_END.search(clause.rstrip(". !")))


def _sign(clause: str, *, otherwise: bool) -> bool:
    """Whether a clause says what is not wanted."""
    if WANTED_AFTER_ALL.match(clause):
        return False
    if UNWANTED.match(clause) or UNWANTED_END.search(clause.rstrip(". !")):
        return True
    return otherwise and not _tells(clause)


def _tells(clause: str) -> bool:
    lead = WANTED.match(clause)
    return lead is not None and bool(clause[lead.end() :].strip())


def _lead(clause: str) -> int:
    """Return how many characters of a clause say no more than what kind it is."""
    leads = (pattern.match(clause) for pattern in (WANTED_AFTER_ALL, UNWANTED, WANTED))
    return max((lead.end() for lead in leads if lead), default=0)


def _leads(clause: str, *, alone: bool) -> bool:
    """Whether a clause says by its first words that it is one, or by one word ``alone``."""
    if WANTED_AFTER_ALL.match(clause) or UNWANTED.match(clause):
        return True
    lead = WANTED.match(clause)
    return lead is not None and (alone or len(lead.group().split()) > 1)


def _refusal(clause: str) -> str:
    """Return what a clause refuses, without the words that say so."""
    rest = clause.strip().rstrip(". !")
    for _ in range(3):
        begun = UNWANTED.match(rest)
        if begun is None or begun.end() == 0:
            break
        rest = rest[begun.end() :]
    bare = UNWANTED_END.sub("", rest)
    lead = WANTED.match(bare) if bare != rest else None
    return bare[lead.end() :] if lead else bare


def _unwanted(clause: str) -> Iterator[tuple[str, str]]:
    yield from (("unwanted", one) for one in _listed(_refusal(clause), told=True))


def _wanted(clause: str) -> Iterator[tuple[str, str]]:
    piece = _trimmed(clause)
    rest, told, prefers = piece, False, False
    for _ in range(6):
        lead = WANTED_AFTER_ALL.match(rest) or WANTED.match(rest)
        if lead is None or lead.end() == 0:
            break
        said = lead.group()
        told = told or len(said.split()) > 1 or ":" in said or "'" in said or "’" in said
        prefers = prefers or "prefer" in said.casefold()
        rest = rest[lead.end() :]
    if told and UNWANTED.match(rest):  # as in "I want no crypto"
        yield from _unwanted(rest)
        return
    bare = WANTED_END.sub("", rest)
    rest, told = bare, told or bare != rest
    if _NARRATIVE.search(rest) and len(rest.split()) > 3:
        cue = _CUE.search(rest)
        if cue is None:
            yield "ignored", piece
            return
        rest, told = rest[cue.end() :], True
    if told:
        rest = _CLAUSE_END.sub("", rest)
    if prefers:
        rest = re.split(r"\s+(?:over|to)\s+", rest, maxsplit=1)[0]
    yield from (("wanted", one) for one in _listed(rest, told=told))


def _listed(text: str, *, told: bool) -> Iterator[str]:
    """Split a list at its commas, and a told one at its last "and".

    By itself "vision, language and action" is one subject; in "I like vision, language and action"
    it is three.
    """
    text, *examples = text.split(_SUCH_AS)
    parts = [part for part in re.split(r"\s*[,、，]\s*(?![^()]*\))", text) if part.strip()]
    joined = (
        r"\s+(?:and|or|nor|as\s+well\s+as|und|oder|noch|sowie|et(?!\s+al)|ou|ni(?:\s+d[eu])?|&)\s+"
    )
    together = bool(parts) and re.search(joined, parts[-1], _I) is not None
    last = re.match(r"(?:and|or)\s", parts[-1], _I) if parts else None
    if not told and together and not last:
        parts = [text]
    elif told:
        parts = [one for part in parts for one in re.split(joined, part, flags=_I)]
    for part in parts:
        bare = _trimmed(re.sub(r"^(?:and|or|nor|und|oder|et|ou|ni(?:\s+d[eu])?)\s", "", part))
        bare = ARTICLE.sub("", bare, count=1) if told and ARTICLE.match(bare) else bare
        plain = bare in {bare.lower(), bare.capitalize(), bare.upper()}  # NoPE is a name
        if bare and not (plain and _NO_SUBJECT.fullmatch(bare)):
            yield bare
    for one in examples:
        yield from _listed(one, told=True)


def _narrowed(phrase: str, wanted: Collection[str]) -> str:
    """Return an unwanted phrase without what it was told to be: "crypto" for "crypto news".

    It stays whole where its subject is wanted: "no LLM papers" must not mute LLM agents for whoever
    asks for them.
    """
    subject = _KINDS.sub("", _AGAIN.sub("", phrase))
    word = re.compile(rf"\b{re.escape(subject)}s?\b", _I)
    return phrase if any(word.search(one) for one in wanted) else subject


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
        opened = f"({stripped}"
        stripped = opened if phrase.lstrip().startswith("(") else stripped.replace(")", "", 1)
    return f".{stripped}" if phrase.startswith(".") and phrase[1:2].isalpha() else stripped


def _unique(phrases: list[str]) -> tuple[str, ...]:
    first = {phrase.casefold(): phrase for phrase in reversed(phrases)}
    return tuple(reversed(first.values()))[:MAX_PHRASES]
