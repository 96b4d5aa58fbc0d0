"""Words as numbers: every item's text is read once, then only integers are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.items import Item, ItemKey
from language.stems import Stems
from language.tokens import BREAK, fold, words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ranking.sparse import Ints

STOP = -1
"""Stem number of a word that carries no subject."""

PHRASE_END = -2
"""Stem number of the mark between phrases, across which no word pair is formed."""


class Lexicon(dict[str, int]):
    """Numbers for words as written, and for their stems.

    ``lexicon[word]`` is the number of a word as written; ``stem_of[number]`` that of its stem, or
    ``STOP`` or ``PHRASE_END``.
    """

    __slots__ = ("_stem_numbers", "_stems", "stem_of", "written")

    def __init__(self) -> None:
        super().__init__()
        self._stems = Stems()
        self._stem_numbers: dict[str, int] = {}
        self.stem_of: list[int] = []
        self.written: list[str] = []
        self[BREAK] = 0
        self.stem_of.append(PHRASE_END)
        self.written.append(BREAK)

    def __missing__(self, word: str) -> int:
        stem = self._stems[fold(word)]
        number = len(self.written)
        self[word] = number
        self.written.append(word)
        numbers = self._stem_numbers
        self.stem_of.append(numbers.setdefault(stem, len(numbers)) if stem else STOP)
        return number

    @property
    def stems(self) -> int:
        """How many different stems there are so far."""
        return len(self._stem_numbers)

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of the words of a text as written."""
        return list(map(self.__getitem__, words(text)))


@dataclass(frozen=True)
class Texts:
    """The words of many texts, one after the other.

    Attributes:
        written: shape (words,): number of each word as written; stop words are left out.
        stem: shape (words,): number of its stem.
        row: shape (words,): which text it stands in.
        phrase: shape (words,): which phrase, counted over all texts.
        titled: shape (words,): whether it stands in a title.
        count: number of texts.
    """

    written: Ints
    stem: Ints
    row: Ints
    phrase: Ints
    titled: NDArray[np.bool_]
    count: int


class Reader:
    """Reads items into numbers and remembers what it read, for as long as it is kept.

    Reading is most of the cost of a digest: kept over several calls, the same items cost nothing
    the second time. Memory is bounded: past ``capacity`` items all is forgotten and learnt anew.
    """

    def __init__(self, *, capacity: int = 60_000) -> None:
        self.lexicon = Lexicon()
        self._capacity = capacity
        self._read: dict[ItemKey, tuple[str, str, NDArray[np.int32], int]] = {}

    def make_room(self, items: int) -> None:
        """Forget everything if that many more items would not fit; numbers change then."""
        if len(self._read) + items > self._capacity:
            self._read.clear()
            self.lexicon = Lexicon()

    def items(self, items: Sequence[Item]) -> Texts:
        """Read title, summary and topics of items, in their order."""
        return self._texts([self._item(item) for item in items])

    def phrases(self, texts: Iterable[str]) -> Texts:
        """Read short texts that a person wrote."""
        import numpy as np

        arrays = (np.array(self.lexicon.numbers(text), dtype=np.int32) for text in texts)
        return self._texts([(array, 0) for array in arrays])

    def _item(self, item: Item) -> tuple[NDArray[np.int32], int]:
        """Return the numbers of an item's words, and how many of them are the title's."""
        import numpy as np

        known = self._read.get(item.key)
        if known is not None and known[0] == item.title and known[1] == item.summary:
            return known[2], known[3]
        title = self.lexicon.numbers(item.title)
        rest = [self.lexicon.numbers(text) for text in (item.summary, *_topics(item)) if text]
        together = [*title, *(number for part in rest for number in (0, *part))]
        array = np.array(together, dtype=np.int32)
        self._read[item.key] = (item.title, item.summary, array, len(title))
        return array, len(title)

    def _texts(self, read: Sequence[tuple[NDArray[np.int32], int]]) -> Texts:
        import numpy as np

        stem_of = np.array(self.lexicon.stem_of, dtype=np.int64)
        lengths = np.array([len(array) for array, _ in read], dtype=np.int64)
        written = np.concatenate([array for array, _ in read] or [np.zeros(0, np.int32)])
        row = np.repeat(np.arange(len(read)), lengths)
        begins = np.cumsum(lengths) - lengths
        title = np.repeat(begins + [titled for _, titled in read], lengths)
        titled = np.arange(len(written)) < title
        stem = stem_of[written]
        phrase = np.cumsum(stem == PHRASE_END) + row
        kept = np.flatnonzero(stem >= 0)
        return Texts(
            written[kept].astype(np.int64),
            stem[kept],
            row[kept],
            phrase[kept],
            titled[kept],
            len(read),
        )


def _topics(item: Item) -> Iterable[str]:
    """Tags that are words; a category code such as ``cs.LG`` is not."""
    return (tag for tag in item.tags if "." not in tag)
