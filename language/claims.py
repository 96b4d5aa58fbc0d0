"""What of a phrase stands in a text: what may be claimed of it, in the text's own words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from language.names import named_by
from language.stems import Stems
from language.tokens import is_break, pieces

MAX_GAP = 2
"""Words that carry no subject between two that still stand side by side: "analysis of the data"."""

MAX_NAMED = 3
"""Words or runs of words of one phrase that are named."""

_POSSESSIVE = re.compile(r"['’]s\Z")  # noqa: RUF001  both are written
_stems = Stems()


@dataclass(frozen=True, slots=True)
class Found:
    """What of a phrase stands in a text.

    Attributes:
        whole: whether the phrase stands there word for word; case, hyphens and line ends aside.
        words: what else of it stands there, as the text writes it and in the order of the phrase:
            its words side by side, or single ones.
        share: of the words of the phrase that carry a subject, how many stand there.
        tagged: whether only the tags hold it.
    """

    whole: bool = False
    words: tuple[str, ...] = ()
    share: float = 0.0
    tagged: bool = False

    def __bool__(self) -> bool:
        return self.whole or bool(self.words)


class _Run(NamedTuple):
    """A stretch of a text: its first and last piece, and how many words of a phrase it holds."""

    begin: int
    end: int
    length: int


class TextWords:
    """The words of a text, to look phrases up in.

    Args:
        title: of an item.
        summary: of the same; may be empty.
        tags: of the same; what only they hold is not claimed of the text.
    """

    def __init__(self, title: str, summary: str = "", tags: Iterable[str] = ()) -> None:
        self._title = title
        self._text = unicodedata.normalize("NFKC", f"{title}\n{summary}")
        self._tags = tuple(tags)

    def find(self, phrase: str) -> Found:
        """Return what of a phrase stands in the text, else in the tags."""
        test = named_by(phrase)
        if test is not None:
            if test(self._title, frozenset()):
                return Found(whole=True, share=1.0)
            tagged = test(self._title, frozenset(tag.casefold() for tag in self._tags))
            return Found(words=(phrase,), share=1.0, tagged=True) if tagged else Found()
        if self._holds(phrase):
            return Found(whole=True, share=1.0)
        wanted = [stem for stem in map(_stem, pieces(phrase)) if stem]
        runs = list(self._runs(wanted))
        if runs:
            longest = sorted(runs, key=lambda run: -run.length)[:MAX_NAMED]
            words = dict.fromkeys(self._written(run) for run in runs if run in longest)
            return Found(words=tuple(words), share=sum(r.length for r in runs) / len(wanted))
        for tag in self._tags:
            shared = set(wanted) & set(map(_stem, pieces(tag)))
            if shared:
                return Found(words=(tag,), share=len(shared) / len(set(wanted)), tagged=True)
        return Found()

    @cached_property
    def _pieces(self) -> list[str]:
        return [word for line in self._text.split("\n") for word in (*pieces(line), ".")]

    @cached_property
    def _lower(self) -> str:
        """All words in lower case with a blank around each, phrases apart."""
        words = (" . " if is_break(one) else one.casefold() for one in self._pieces)
        return f" {' '.join(words)} "

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """The places in ``_content`` of each stem."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, (stem, _) in enumerate(self._content):
            found[stem].append(number)
        return found

    @cached_property
    def _content(self) -> list[tuple[str, int]]:
        """Stem and place of each word that carries a subject, and of each end of a phrase."""
        return [
            (stem, place)
            for place, word in enumerate(self._pieces)
            if (stem := "" if is_break(word) else _stem(word)) or is_break(word)
        ]

    def _holds(self, phrase: str) -> bool:
        words = " ".join(word.casefold() for word in pieces(phrase) if not is_break(word))
        return bool(words) and f" {words} " in self._lower

    def _runs(self, wanted: Sequence[str]) -> Iterator[_Run]:
        """Yield the longest stretches of the text that are stretches of the phrase."""
        number = 0
        while number < len(wanted):
            starts = self._places.get(wanted[number], ())
            lengths = [self._length(wanted[number:], start) for start in starts]
            if not lengths:
                number += 1
                continue
            length = max(lengths)
            start = starts[lengths.index(length)]
            yield _Run(self._content[start][1], self._content[start + length - 1][1], length)
            number += length

    def _length(self, wanted: Sequence[str], start: int) -> int:
        """Return how many words from there on are those of the phrase, side by side."""
        length = 1
        for stem in wanted[1:]:
            if start + length >= len(self._content):
                break
            found, place = self._content[start + length]
            if found != stem or place - self._content[start + length - 1][1] > MAX_GAP + 1:
                break
            length += 1
        return length

    def _written(self, run: _Run) -> str:
        """Return a stretch as it stands in the text, hyphens kept and a last possessive not."""
        words = self._pieces[run.begin : run.end + 1]
        between = re.search(r"[\W_]*".join(map(re.escape, words)), self._text)
        written = " ".join(between[0].split()) if between else " ".join(words)
        return _POSSESSIVE.sub("", written)


def _stem(word: str) -> str:
    return "" if is_break(word) else _stems.of(word)
