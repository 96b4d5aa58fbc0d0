"""What of a phrase stands in a text: what may be claimed of it, in the text's own words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from language.names import named_by
from language.stems import Stems
from language.tokens import is_break, pieces

MAX_GAP = 2
"""Words that carry no subject between two that still stand side by side: "analysis of the data"."""

MAX_NAMED = 3
"""Words or runs of words of one phrase that are named."""

_stems = Stems()


@dataclass(frozen=True, slots=True)
class Found:
    """What of a phrase stands in a text.

    Attributes:
        whole: whether the phrase stands there word for word; case, hyphens and line ends aside.
        words: what else of it stands there, as the text writes it, longest run first: its words
            side by side, or single ones.
        tagged: whether only the tags hold it.
    """

    whole: bool = False
    words: tuple[str, ...] = ()
    tagged: bool = False

    def __bool__(self) -> bool:
        return self.whole or bool(self.words)


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
                return Found(whole=True)
            tagged = test(self._title, frozenset(tag.casefold() for tag in self._tags))
            return Found(words=(phrase,), tagged=True) if tagged else Found()
        if self._holds(phrase):
            return Found(whole=True)
        wanted = [stem for stem in map(_stem, pieces(phrase)) if stem]
        runs = sorted(self._runs(wanted), key=lambda run: run[0] - run[1])
        words = tuple(dict.fromkeys(self._written(begin, end) for begin, end in runs))
        if words:
            return Found(words=words[:MAX_NAMED])
        tags = [tag for tag in self._tags if set(wanted) & set(map(_stem, pieces(tag)))]
        return Found(words=tuple(tags[:1]), tagged=True) if tags else Found()

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

    def _runs(self, wanted: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield the longest stretches of the text that are stretches of the phrase, as places."""
        number = 0
        while number < len(wanted):
            starts = self._places.get(wanted[number], ())
            lengths = [self._length(wanted[number:], start) for start in starts]
            if not lengths:
                number += 1
                continue
            length = max(lengths)
            start = starts[lengths.index(length)]
            yield self._content[start][1], self._content[start + length - 1][1]
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

    def _written(self, begin: int, end: int) -> str:
        """Return the words from one place to another as they stand in the text, hyphens kept."""
        words = self._pieces[begin : end + 1]
        between = re.search(r"[\W_]*".join(map(re.escape, words)), self._text)
        return " ".join(between[0].split()) if between else " ".join(words)


def _stem(word: str) -> str:
    return "" if is_break(word) else _stems.of(word)
