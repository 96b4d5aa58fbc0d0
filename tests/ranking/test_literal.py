"""Interests that are looked for as they are written pass the bar, and say so."""

from __future__ import annotations

import pytest

from core.people import Profile, parse_interests
from digests.threshold import passes
from ranking.ranker import ContentRanker
from tests.fakes import NOON, an_item
from tests.ranking.archives import an_archive

ARCHIVE = an_archive(6, first=100)
CANDIDATES = (
    an_item("feed:a/go", title="Go 1.25 released"),
    an_item("feed:a/move", title="Where to go next"),
    an_item("feed:a/r", title="Plots, the short way", tags=("R",)),
    an_item("feed:a/code", title="Code review at scale"),
    an_item("feed:a/ja", title="大規模言語モデルの推論を高速化する方法"),
    an_item("feed:a/zh", title="基于图神经网络的药物发现"),
    an_item("feed:a/th", title="แบบจำลองภาษาไทยขนาดใหญ่"),
    *an_archive(4),
)


@pytest.mark.parametrize(
    ("interest", "found"),
    [
        ("Go", "go"),
        ("r", "r"),
        ("code", "code"),
        ("大規模言語モデル", "ja"),
        ("图神经网络", "zh"),
        ("ภาษาไทย", "th"),
    ],
)
def test_what_names_the_interest_passes_the_bar_and_says_so(interest: str, found: str) -> None:
    profile = Profile(name="ann", interests=parse_interests(interest))
    ranked = ContentRanker().rank(profile, CANDIDATES, NOON, archive=ARCHIVE)
    passed = [one for one in ranked if passes(one, (interest,))]
    assert [one.item.key.external_id for one in passed] == [found]
    assert any(reason.text == f"matches {interest}" for reason in passed[0].reasons)


def test_a_name_beside_other_interests_changes_nothing_for_them() -> None:
    both = Profile(name="ann", interests=parse_interests("drug discovery; Go"))
    alone = Profile(name="ann", interests=parse_interests("drug discovery"))
    with_go = ContentRanker().rank(both, CANDIDATES, NOON, archive=ARCHIVE)
    without = {
        one.item.key: one.score
        for one in ContentRanker().rank(alone, CANDIDATES, NOON, archive=ARCHIVE)
    }
    for one in with_go:
        if one.item.key.external_id != "go":
            assert one.score == pytest.approx(without[one.item.key], abs=1e-5)


def test_many_are_scored_as_each_alone() -> None:
    profiles = [
        Profile(name="ann", interests=parse_interests("Go")),
        Profile(name="bob", interests=parse_interests("drug discovery; 图神经网络")),
    ]
    ranker = ContentRanker()
    ranker.fit(ARCHIVE)
    together = list(ranker.rank_many(profiles, CANDIDATES, NOON, limit=3))
    for profile, ranked in zip(profiles, together, strict=True):
        alone = ranker.rank(profile, CANDIDATES, NOON)
        assert ranked[0].item == alone[0].item
