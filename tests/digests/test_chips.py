"""Chips say in a few words why an item is there, and nothing that its text does not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.digests import Reason
from core.items import Item, ItemKind
from core.metrics import METRICS
from core.people import Profile, parse_interests
from digests.chips import chips
from ranking.ranker import ContentRanker
from tests.corpora import needs_corpus, rows
from tests.digests.examples import NOW, item, ranked

RAG = "retrieval augmented generation"


def shown(
    entry: Item, *reasons: Reason, phrases: Sequence[str] = (RAG, "legal documents")
) -> object:
    return chips(ranked(entry, *reasons), phrases)


def of_interest(phrase: str, weight: float = 1.0) -> Reason:
    return Reason(text=f"matches {phrase}", weight=weight, control=phrase)


@pytest.mark.parametrize(
    ("summary", "chip"),
    [
        ("On Retrieval-Augmented Generation.", RAG),
        ("Generation is augmented by retrieval.", "retrieval, augmented, generation"),
        ("We augment a retriever.", "retriever, augment"),
        ("Nothing of it.", f"close in meaning to {RAG}"),
    ],
)
def test_an_interest_is_named_only_where_it_stands_else_the_words_of_it(
    summary: str, chip: str
) -> None:
    assert shown(item("arxiv/1", summary=summary), of_interest(RAG)) == (chip,)


def test_what_only_the_tags_hold_is_said_to_be_a_tag() -> None:
    tagged = item("arxiv/1", tags=("legal-tech",))
    assert shown(tagged, of_interest("legal documents")) == ("tagged legal-tech",)


def test_there_are_two_at_most_and_vague_ones_only_where_nothing_else_can_be_said() -> None:
    text = item("arxiv/1", summary="Retrieval augmented generation for graphs and legal advice.")
    three = ("graphs", RAG, "legal documents in German courts")
    found = shown(text, *map(of_interest, three, (0.9, 1.0, 1.1)), phrases=three)
    assert found == (RAG, "graphs")
    assert shown(text, of_interest(three[2]), phrases=three) == ("legal",)


def test_what_hardly_counts_is_no_chip() -> None:
    text = item("arxiv/1", summary="Retrieval augmented generation of legal documents.")
    reasons = of_interest(RAG), of_interest("legal documents", 0.1)
    assert shown(text, *reasons) == (RAG,)


def test_the_terms_of_one_interest_are_one_chip() -> None:
    text = item("arxiv/1", summary="Retrieval augmented generation.")
    near = Reason(text=f"close to {RAG}", weight=0.4, control=RAG)
    assert shown(text, of_interest(RAG, 0.3), near) == (RAG,)


@pytest.mark.parametrize(
    ("said", "chip"),
    [
        ("like AURA: A Way to Retrieve, which you saved", "like AURA, which you saved"),
        ("like “AURA”, of which you wanted more", "like AURA, of which you wanted more"),
        ("close in meaning to AURA: A Way, which you saved", "like AURA, which you saved"),
        ("by Émile Zola (followed)", "by Émile Zola (followed)"),
        ("in cs.LG, which you follow", "in cs.LG, which you follow"),
        ("other verdicts", ""),
    ],
)
def test_what_was_liked_or_is_followed_is_named_briefly(said: str, chip: str) -> None:
    reason = Reason(text=said, weight=1.0, control="arxiv/2401.00001")
    assert shown(item("arxiv/1"), reason) == ((chip,) if chip else ())


def test_popularity_is_a_chip_and_age_is_not() -> None:
    counted = item("github/a/b", ItemKind.REPOSITORY, metrics={"stars_today": 489.0})
    reasons = Reason(text="489 stars today", weight=0.3), Reason(text="new today", weight=0.2)
    assert shown(counted, *reasons) == ("489 stars today",)
    assert shown(counted, Reason(text="490 stars today", weight=0.3)) == ()


def test_what_was_drawn_at_random_says_only_that_and_to_nobody_in_particular() -> None:
    drawn = replace(
        ranked(item("arxiv/1"), of_interest(RAG)),
        propensity=1 / 30,
        moved="drawn at random, 1 of 30 outside your usual",
    )
    assert chips(drawn, (RAG,)) == ("drawn at random, 1 of 30 outside the usual",)


BANNED = re.compile(
    r"expanded from|a little of your|other words of both|your topic|further words of", re.IGNORECASE
)
_LETTERS = re.compile(r"[^\W_]+")


def bare(text: str) -> str:
    return f" {' '.join(_LETTERS.findall(text.casefold()))} "


@needs_corpus
def test_every_claim_of_a_ranked_corpus_stands_in_its_item_and_the_terms_add_up() -> None:
    papers = [
        item(f"arxiv/{row['id']}", title=row["title"], summary=row["abstract"])
        for row in rows("arxiv-sample.jsonl")
    ]
    code = [
        item(
            f"github/{row['repo']}",
            ItemKind.REPOSITORY,
            title=row["repo"],
            summary=row["description"] or "",
            metrics={"stars_today": float(row["stars_today"] or 0)},
        )
        for row in rows("github_trending-all.jsonl", limit=200)
    ]
    candidates = list({one.key: one for one in (*papers, *code)}.values())
    interests = parse_interests(
        f"{RAG}; evaluating RAG; LoRA fine-tuning on a single GPU; small language models; "
        "web scraping with agents; R"
    )
    phrases = tuple(one.text for one in interests)
    profile = Profile(name="ann", interests=interests)
    claims = 0
    for one in ContentRanker().rank(profile, candidates, NOW)[:120]:
        entry = one.explained()
        text = bare(f"{entry.item.title}\n{entry.item.summary}")
        for reason in entry.reasons:
            assert not BANNED.search(reason.text)
            if found := re.match(r"matches (.+)", reason.text):
                assert bare(found[1]).strip() in text
            for words in re.findall(r"(?:mentions|and|,|by) “(.+?)”(?=,? and|,|$)", reason.text):
                assert bare(words).strip() in text, reason.text
        counts = {
            m.words(entry.item.metrics[m.key]) for m in METRICS if m.key in entry.item.metrics
        }
        for chip in chips(entry, phrases):
            if not chip.startswith(("close in meaning to ", "tagged ")) and chip not in counts:
                claims += 1
                for words in (chip,) if chip in phrases else chip.split(", "):
                    assert bare(words).strip() in text, chip
    assert claims > 80
