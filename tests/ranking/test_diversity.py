from __future__ import annotations

from core.digests import RankedItem, Reason
from core.people import Feedback, Profile, Verdict, parse_interests
from ranking.diversity import diversify
from ranking.ranker import ContentRanker
from ranking.sparse import SparseRows
from tests.fakes import NOON, an_item
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
    ranked = ContentRanker().rank(PROFILE, [*copies, *REST], NOON, archive=an_archive(4, first=9))
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
    ranked = ContentRanker().rank(PROFILE, [*by_one, *others, *REST], NOON)
    assert any(one.moved and "same author" in one.moved for one in ranked)


def test_scores_are_never_changed_by_moving() -> None:
    ranked = ContentRanker().rank(PROFILE, an_archive(20), NOON)
    alone = {one.item.key: one.score for one in sorted(ranked, key=lambda one: one.item.key)}
    assert [alone[one.item.key] for one in ranked] == [one.score for one in ranked]


TWO = Profile(name="p", interests=parse_interests("bees; trees"))


def topical(key: str, topic: str, score: float) -> RankedItem:
    return RankedItem.of(
        an_item(key), [Reason(text=f"matches {topic}", weight=score, control=topic)]
    )


def unlike(count: int) -> SparseRows:
    """Vectors of which none is like another."""
    import numpy as np

    return SparseRows(
        np.arange(count + 1), np.arange(count), np.ones(count, dtype=np.float32), count
    )


def spread(ranked: list[RankedItem], profile: Profile = TWO) -> list[RankedItem]:
    ordered = sorted(ranked, key=lambda one: -one.score)
    return diversify(ordered, unlike(len(ordered)), profile, [0.0] * len(ordered))


def test_a_topic_does_not_fill_the_top_and_what_was_moved_says_so() -> None:
    bees = [topical(f"arxiv/bee{n:02}", "bees", 2.0 - n / 100) for n in range(40)]
    trees = [topical(f"arxiv/tree{n}", "trees", 1.88 - n / 100) for n in range(8)]
    ranked = spread([*bees, *trees])
    assert ranked[0].item.key == bees[0].item.key
    assert 2 <= sum("tree" in str(one.item.key) for one in ranked[:10]) <= 5
    down = [one.moved for one in ranked if one.moved and "down" in one.moved]
    assert any(told.endswith(" on bees above") for told in down)


def test_a_source_stands_at_the_top_as_often_as_the_person_likes_it() -> None:
    papers = [topical(f"arxiv/{n:02}", "bees", 2.0 - n / 100) for n in range(30)]
    code = [topical(f"github/a/{n:02}", "bees", 1.85 - n / 100) for n in range(30)]
    liked = tuple(
        Feedback(item=an_item(f"github/b/{n}"), verdict=Verdict.SAVE, at=NOON) for n in range(60)
    )
    fond = Profile(name="p", interests=TWO.interests, feedback=liked)

    def of_github(profile: Profile) -> int:
        top = spread([*papers, *code], profile)[:10]
        return sum(one.item.key.source == "github" for one in top)

    assert of_github(fond) > of_github(TWO) >= 2


def test_one_interest_alone_is_no_topic_to_keep_down() -> None:
    one = Profile(name="p", interests=parse_interests("bees"))
    ranked = [topical(f"arxiv/{n}", "bees", 2.0 - n / 100) for n in range(30)]
    assert spread(ranked, one) == ranked
