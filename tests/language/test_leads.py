"""The sentence shown, by kind; every text here was written for this test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.items import ItemKind
from language.boilerplate import statements
from language.lead_features import features
from language.lead_weights import WEIGHTS
from language.leads import LEAD_LIMIT, lead
from language.sentences import sentences
from tests.fakes import an_item


def lead_of(kind: ItemKind, title: str, summary: str) -> str:
    return lead(an_item("x/1", kind=kind, title=title, summary=summary))


@pytest.mark.parametrize(
    ("title", "summary", "wanted"),
    [
        (
            "Sparse caches for long contexts",
            (
                "Language models are used more and more widely. However, long contexts remain "
                "costly. In this paper, we propose a sparse cache that keeps one key in eight. "
                "It can be added to any model. Code is available at https://git.example/cache."
            ),
            "In this paper, we propose a sparse cache that keeps one key in eight.",
        ),
        (
            "How often do agents ask back?",
            (
                "Agents have recently become popular. Prior work often assumes clear orders, "
                "e.g. in games. We find that agents ask back in only 3.5 % of unclear orders. "
                "The rest is guessed."
            ),
            "We find that agents ask back in only 3.5 % of unclear orders.",
        ),
        (
            "OwlBench: bird songs at night",
            (
                "Recordings at night are noisy, cf. Smith et al. (2020) and Fig. 2. To address "
                "this gap, we present OwlBench, a benchmark of 900 bird songs at night. Each "
                "song has been labelled twice. Results are in the appendix."
            ),
            "To address this gap, we present OwlBench, a benchmark of 900 bird songs at night.",
        ),
        (
            "Bounds for sorting",
            (
                r"Sorting is well understood. This paper shows that $n \log n$ steps, i.e. the "
                "usual bound, suffice for noisy sorting. Proofs are given."
            ),
            (
                r"This paper shows that $n \log n$ steps, i.e. the usual bound, suffice for noisy "
                "sorting."
            ),
        ),
    ],
)
def test_of_a_paper_the_sentence_that_says_what_is_new(
    title: str, summary: str, wanted: str
) -> None:
    assert lead_of(ItemKind.PAPER, title, summary) == wanted


@pytest.mark.parametrize(
    ("kind", "summary", "wanted"),
    [
        (
            ItemKind.REPOSITORY,
            ":rocket: [![ci](https://a.example/b.svg)](https://a.example) Sorts photos by faces.",
            "Sorts photos by faces.",
        ),
        (
            ItemKind.RELEASE,
            (
                "v2.0.0\nHighlights\nInstall\npip install sorter\n- Sorting by faces takes half "
                "the time of the last version, since faces are compared in batches"
            ),
            (
                "Sorting by faces takes half the time of the last version, since faces are "
                "compared in batches"
            ),
        ),
        (
            ItemKind.DATASET,
            "Bird songs\n## Context\nHello everyone, I recorded these at night.",
            "Bird songs",
        ),
        (ItemKind.COMPETITION, "Predict which owl sings", "Predict which owl sings"),
        (
            ItemKind.QUESTION,
            (
                "Hi all, my gradients vanish after the second layer of the network, whatever "
                "rate I set. What is wrong?"
            ),
            (
                "My gradients vanish after the second layer of the network, whatever rate I set. "
                "What is wrong?"
            ),
        ),
        (
            ItemKind.DISCUSSION,
            "Is it just me? The new planner fails on every second task of mine. Please share.",
            "Is it just me? The new planner fails on every second task of mine.",
        ),
        (ItemKind.DISCUSSION, "Comments", ""),
        (
            ItemKind.ARTICLE,
            (
                "We use cookies. Today we open the map of all owls, with 40,000 nests and their "
                "songs by night. […] The post Owls appeared first on Owl Lab."
            ),
            "Today we open the map of all owls, with 40,000 nests and their songs by night.",
        ),
        (ItemKind.ARTICLE, "地图今天开放。它有四万个巢。", "地图今天开放。它有四万个巢。"),
        (
            ItemKind.MODEL,
            "A 3B model for owls (license: mit).",
            "A 3B model for owls (license: mit).",
        ),
    ],
)
def test_of_everything_else_the_first_statement(kind: ItemKind, summary: str, wanted: str) -> None:
    assert lead_of(kind, "Owls", summary) == wanted


def test_a_whole_sentence_that_fits_comes_before_a_better_one_that_would_be_cut() -> None:
    long = "We propose owls that " + "sing and " * 60 + "sleep."
    short = "Owls sing at night."
    assert lead_of(ItemKind.PAPER, "Owls that sing", f"{long} {short}") == short
    assert lead_of(ItemKind.ARTICLE, "Owls that sing", f"{long} {short}") == short
    assert lead_of(ItemKind.PAPER, "Owls that sing", long) == long


def test_of_a_very_long_abstract_the_sentence_where_reading_stops_is_not_shown_cut() -> None:
    dull = "Owls " + "sit there and " * 18 + "sleep."
    long = " ".join([dull] * 29)
    abstract = f"{long} {'Night. ' * 3}In this paper, we propose owls that sing {'loudly ' * 30}."
    for padding in range(0, 300, 20):
        summary = f"{'x' * padding} {abstract}"
        assert lead_of(ItemKind.PAPER, "Owls that sing", summary) in sentences(summary)


@pytest.mark.parametrize("before", ["", " " * 9_000])
def test_of_one_sentence_without_end_all_is_the_lead(before: str) -> None:
    line = " ".join(["owls"] * 2_000)
    assert lead_of(ItemKind.PAPER, "Owls that sing", before + line) == line


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        ("", ""),
        (" \n ", ""),
        ("\u200b\ufeff", ""),
        ("Owls", "Owls"),
        ("?!?!", "?!?!"),
        ("e.g. i.e. et al. Fig. 3.", "e.g. i.e. et al. Fig. 3."),
        (r"$$\int_0^1 x^2 dx$$", r"$$\int_0^1 x^2 dx$$"),
        ("- one owl\n- two owls", "- one owl - two owls"),
        ("OWLS ARE OLD. WE PROPOSE NEW OWLS.", "WE PROPOSE NEW OWLS."),
        ("TL;DR: We propose owls. Abstract: Owls are many.", "TL;DR: We propose owls."),
        ("Nous proposons une chouette.", "Nous proposons une chouette."),
        ("We propose owls. " * 600, "We propose owls."),
    ],
)
def test_of_odd_abstracts(summary: str, wanted: str) -> None:
    assert lead_of(ItemKind.PAPER, "Songs", summary) == wanted


def test_of_an_abstract_in_chinese_a_whole_sentence_is_chosen() -> None:
    abstract = "长文本需要很多内存。我们提出使内存减半的缓存。代码已公开。"
    assert lead_of(ItemKind.PAPER, "缓存", abstract) in sentences(abstract)


@given(st.sampled_from(ItemKind), st.text(min_size=1).filter(str.strip), st.text(max_size=600))
def test_what_is_shown_stands_in_the_text(kind: ItemKind, title: str, summary: str) -> None:
    shown = lead_of(kind, title, summary)
    if kind is ItemKind.PAPER:
        assert shown in (sentences(summary) or [""])
    else:
        assert shown == "" or any(shown.startswith(one) for one in statements(summary, title))
        assert len(shown) <= LEAD_LIMIT or shown in statements(summary, title)


def test_every_number_of_a_sentence_has_a_weight_and_every_weight_a_number() -> None:
    (row,) = features("Owls", ["We propose owls."])
    assert row.keys() == WEIGHTS.keys()
