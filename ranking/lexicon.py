"""Words as numbers: every item's text is read once, then only integers are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.items import Item, ItemKey
from language.stems import Stems, form
from language.tokens import BREAK, fold, is_break, pieces
from ranking.field_texts import FieldTexts
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
    ``STOP`` or ``PHRASE_END``. ``term_of[number]`` is that of its stem in any case: in a phrase
    that somebody wrote every word counts.

    Attributes:
        written: words as written, by number.
        stem_of: number of the stem of each word.
        term_of: the same, also for words that carry no subject.
        form_of: number of the ending by which each word was made (``language.stems.form``).
        stems: stems, by number.
    """

    __slots__ = (
        "_forms",
        "_numbers",
        "_stems",
        "form_of",
        "stem_of",
        "stems",
        "term_of",
        "written",
    )

    def __init__(self) -> None:
        super().__init__({BREAK: 0})
        self._stems = Stems()
        self._numbers: dict[str, int] = {}
        self.stems: list[str] = []
        self.stem_of: list[int] = [PHRASE_END]
        self.term_of: list[int] = [PHRASE_END]
        self._forms: dict[str, int] = {"": 0}
        self.form_of: list[int] = [0]
        self.written: list[str] = [BREAK]

    def __missing__(self, word: str) -> int:
        if is_break(word):
            self[word] = 0
            return 0
        number = len(self.written)
        self[word] = number
        self.written.append(word)
        folded = fold(word)
        stem = self._stems[folded]
        self.stem_of.append(self._number(stem) if stem else STOP)
        self.term_of.append(self._number(stem or self._stems.term(folded)))
        self.form_of.append(self._forms.setdefault(form(folded), len(self._forms)))
        return number

    def _number(self, stem: str) -> int:
        number = self._numbers.get(stem)
        if number is None:
            number = self._numbers[stem] = len(self.stems)
            self.stems.append(stem)
        return number

    def number_of(self, stem: str) -> int:
        """Return the number of a stem that was read."""
        return self._numbers[stem]

    def holds(self, stem: str) -> bool:
        """Return whether a stem was read."""
        return stem in self._numbers

    def stem_number(self, stem: str) -> int:
        """Return the number of a stem, a new one if it was not read before."""
        return self._number(stem)

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
        length: their mean number of words, stop words included, at least 1.
    """

    written: Ints
    stem: Ints
    row: Ints
    phrase: Ints
    count: int
    length: float


class _Read(NamedTuple):
    """What was read of an item: its words, and where its title ends and its tags begin."""

    title: str
    summary: str
    words: NDArray[np.int32]
    bounds: tuple[int, int]


class Tokenizer:
    """Turns texts into numbers of words, and caches those of items for as long as it is kept.

    This is most of the cost of a digest: kept over several calls, the same items cost nothing the
    second time. Memory stays bounded if a tokenizer without room is replaced by a new one.
    """

    def __init__(self, *, capacity: int = 60_000) -> None:
        self.lexicon = Lexicon()
        self._stem_of = np.zeros(0, dtype=np.int64)
        self._term_of = np.zeros(0, dtype=np.int32)
        self._form_of = np.zeros(0, dtype=np.int8)
        self._capacity = capacity
        self._read: dict[ItemKey, _Read] = {}

    def has_room(self, items: int) -> bool:
        """Return whether that many more items may be remembered; then take a new tokenizer."""
        return len(self._read) + items <= self._capacity and len(self.lexicon.stems) <= MAX_STEMS

    def items(self, items: Sequence[Item]) -> Texts:
        """Read title, summary and topics of items, in their order."""
        return self._texts([self._item(item).words for item in items])

    def fields(self, items: Sequence[Item], length: float) -> FieldTexts:
        """Read the same with every word, and with how much each counts where it stands.

        Args:
            items: in this order.
            length: words of a usual text, with which theirs are compared.
        """
        read = [self._item(item) for item in items]
        written = np.concatenate([one.words for one in read] or [np.zeros(0, np.int32)])
        new = self.lexicon.term_of[len(self._term_of) :]
        self._term_of = np.concatenate((self._term_of, np.array(new, dtype=np.int32)))
        forms = self.lexicon.form_of[len(self._form_of) :]
        self._form_of = np.concatenate((self._form_of, np.array(forms, dtype=np.int8)))
        lengths = [len(one.words) for one in read]
        bounds = [one.bounds for one in read]
        return FieldTexts.of(
            self._term_of[written], self._form_of[written], lengths, bounds, length
        )

    def term(self, word: str) -> str:
        """Return the stem of a word, also if it carries no subject."""
        return self.lexicon.stems[self.lexicon.term_of[self.lexicon[word]]]

    def phrases(self, texts: Iterable[str]) -> Texts:
        """Read short texts that a person wrote."""
        numbers = self.lexicon.numbers
        return self._texts([np.array(numbers(text), dtype=np.int32) for text in texts])

    def _item(self, item: Item) -> _Read:
        known = self._read.get(item.key)
        if known is not None and known.title == item.title and known.summary == item.summary:
            return known
        numbers = self.lexicon.numbers
        topics = (tag for tag in item.tags if "." not in tag)  # a code such as cs.LG is no word
        title, summary = numbers(item.title), numbers(item.summary)
        tags = numbers(f" {BREAK} ".join(topics))
        bounds = len(title), len(title) + len(summary) + 2
        array = np.array([*title, 0, *summary, 0, *tags], dtype=np.int32)
        self._read[item.key] = read = _Read(item.title, item.summary, array, bounds)
        return read

    def _texts(self, read: Sequence[NDArray[np.int32]]) -> Texts:
        written = np.concatenate(read or [np.zeros(0, np.int32)])
        row = np.repeat(np.arange(len(read)), np.array([len(one) for one in read], dtype=np.int64))
        new = self.lexicon.stem_of[len(self._stem_of) :]
        self._stem_of = np.concatenate((self._stem_of, np.array(new, dtype=np.int64)))
        stem = self._stem_of[written]
        phrase = np.cumsum(stem == PHRASE_END) + row
        kept = np.flatnonzero(stem >= 0)
        return Texts(
            written=written[kept].astype(np.int64),
            stem=stem[kept],
            row=row[kept],
            phrase=phrase[kept],
            count=len(read),
            length=max(1.0, len(written) / max(1, len(read))),
        )
