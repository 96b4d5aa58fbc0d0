"""Written interests as phrases: what of one has to stand where for a match."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.items import Item, ItemKind
from core.people import Interest, Profile
from ranking.calibration import added_by
from ranking.ranker import ContentRanker
from tests.fakes import NOON, an_item
from tests.ranking.archives import about, an_archive

ARCHIVE = an_archive(6, first=100)


def added(phrase: str, *items: Item, archive: Sequence[Item] = ARCHIVE) -> list[float]:
    """Return what an interest adds to each item."""
    profile = Profile(name="ann", interests=(Interest(text=phrase),))
    found = ContentRanker().rank(profile, items, NOON, archive=archive)
    by_key = {one.item.key: added_by(one.explained(), profile.interests) for one in found}
    return [by_key[item.key].get(phrase, 0.0) for item in items]


def named(number: int, title: str, summary: str = "", *, tags: tuple[str, ...] = ()) -> Item:
    return about(f"arxiv/p-{number}", title=title, summary=summary, tags=tags)


LONG = "We study a method and measure it on many tasks of several fields with care. " * 12


def test_a_whole_phrase_in_a_title_is_a_full_match_and_one_of_its_words_is_none() -> None:
    whole, one_word = added(
        "protein folding",
        named(1, "Protein folding without alignments"),
        named(2, "Folding normalization into weights"),
    )
    assert 0.8 < whole < 1.2
    assert one_word < 0.4  # the bar of a digest


def test_a_short_text_with_the_phrase_counts_as_much_as_a_long_one() -> None:
    short, long = added(
        "speculative decoding",
        named(1, "vendor/tool", "Fast speculative decoding for servers"),
        named(2, "A faster server", f"{LONG} Fast speculative decoding for servers."),
    )
    assert short > long > 0


def test_words_side_by_side_count_more_than_apart() -> None:
    beside, apart = added(
        "data augmentation",
        named(1, "Better data augmentation for images"),
        named(2, "Augmentation of images where little is known of data"),
    )
    assert beside > apart


def test_words_that_nearly_every_abstract_holds_count_where_somebody_wrote_them() -> None:
    code, other = added(
        "code review", named(1, "Code review at scale"), named(2, "A review of the literature")
    )
    assert code > 0.8
    assert other < 0.4 * code


def test_a_word_of_the_same_stem_that_is_another_thing_is_half_a_match() -> None:
    same, plural, other = added(
        "observability",
        named(1, "Observability of services"),
        named(2, "Observabilities of services"),
        named(3, "Observations of services"),
    )
    assert plural == pytest.approx(same)
    assert other < 0.55 * same
    server, serving = added(
        "MCP servers", named(1, "An MCP server for files"), named(2, "Serving of models with MCP")
    )
    assert serving < 0.6 * server


def test_a_verb_and_what_it_does_are_one_thing() -> None:
    noun, verb = added(
        "anomaly detection",
        named(1, "Anomaly detection in images"),
        named(2, "Anomaly detecting in images"),
    )
    assert verb == pytest.approx(noun)


def test_an_acronym_stands_for_its_words_where_the_archive_spells_it_out() -> None:
    spelt = [
        named(90 + n, f"Study {n}", "Retrieval-augmented generation (RAG) is measured.")
        for n in range(3)
    ]
    (short, unknown) = added(
        "retrieval augmented generation",
        named(1, "Agentic RAG in practice"),
        named(2, "Agentic QXZ in practice"),
        archive=[*ARCHIVE, *spelt],
    )
    assert short > 0.5
    assert unknown < 0.1


def test_either_side_of_an_and_is_what_was_asked_for_but_not_in_a_title() -> None:
    (side,) = added("fairness and bias", named(1, "Bias of hiring systems"))
    assert side > 0.5
    title = "Learned fairness of graph models and measured bias in news"
    (part,) = added(title, named(1, "Measured bias in news"))
    assert part < side


def test_a_name_without_a_direction_is_not_turned_to_what_stands_beside_it() -> None:
    profile = Profile(
        name="ann", interests=(Interest(text="Go"), Interest(text="speech recognition"))
    )
    items = [named(1, "Speech recognition with transducers"), named(2, "Excessive checks in Go")]
    ranked = ContentRanker().rank(profile, items, NOON, archive=ARCHIVE)
    by_key = {one.item.key: added_by(one.explained(), profile.interests) for one in ranked}
    assert by_key[items[0].key].get("Go", 0.0) == 0.0
    assert by_key[items[1].key]["Go"] > 0.5


def test_each_interest_gets_a_place_among_the_first_as_long_as_something_good_exists() -> None:
    rich = [named(n, f"Drug discovery by docking {n}") for n in range(12)]
    poor = an_item(
        "github/a/b", kind=ItemKind.REPOSITORY, title="a/b", summary="speech recognition"
    )
    profile = Profile(
        name="ann",
        interests=tuple(Interest(text=t) for t in ("drug discovery", "speech recognition")),
    )
    ranked = ContentRanker().rank(profile, [*rich, poor], NOON, archive=ARCHIVE)
    assert poor in [one.item for one in ranked[:4]]


WRITTEN = ["drug", "discovery", "and", "of", "RAG", "Go", "R", "fine", "tuning", "on", "code"]
WORDS = st.lists(
    st.sampled_from(
        [
            "drug",
            "discovery",
            "and",
            "of",
            "RAG",
            "Go",
            "R",
            "fine",
            "tuning",
            "finetuning",
            "on",
            "code",
            "LLM",
        ]
    ),
    min_size=1,
    max_size=7,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(WORDS, st.lists(WORDS, min_size=1, max_size=4))
def test_whatever_is_written_reasons_add_up_and_a_phrase_adds_no_more_than_a_full_match(
    phrase: str, titles: list[str]
) -> None:
    items = [named(n, title) for n, title in enumerate(titles)]
    profile = Profile(name="ann", interests=(Interest(text=phrase),))
    for one in ContentRanker().rank(profile, items, NOON):
        full = one.explained()
        assert full.score == math.fsum(reason.weight for reason in full.reasons)
        assert added_by(full, profile.interests).get(phrase, 0.0) < 1.1
