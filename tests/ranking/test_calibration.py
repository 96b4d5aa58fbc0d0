from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from core.digests import RankedItem, Reason
from core.people import Feedback, Profile, Verdict, parse_interests
from ranking.calibration import target_shares, topic_of
from tests.fakes import NOON, an_item

ANN = Profile(name="ann", interests=parse_interests("graph networks; drug discovery"))


def matching(key: str, topic: str, weight: float = 1.0) -> RankedItem:
    reason = Reason(text=f"matches {topic}", weight=weight, control=topic)
    return RankedItem.of(an_item(key), [reason] if topic else [])


def liking(*titles: str, source: str = "arxiv") -> Profile:
    said = (
        Feedback(item=an_item(f"{source}/l{n}", title=title), verdict=Verdict.SAVE, at=NOON)
        for n, title in enumerate(titles)
    )
    return Profile(name="ann", interests=ANN.interests, feedback=tuple(said))


def test_the_topic_of_an_item_is_the_interest_that_adds_most() -> None:
    both = RankedItem.of(
        an_item(),
        [
            Reason(text="a", weight=0.3, control="drug discovery"),
            Reason(text="b", weight=0.2, control="graph networks"),
            Reason(text="c", weight=0.2, control="graph networks"),
            Reason(text="d", weight=9.0, control="arxiv/1"),
        ],
    )
    assert topic_of(both, ANN.interests) == "graph networks"
    assert topic_of(matching("arxiv/1", ""), ANN.interests) == ""
    assert topic_of(matching("arxiv/1", "drug discovery", -1.0), ANN.interests) == ""


def test_without_likes_the_mix_is_what_matched_and_a_small_topic_is_not_drowned() -> None:
    many = [matching(f"arxiv/{n}", "graph networks") for n in range(18)]
    few = [matching(f"github/a/{n}", "drug discovery") for n in range(2)]
    mix = target_shares(ANN, [*many, *few])
    assert mix.sources == {"arxiv": 0.9, "github": 0.1}
    assert mix.topics == {"graph networks": 0.7, "drug discovery": 0.3}


def test_what_somebody_saved_moves_their_mix_and_a_few_likes_do_not_settle_it() -> None:
    ranked = [matching(f"arxiv/{n}", "graph networks") for n in range(5)]
    ranked += [matching(f"github/a/{n}", "drug discovery") for n in range(5)]
    mixes = [
        target_shares(liking(*["Drugs to discover"] * count, source="github"), ranked)
        for count in (0, 2, 40)
    ]
    shares = [mix.sources["github"] for mix in mixes]
    assert shares[0] == 0.5 < shares[1] < 0.6
    assert shares[2] > 0.85
    topics = [mix.topics["drug discovery"] for mix in mixes]
    assert topics[0] == 0.5 < topics[1] < 0.6
    assert topics[2] > 0.85


def test_likes_that_hold_less_than_half_of_a_topics_words_tell_nothing_of_it() -> None:
    ranked = [matching("arxiv/1", "graph networks"), matching("arxiv/2", "drug discovery")]
    assert (
        target_shares(liking(*["The weather"] * 9), ranked).topics
        == target_shares(ANN, ranked).topics
    )


@given(
    st.lists(st.sampled_from(["", "graph networks", "drug discovery"]), max_size=30),
    st.lists(st.sampled_from(["Graph networks", "Drug discovery", "Rain"]), max_size=30),
    st.sampled_from(["arxiv", "github", "kaggle"]),
)
def test_shares_add_up_to_one_over_what_is_at_hand(
    matched: list[str], liked: list[str], source: str
) -> None:
    ranked = [matching(f"{'arxiv' if n % 3 else 'github'}/{n}", t) for n, t in enumerate(matched)]
    mix = target_shares(liking(*liked, source=source), ranked)
    for shares, names in (
        (mix.sources, {one.item.key.source for one in ranked}),
        (mix.topics, set(matched) - {""}),
    ):
        assert set(shares) == names
        assert not names or math.isclose(sum(shares.values()), 1.0)
