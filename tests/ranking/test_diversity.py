from __future__ import annotations

from core.people import Profile, parse_interests
from ranking.ranker import WordRanker
from tests.fakes import NOON
from tests.ranking.archives import about, an_archive

PROFILE = Profile(name="p", interests=parse_interests("graph neural networks"))
REST = an_archive(4)
INSECTS = ("bees", "wasps", "ants", "moths", "flies", "gnats", "ticks", "lice")
TREES = ("oaks", "elms", "firs", "pines", "limes", "ashes", "yews")


def test_near_copies_do_not_fill_the_top_and_say_that_they_were_moved() -> None:
    copies = [
        about(
            f"arxiv/copy{n}",
            title="Graph neural networks for routing packets",
            summary="graph neural networks that route packets through networks of sensors",
        )
        for n in range(8)
    ]
    ranked = WordRanker().rank(PROFILE, [*copies, *REST], NOON, archive=an_archive(4, first=9))
    top = [one for one in ranked[:5] if "copy" in str(one.item.key)]
    assert 1 <= len(top) < 5
    moved = [one.moved for one in ranked if one.moved and "down" in one.moved]
    assert any("much like it above" in text for text in moved)


def test_one_author_does_not_fill_the_top() -> None:
    by_one = [
        about(
            f"arxiv/a{n}",
            title=f"Graph neural networks and {word}",
            summary=f"{word} " * 6,
            authors=("Prolific Writer",),
        )
        for n, word in enumerate(INSECTS)
    ]
    others = [
        about(f"arxiv/b{n}", title=f"Graph neural nets, {word}", summary=f"{word} " * 6)
        for n, word in enumerate(TREES)
    ]
    ranked = WordRanker().rank(PROFILE, [*by_one, *others, *REST], NOON)
    assert any(one.moved and "same author" in one.moved for one in ranked)


def test_scores_are_never_changed_by_moving() -> None:
    ranked = WordRanker().rank(PROFILE, an_archive(20), NOON)
    alone = {one.item.key: one.score for one in sorted(ranked, key=lambda one: one.item.key)}
    assert [alone[one.item.key] for one in ranked] == [one.score for one in ranked]
