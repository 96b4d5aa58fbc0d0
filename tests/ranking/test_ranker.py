from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.digests import RankedItem
from core.items import Item, ItemKind
from core.people import Feedback, Interest, Profile, Verdict, parse_interests
from ranking.ranker import ContentRanker
from tests.fakes import NOON, an_item
from tests.ranking.archives import SUBJECTS, about, an_archive

ARCHIVE = an_archive(6, first=100)
CANDIDATES = an_archive(4)


def a_profile(interests: str = "", **changes: object) -> Profile:
    return Profile(name="ann", interests=parse_interests(interests), **changes)  # type: ignore[arg-type]


def said(verdict: Verdict, *items: Item) -> tuple[Feedback, ...]:
    return tuple(Feedback(item=item, verdict=verdict, at=NOON) for item in items)


def subject_of(item: Item) -> str:
    return item.key.external_id.rsplit("-", 1)[0]


def by_score(ranked: Sequence[RankedItem]) -> list[RankedItem]:
    """In order of score: near copies stand apart in reading order."""
    return sorted(ranked, key=lambda one: -one.score)


def test_a_short_phrase_puts_its_subject_first_and_says_so() -> None:
    ranked = ContentRanker().rank(a_profile("drug discovery"), CANDIDATES, NOON, archive=ARCHIVE)
    assert {subject_of(one.item) for one in by_score(ranked)[:4]} == {"drugs"}
    assert any(reason.text == "matches drug discovery" for reason in ranked[0].reasons)
    assert len(ranked) == len(CANDIDATES)


def test_each_interest_is_its_own_query_and_the_reason_names_the_one_that_matched() -> None:
    ranked = ContentRanker().rank(
        a_profile("drug discovery; speech recognition"), CANDIDATES, NOON, archive=ARCHIVE
    )
    for one in by_score(ranked)[:8]:
        named = {"drugs": "matches drug discovery", "speech": "matches speech recognition"}
        assert named[subject_of(one.item)] in {reason.text for reason in one.reasons}


def test_an_item_without_a_word_of_the_interest_is_found_through_the_archive() -> None:
    neighbour = about("arxiv/x", title="Acoustic transcription", summary="speakers and audio")
    other = about("arxiv/y", title="Grasping", summary="control policies in simulation")
    ranked = ContentRanker().rank(a_profile("speech"), [other, neighbour], NOON, archive=ARCHIVE)
    assert ranked[0].item is neighbour
    reasons = ranked[0].explained().reasons
    assert any(why.text.startswith("close to speech") for why in reasons)


def test_without_interests_and_feedback_only_age_and_popularity_speak() -> None:
    fresh = an_item("github/a/fresh", appeared_at=NOON, metrics={"stars_today": 5.0})
    loved = an_item("github/a/loved", appeared_at=NOON, metrics={"stars_today": 500.0})
    old = an_item("github/a/old", appeared_at=NOON - timedelta(days=30))
    ranked = ContentRanker().rank(a_profile(), [old, fresh, loved], NOON)
    assert [one.item for one in ranked] == [loved, fresh, old]
    assert {why.text for why in ranked[0].reasons} == {"500 stars today", "new today"}


def test_the_weekly_list_is_ranked_by_the_stars_of_the_week_not_by_all_of_them() -> None:
    old = an_item("github/old/giant", metrics={"stars": 90_000.0, "stars_this_week": 40.0})
    new = an_item("github/new/one", metrics={"stars": 900.0, "stars_this_week": 800.0})
    ranked = ContentRanker().rank(a_profile(), [old, new], NOON)
    assert [one.item.key.external_id for one in ranked] == ["new/one", "old/giant"]
    assert "800 stars this week" in {why.text for why in ranked[0].reasons}


def test_popularity_compares_within_a_source_and_can_be_turned_off() -> None:
    starred = [
        an_item(f"github/a/r{n}", kind=ItemKind.REPOSITORY, metrics={"stars": 1000.0 * n})
        for n in range(1, 4)
    ]
    voted = [
        an_item(f"kaggle/dataset/a/d{n}", kind=ItemKind.DATASET, metrics={"votes": float(n)})
        for n in range(1, 4)
    ]
    ranked = ContentRanker().rank(a_profile(), [*starred, *voted], NOON)
    scores = {one.item.key.external_id: one.score for one in ranked}
    assert scores["a/r3"] == scores["dataset/a/d3"] > scores["a/r1"]
    flat = ContentRanker().rank(a_profile(popularity=False), [*starred, *voted], NOON)
    assert len({one.score for one in flat}) == 1


def test_followed_authors_repositories_and_categories_count() -> None:
    items = [
        about("arxiv/1", authors=("Ada Lovelace", "Émile Zola")),
        about("github/owner/repo"),
        about("arxiv/2", tags=("cs.LG",)),
        about("arxiv/3"),
    ]
    profile = a_profile(followed=("emile zola", "Owner/Repo", "cs.lg"))
    ranked = ContentRanker().rank(profile, items, NOON)
    assert str(ranked[-1].item.key) == "arxiv/3"
    texts = [ranked[n].reasons[0].text for n in range(3)]
    assert "by Émile Zola (followed)" in texts
    assert "in cs.LG (followed)" in texts


def test_one_less_like_this_acts_at_once_and_names_the_item() -> None:
    unwanted = about("arxiv/u", title="Robot grasping", summary=SUBJECTS["robots"])
    before = ContentRanker().rank(a_profile(), CANDIDATES, NOON, archive=ARCHIVE)
    after = ContentRanker().rank(
        a_profile(feedback=said(Verdict.LESS, unwanted)), CANDIDATES, NOON, archive=ARCHIVE
    )
    score = {one.item.key: one.score for one in before}
    robots = [one for one in after if subject_of(one.item) == "robots"]
    assert all(one.score < score[one.item.key] for one in robots)
    assert any("of which you wanted less" in why.text for why in robots[0].reasons)


def test_what_is_saved_draws_its_subject_up() -> None:
    ranker = ContentRanker()
    for subject in SUBJECTS:
        liked = [item for item in ARCHIVE if subject_of(item) == subject]
        for count in (1, 5):
            profile = a_profile(feedback=said(Verdict.SAVE, *liked[:count]))
            ranked = ranker.rank(profile, CANDIDATES, NOON, archive=ARCHIVE)
            assert subject_of(ranked[0].item) == subject


def test_what_the_person_knows_already_falls_behind() -> None:
    known = CANDIDATES[0]
    ranked = ContentRanker().rank(
        a_profile(feedback=said(Verdict.KNOWN, known)), CANDIDATES, NOON, archive=ARCHIVE
    )
    assert ranked[-1].item is known
    assert ranked[-1].reasons[0].text == "you know it already"


def test_an_item_that_is_saved_and_known_is_one_example_and_weighs_as_saved() -> None:
    liked = [item for item in ARCHIVE if subject_of(item) == "robots"][:4]
    saved = said(Verdict.SAVE, *liked)
    ranker = ContentRanker()
    once = ranker.rank(a_profile(feedback=saved), CANDIDATES, NOON, archive=ARCHIVE)
    known = a_profile(feedback=saved + said(Verdict.KNOWN, *liked))
    assert ranker.rank(known, CANDIDATES, NOON, archive=ARCHIVE) == once


def test_similar_items_share_words_and_say_which() -> None:
    item = CANDIDATES[0]
    similar = ContentRanker().similar(item, CANDIDATES, limit=3)
    assert [subject_of(one.item) for one in similar] == [subject_of(item)] * 3
    assert item not in [one.item for one in similar]
    assert any(why.text.startswith("both mention ") for why in similar[0].reasons)


def test_the_order_of_the_input_changes_nothing() -> None:
    profile = a_profile("graph neural networks", feedback=said(Verdict.MORE, *ARCHIVE[:4]))
    expected = ContentRanker().rank(profile, CANDIDATES, NOON, archive=ARCHIVE)
    warm = ContentRanker()
    for seed in range(5):
        shuffled, archive = CANDIDATES[seed:] + CANDIDATES[:seed], ARCHIVE[::-1][seed:]
        archive += ARCHIVE[::-1][:seed]
        assert ContentRanker().rank(profile, shuffled, NOON, archive=archive) == expected
        warm.similar(archive[0], archive[1:5], limit=2)
        assert warm.rank(profile, shuffled, NOON, archive=archive) == expected


words = st.sampled_from([*" ".join(SUBJECTS.values()).split(), "the", "и", "学习", "$x$"])
texts = st.lists(words, min_size=1, max_size=8).map(" ".join)
items = st.builds(
    lambda key, title, summary, days, stars, author: about(
        f"{'github' if stars else 'arxiv'}/{key}",
        title=title,
        summary=summary,
        appeared_at=NOON - timedelta(days=days),
        metrics={"stars": float(stars)} if stars else {},
        authors=(author,),
    ),
    st.integers(min_value=0, max_value=10**9),
    texts,
    st.one_of(st.just(""), texts),
    st.integers(min_value=-3, max_value=4000),
    st.integers(min_value=0, max_value=3),
    st.sampled_from(["Ann", "Bob"]),
)
many = st.lists(items, min_size=1, max_size=12, unique_by=lambda item: item.key)
profiles = st.builds(
    lambda phrases, weights, judged, verdicts, followed: Profile(
        name="p",
        interests=tuple(
            Interest(text=text, weight=weight)
            for text, weight in zip(phrases, weights, strict=False)
        ),
        followed=followed,
        feedback=tuple(
            Feedback(item=item, verdict=verdict, at=NOON)
            for item, verdict in zip(judged, verdicts, strict=False)
        ),
    ),
    st.lists(texts, max_size=3),
    st.lists(st.floats(min_value=0.01, max_value=5), min_size=3, max_size=3),
    many,
    st.lists(st.sampled_from(Verdict), max_size=8),
    st.sampled_from([(), ("Ann",)]),
)


@settings(deadline=None, max_examples=60)
@given(profiles, many, st.one_of(st.just([]), many))
def test_a_score_is_the_exact_sum_of_its_reasons(
    profile: Profile, candidates: list[Item], archive: list[Item]
) -> None:
    ranked = ContentRanker().rank(profile, candidates, NOON, archive=archive)
    assert sorted(one.item.key for one in ranked) == sorted(item.key for item in candidates)
    for one in ranked:
        assert one.score == math.fsum(reason.weight for reason in one.reasons)
        assert len({reason.text for reason in one.reasons}) == len(one.reasons)
    by_score = sorted(ranked, key=lambda one: (-one.score, one.item.key))
    for place, (one, other) in enumerate(zip(ranked, by_score, strict=True)):
        assert (one.moved is None) == (one.item.key == other.item.key), place


@settings(deadline=None, max_examples=40)
@given(profiles, many, texts, st.floats(min_value=0.1, max_value=3))
def test_a_stronger_interest_never_takes_from_an_item(
    profile: Profile, candidates: list[Item], phrase: str, weight: float
) -> None:
    def scores(of_weight: float) -> dict[str, float]:
        interests = (*profile.interests, Interest(text=phrase, weight=of_weight))
        stronger = Profile(name="p", interests=interests, feedback=profile.feedback)
        ranked = ContentRanker().rank(stronger, candidates, NOON, archive=ARCHIVE)
        return {str(one.item.key): one.score for one in ranked}

    weak, strong = scores(weight), scores(weight * 1.5)
    assert all(strong[key] >= weak[key] - 1e-8 for key in weak)
