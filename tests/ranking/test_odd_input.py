from __future__ import annotations

import time

import pytest

from core.items import Item
from core.people import Feedback, Interest, Profile, Verdict
from ranking.ranker import ContentRanker
from tests.fakes import NOON
from tests.ranking.archives import about, an_archive

CANDIDATES = an_archive(20)


def ranked_keys(profile: Profile, candidates: list[Item], archive: list[Item]) -> list[str]:
    return [
        str(one.item.key)
        for one in ContentRanker().rank(profile, candidates, NOON, archive=archive)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "graph " * 833,
        "the of and",
        "机器学习 и другие",
        "x" * 5000,
        "?!",
        "\U0001d49c $\\frac{1}{2}$",
        " ",
    ],
    ids=["long", "stop words", "other scripts", "one long word", "no word", "signs", "blank"],
)
def test_an_odd_interest_still_gives_every_candidate(text: str) -> None:
    profile = Profile(name="p", interests=(Interest(text=text),))
    for archive in ([], an_archive(4, first=50)):
        assert len(ranked_keys(profile, CANDIDATES, archive)) == len(CANDIDATES)


def test_an_interest_in_another_script_finds_its_item() -> None:
    wanted = about("arxiv/zh", title="机器学习入门")
    russian = about("arxiv/ru", title="Глубокое обучение для графов")
    for text, item in (("机器学习", wanted), ("обучение", russian)):
        profile = Profile(name="p", interests=(Interest(text=text),))
        assert ranked_keys(profile, [*CANDIDATES, wanted, russian], [])[0] == str(item.key)


def test_no_candidates_give_no_ranking() -> None:
    assert ContentRanker().rank(Profile(name="p"), [], NOON) == []


def test_items_that_are_all_alike_stand_by_key() -> None:
    alike = [about(f"arxiv/{n:03}", title="Graph neural networks") for n in range(30)]
    profile = Profile(name="p", interests=(Interest(text="graph neural networks"),))
    assert ranked_keys(profile, alike[::-1], []) == [str(item.key) for item in alike]


def test_two_thousand_interests_take_bounded_time() -> None:
    words = sorted({word for item in CANDIDATES for word in item.text.split()})
    interests = tuple(
        Interest(text=f"{words[n % len(words)]} {words[n // len(words) % len(words)]} {n}")
        for n in range(2000)
    )
    begin = time.process_time()
    found = ContentRanker().rank(Profile(name="p", interests=interests), CANDIDATES, NOON)
    assert len(found) == len(CANDIDATES)
    assert max(len(one.reasons) for one in found) < 12
    assert time.process_time() - begin < 5


def test_ten_thousand_likes_take_bounded_time() -> None:
    liked = [about(f"arxiv/l{n}", title=f"Graph nodes {n}") for n in range(10_000)]
    feedback = tuple(Feedback(item=item, verdict=Verdict.MORE, at=NOON) for item in liked)
    begin = time.process_time()
    found = ContentRanker().rank(Profile(name="p", feedback=feedback), CANDIDATES, NOON)
    assert "graphs" in str(found[0].item.key)
    assert time.process_time() - begin < 10
