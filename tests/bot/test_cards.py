"""Digests as messages: Discord's limits always hold, and no item is lost or comes twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import digest_messages
from bot.custom_ids import Verb, custom_id, item_reference
from bot.layout import MAX_CUSTOM_ID, Component, button, custom_ids, size, texts, walk
from core.digests import Digest, RankedItem, Section, WorkLink
from core.items import Deadline, ItemKey, ItemKind
from digests.compose import SECTIONS
from tests.digests.examples import NOW, draft, health, item, matches, ranked
from tests.digests.hostile import TEXTS, any_text, digest_of

PART = "5f2d.{}"


def buttons(number: int) -> Sequence[Component]:
    return [
        button("My picks", custom_id(Verb.PICKS, PART.format(number))),
        button("Subscriptions", custom_id(Verb.SUBSCRIPTIONS, PART.format(number))),
    ]


def laid_out(digest: Digest) -> list[list[Component]]:
    return digest_messages(digest, buttons)


def saves(message: Sequence[Component]) -> list[str]:
    return [one for one in custom_ids(message) if one.startswith(f"{Verb.SAVE}:")]


def assert_within_limits(message: Sequence[Component]) -> None:
    assert size(message).components <= 40
    assert size(message).characters <= 4000
    ids = custom_ids(message)
    assert len(ids) == len(set(ids))
    assert all(1 <= len(one) <= MAX_CUSTOM_ID for one in ids)
    for one in walk(message):
        assert one["type"] != 10 or one["content"].strip()
        assert one["type"] != 17 or one["components"]
        assert one["type"] != 3 or 1 <= len(one["options"]) <= 25
        assert one["type"] != 1 or 1 <= len(one["components"]) <= 5
        for option in one.get("options", ()):
            assert 1 <= len(option["label"]) <= 100
            assert 1 <= len(option["value"]) <= 100


def test_what_was_drawn_at_random_stands_last_in_a_frame_that_says_so() -> None:
    drawn = replace(
        ranked(item("arxiv/9")),
        moved="drawn at random, 1 of 30 outside the usual",
        propensity=1 / 30,
    )
    sections = (
        Section(kind="papers", title="Papers", items=(ranked(item("arxiv/1")),)),
        Section(kind="outside", title="Outside the usual", items=(drawn,)),
    )
    [message] = laid_out(draft(sections=sections))
    [shown] = [one for one in texts(message) if "arxiv/9" in one]
    assert shown.startswith("### Outside the usual\n")
    assert "-# ● drawn at random, 1 of 30 outside the usual · paper" in shown


@st.composite
def entries(draw: st.DrawFn) -> RankedItem:
    """Draw an item with texts and addresses of any kind and length."""
    source = draw(st.sampled_from(["arxiv", "github", "kaggle", "feed:a-blog", "feed:" + "f" * 80]))
    name = draw(
        st.one_of(st.integers(0, 10**6).map(str), st.text("ab/~", min_size=1, max_size=150))
    )
    text = draw(any_text())
    kind = draw(st.sampled_from(list(ItemKind)))
    url = "https://example.org/" + draw(st.text("a()<> ~é", max_size=700))
    due = Deadline(label=draw(any_text()), at=NOW.replace(day=draw(st.integers(23, 30))))
    entry = ranked(
        item(
            f"{source}/{name}",
            kind,
            title=text,
            summary=draw(any_text()),
            url=url,
            authors=tuple(draw(st.lists(any_text(), max_size=3))),
            deadlines=(due,) if draw(st.booleans()) else (),
        ),
        matches(text, 1.0),
    )
    link = WorkLink(kind=ItemKind.REPOSITORY, key=ItemKey("github", "o/r"), url=url)
    return replace(entry, links=(link,) * draw(st.integers(0, 6)), update=draw(any_text()))


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    found = draw(st.lists(entries(), max_size=40, unique_by=lambda entry: entry.item.key))
    names = [("deadlines", "Deadlines"), *((kind, title) for kind, title, _ in SECTIONS)]
    homes = [draw(st.sampled_from(names)) for _ in found]
    sections = tuple(
        Section(kind=kind, title=title, items=members)
        for kind, title in names
        if (members := tuple(e for e, h in zip(found, homes, strict=True) if h[0] == kind))
    )
    return draft(
        sections=sections,
        note=draw(any_text()),
        interests=tuple(draw(st.lists(any_text(), max_size=30))),
        health=health() * draw(st.integers(0, 10)),
        sample=draw(st.booleans()),
    )


@given(digests())
def test_every_message_keeps_the_limits_and_every_item_comes_once(digest: Digest) -> None:
    messages = laid_out(digest)

    for number, message in enumerate(messages):
        assert_within_limits(message)
        assert f"picks:{PART.format(number)}" in custom_ids(message)
    wanted = [f"{Verb.SAVE}:{item_reference(pick.item.key)}" for pick in digest.picks]
    assert [one for message in messages for one in saves(message)] == wanted


@given(digests())
def test_the_menus_offer_every_item_once(digest: Digest) -> None:
    offered = Counter(
        option["value"]
        for message in laid_out(digest)
        for one in walk(message)
        for option in one.get("options", ())
    )

    assert offered == Counter(item_reference(pick.item.key) for pick in digest.picks)


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_everywhere_keeps_the_limits(text: str) -> None:
    for message in laid_out(digest_of(text)):
        assert_within_limits(message)


def test_the_same_digest_gives_the_same_messages() -> None:
    digest = digest_of("A title")

    assert laid_out(digest) == laid_out(digest)


def test_a_card_has_title_link_one_line_and_why() -> None:
    paper = item("arxiv/2401.00001", title="On graphs", summary="It is new. It is good.")
    digest = draft(sections=(Section(kind="papers", title="Papers", items=(ranked(paper),)),))

    (message,) = laid_out(digest)

    (card,) = [t for t in texts(message) if "On graphs" in t]
    assert card.splitlines() == [
        "### [On graphs](https://example.org/arxiv/2401.00001)",
        "It is good.",
        "-# ● graphs · paper · arXiv",
    ]


def test_a_digest_without_picks_says_so_in_one_message() -> None:
    (message,) = laid_out(draft(note="Nothing new."))

    assert any("Nothing new." in one for one in texts(message))
    assert_within_limits(message)


def test_deadlines_show_the_readers_own_time() -> None:
    contest = item(
        "kaggle/competition/x",
        ItemKind.COMPETITION,
        deadlines=(Deadline(label="final submission", at=NOW.replace(day=25)),),
    )
    digest = draft(
        sections=(Section(kind="deadlines", title="Deadlines", items=(ranked(contest),)),)
    )

    (message,) = laid_out(digest)

    assert any(
        "▰▱▱▱▱▱▱▱ final submission <t:1795593600:R>, <t:1795593600:f>" in t for t in texts(message)
    )


def test_what_is_over_goes_on_in_further_parts() -> None:
    papers = tuple(ranked(item(f"arxiv/{n}", title=f"Paper {n}")) for n in range(30))
    digest = draft(sections=(Section(kind="papers", title="Papers", items=papers),))

    messages = laid_out(digest)

    assert len(messages) > 2
    assert texts(messages[1])[0] == f"-# Part 2 of {len(messages)}"


SENTENCE = "We show that it converges under mild assumptions, which hold in practice. "


@pytest.mark.parametrize("bar", [0, 3])
def test_ten_items_fit_one_message_with_a_button_each(bar: int) -> None:
    due = (Deadline(label="final submission", at=NOW.replace(day=29)),)
    ends = [
        ranked(item(f"kaggle/competition/{n}", ItemKind.COMPETITION, title=LONG, deadlines=due))
        for n in range(bar)
    ]
    papers = [
        ranked(
            item(
                f"arxiv/2611.{n:05}",
                title=LONG,
                url=f"https://arxiv.org/abs/2611.{n:05}",
                summary=SENTENCE * 5 + f"Code: https://github.com/an-owner-{n}/a-repository",
                authors=("Ada Lovelace", "Emmy Noether", "Grace Hopper"),
            ),
            matches("assumptions", 1.0),
        )
        for n in range(10 - bar)
    ]
    sections = [
        Section(kind="deadlines", title="Deadlines", items=tuple(ends)),
        Section(kind="papers", title="Papers", items=tuple(papers)),
    ]
    digest = draft(sections=tuple(s for s in sections if s.items))

    (message,) = laid_out(digest)

    assert_within_limits(message)
    assert len(saves(message)) == 10
    cards = [one for one in texts(message) if "arxiv.org" in one]
    assert all(len(card.splitlines()) <= 4 for card in cards)
    assert all("[code](https://github.com/an-owner-" in card for card in cards)


LONG = "Convergence of Stochastic Things under Mild Assumptions: A Study of Ten Thousand Networks"
