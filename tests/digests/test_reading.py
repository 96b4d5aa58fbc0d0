from __future__ import annotations

from core.items import ItemKind
from digests.reading import GLANCE, WORDS_PER_MINUTE, minutes
from tests.digests.examples import item


def test_minutes_grow_with_the_words_and_depend_on_the_kind() -> None:
    words = "word " * int(WORDS_PER_MINUTE)
    short = minutes(item("x/1", ItemKind.ARTICLE, title="t"))
    long = minutes(item("x/1", ItemKind.ARTICLE, title="t", summary=words))
    assert abs(long - short - 1.0) < 1e-9
    assert short > minutes(item("x/1", ItemKind.REPOSITORY, title="t"))


def test_every_kind_has_its_glance() -> None:
    assert set(GLANCE) == set(ItemKind)
