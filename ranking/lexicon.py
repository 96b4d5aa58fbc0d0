"""Words as numbers: every item's text is read once, then only integers are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.items import Item, ItemKey
from language.stems import Stems
from language.tokens import BREAK, fold, is_break, pieces
from ranking.sparse import Ints

STOP = -1
"""Stem number of a word that carries no subject."""

PHRASE_END = -2
"""Stem number of the mark between phrases, across which no word pair is formed."""

MAX_STEMS = 400_000
"""Stems of one lexicon: past that, texts have brought more rubbish than words (about 100 MB)."""


class Lexicon(dict[str, int]):
    """Numbers for words as written, and for their stems.

    ``lexicon[word]`` is the number of a word as written; ``stem_of[number]`` that of its stem, or
    ``STOP`` or ``PHRASE_END``.

    Attributes:
        written: words as written, by number.
        stem_of: number of the stem of each word.
        stems: stems, by number.
    """

    __slots__ = ("_numbers", "_stems", "stem_of", "stems", "written")

    def __init__(self) -> None:
        super().__init__({BREAK: 0})
        self._stems = Stems()
        self._numbers: dict[str, int] = {}
        self.stems: list[str] = []
        self.stem_of: list[int] = [PHRASE_END]
        self.written: list[str] = [BREAK]

    def __missing__(self, word: str) -> int:
        if is_break(word):
            self[word] = 0
            return 0
        number = len(self.written)
        self[word] = number
        self.written.append(word)
        self.stem_of.append(self._number(self._stems[fold(word)]))
        return number

    def _number(self, stem: str) -> int:
        if not stem:
            return STOP
        number = self._numbers.get(stem)
        if number is None:
            number = self._numbers[stem] = len(self.stems)
            self.stems.append(stem)
        return number

    def number_of(self, stem: str) -> int:
        """Return the number of a stem that was read."""
        return self._numbers[stem]

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of the words of a text as written."""
        return list(map(self.__getitem__, pieces(text)))


@dataclass(frozen=True)
class Texts:
    """The words of many texts, one after the other; stop words are left out.

    Attributes:
        written: shape (words,): number of each word as written.
        stem: shape (words,): number of its stem.
        row: shape (words,): which text it stands in.
        phrase: shape (words,): which phrase, counted over all texts.
        count: number of texts.
    """

    written: Ints
    stem: Ints
    row: Ints
    phrase: Ints
    count: int


class Tokenizer:
    """Turns texts into numbers of words, and caches those of items for as long as it is kept.

    This is most of the cost of a digest: kept over several calls, the same items cost nothing the
    second time. Memory stays bounded if a tokenizer without room is replaced by a new one.
    """

    def __init__(self, *, capacity: int = 60_000) -> None:
        self.lexicon = Lexicon()
        self._stem_of = np.zeros(0, dtype=np.int64)
        self._capacity = capacity
        self._read: dict[ItemKey, tuple[str, str, NDArray[np.int32]]] = {}

    def has_room(self, items: int) -> bool:
        """Return whether that many more items may be remembered; then take a new tokenizer."""
        return len(self._read) + items <= self._capacity and len(self.lexicon.stems) <= MAX_STEMS

    def items(self, items: Sequence[Item]) -> Texts:
        """Read title, summary and topics of items, in their order."""
        return self._texts([self._item(item) for item in items])

    def phrases(self, texts: Iterable[str]) -> Texts:
        """Read short texts that a person wrote."""
        numbers = self.lexicon.numbers
        return self._texts([np.array(numbers(text), dtype=np.int32) for text in texts])

    def _item(self, item: Item) -> NDArray[np.int32]:
        known = self._read.get(item.key)
        if known is not None and known[0] == item.title and known[1] == item.summary:
            return known[2]
        topics = (tag for tag in item.tags if "." not in tag)  # a code such as cs.LG is no word
        text = f" {BREAK} ".join((item.title, item.summary, *topics))
        array = np.array(self.lexicon.numbers(text), dtype=np.int32)
        self._read[item.key] = (item.title, item.summary, array)
        return array

    def _texts(self, read: Sequence[NDArray[np.int32]]) -> Texts:
        written = np.concatenate(read or [np.zeros(0, np.int32)])
        row = np.repeat(np.arange(len(read)), np.array([len(one) for one in read], dtype=np.int64))
        new = self.lexicon.stem_of[len(self._stem_of) :]
        self._stem_of = np.concatenate((self._stem_of, np.array(new, dtype=np.int64)))
        stem = self._stem_of[written]
        phrase = np.cumsum(stem == PHRASE_END) + row
        kept = np.flatnonzero(stem >= 0)
        return Texts(written[kept].astype(np.int64), stem[kept], row[kept], phrase[kept], len(read))
