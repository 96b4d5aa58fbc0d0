from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from core.digests import Reason, Section, WorkLink
from core.errors import UsageError
from core.items import Deadline, ItemKey, ItemKind
from core.sources import SourceStatus
from digests.view import DigestView, Prominence, address, cards, safe_url, view
from tests.digests.examples import NOW, draft, example, item, matches, ranked, state
from tests.digests.hostile import any_text, digest_of


def one(*reasons: Reason, **changes: object) -> DigestView:
    """Return the view of a digest of one paper."""
    paper = item("arxiv/1", **changes)  # type: ignore[arg-type]  # fields of Item
    section = Section(kind="papers", title="Papers", items=(ranked(paper, *reasons),))
    return view(draft(sections=(section,)))


def texts(value: object) -> list[str]:
    """Return every text in a view."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    if is_dataclass(value):
        return [text for f in fields(value) for text in texts(getattr(value, f.name))]
    assert isinstance(value, (int, datetime)) or value is None
    return []


@pytest.mark.parametrize("host", ["b\u00fccher.example", "b%C3%BCcher.example"])
def test_a_host_of_other_letters_is_linked_as_dns_knows_it(host: str) -> None:
    assert safe_url(f"https://{host}/\u00e4") == "https://xn--bcher-kva.example/%C3%A4"


def test_the_headline_counts_picks_items_sources_and_minutes() -> None:
    assert view(example()).headline == "7 picks from 412 new items in 2 sources · 7 min"


def test_one_of_each_is_not_in_the_plural() -> None:
    section = Section(kind="papers", title="Papers", items=(ranked(item("arxiv/1")),))
    digest = draft(sections=(section,), considered=1, health=draft().health[:1])
    assert view(digest).headline == "1 pick from 1 new item in 1 source · 1 min"


def test_large_numbers_have_commas() -> None:
    assert "from 26,809 new items" in view(draft(considered=26_809)).headline


def test_a_sample_is_labelled() -> None:
    assert view(draft(sample=True)).sample == "sample data: asked nobody"


@pytest.mark.parametrize(
    ("unreached", "line"),
    [
        ((True, True), "sample data: no network"),
        ((True, False), "sample data: no source could be read"),
    ],
)
def test_the_sample_day_says_whether_sources_could_not_be_reached_or_refused(
    unreached: tuple[bool, bool], line: str
) -> None:
    skipped = state("kaggle", SourceStatus.SKIPPED, note="no token")
    failed = [
        replace(one, report=replace(one.report, unreached=lost))
        for lost in unreached
        for one in [state("arxiv", SourceStatus.FAILED, error="a line")]
    ]
    assert view(draft(sample=True, health=(*failed, skipped))).sample == line
    assert view(draft()).sample == ""


def test_the_bar_is_no_section_and_its_cards_have_no_number() -> None:
    page = view(example())
    assert [card.number for card in page.deadlines] == [0, 0, 0]
    assert [card.number for s in page.sections for card in s.cards] == [1, 2, 3, 4, 5, 6, 7]


def test_the_numbers_are_those_of_the_outcomes() -> None:
    page = view(example())
    library = next(c for s in page.sections for c in s.cards if "pytorch" in c.title)
    assert library.number == 3


def test_a_deadline_stands_in_the_readers_zone_in_utc_and_from_now() -> None:
    due = view(example()).deadlines[0].deadline
    assert due is not None
    assert due.label == "final submission"
    assert (due.local, due.utc) == ("Wed 25 Nov, 00:59 CET", "Tue 24 Nov, 23:59 UTC")
    assert due.relative == "in 2 days"


def test_a_deadline_in_utc_is_written_once() -> None:
    due = view(example(zone="UTC")).deadlines[0].deadline
    assert due is not None
    assert due.utc == ""


def test_a_deadline_that_has_passed_is_not_shown() -> None:
    over = Deadline(label="entry", at=NOW - timedelta(seconds=1))
    assert one(kind=ItemKind.COMPETITION, deadlines=(over,)).sections[0].cards[0].deadline is None


def test_the_facts_are_the_source_people_and_counts_and_nothing_twice() -> None:
    page = one(authors=("Ada", "Grace", "Alan"), metrics={"upvotes": 1, "votes": 1200})
    facts = page.sections[0].cards[0].facts
    assert facts == ("arXiv", "Ada +2", "1,200 votes", "1 upvote")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"stars": 1090, "stars_today": 12}, "1,090 stars, +12 today"),
        ({"stars": 9, "stars_today": 1, "stars_this_week": 7}, "9 stars, +1 today, +7 this week"),
        ({"stars": 23412}, "23,412 stars"),
        ({"stars_this_week": 80}, "80 stars this week"),
    ],
)
def test_stars_stand_with_their_latest_rise(counts: dict[str, float], words: str) -> None:
    page = one(kind=ItemKind.REPOSITORY, metrics=counts)
    assert page.sections[0].cards[0].facts == ("arXiv", words)


def test_a_rise_that_is_a_chip_is_no_fact_as_well() -> None:
    stars = Reason(text="489 stars today", weight=0.4)
    card = one(stars, metrics={"stars": 2000, "stars_today": 489}).sections[0].cards[0]
    assert (card.chips, card.facts) == (("489 stars today",), ("arXiv", "2,000 stars"))


def test_a_withdrawn_paper_is_marked_wherever_it_is_shown() -> None:
    page = one(facts={"comment": "Withdrawn: a sign error"})
    assert "withdrawn" in page.sections[0].cards[0].facts


def test_a_sign_that_an_older_archive_holds_as_an_author_is_not_shown() -> None:
    page = one(authors=("TeamOne", ":", "Ada", "Grace"))
    assert page.sections[0].cards[0].facts[1] == "TeamOne +2"


def test_who_owns_a_repository_is_not_said_twice() -> None:
    page = one(kind=ItemKind.REPOSITORY, title="Ada/engine", authors=("ada", "Grace"))
    assert page.sections[0].cards[0].facts == ("arXiv", "Grace")


@pytest.mark.parametrize(
    ("prize", "words"),
    [("50,000 Usd", "$50,000"), ("$50,000", "$50,000"), ("Knowledge", "Knowledge")],
)
def test_a_prize_is_written_as_people_write_it(prize: str, words: str) -> None:
    assert words in one(facts={"prize": prize}).sections[0].cards[0].facts


def test_a_list_has_dates_and_they_are_the_readers() -> None:
    late = NOW.replace(day=20, hour=23, minute=30)  # already the 21st in Berlin
    (card,) = cards([ranked(item("arxiv/1", appeared_at=late))], NOW, "Europe/Berlin")
    assert card.facts == ("arXiv", "Sat 21 Nov")
    assert card.prominence is Prominence.CARD


def test_one_pick_leads_four_are_cards_and_the_rest_are_lines() -> None:
    papers = tuple(ranked(item(f"arxiv/{n}", summary="It is new.")) for n in range(8))
    page = view(draft(sections=(Section(kind="papers", title="Papers", items=papers),)))
    assert [(s.kind, len(s.cards)) for s in page.sections] == [("top", 5), ("more", 3)]
    found = [(card.prominence.value, bool(card.summary)) for s in page.sections for card in s.cards]
    assert found == [("lead", True), *[("card", True)] * 4, *[("line", False)] * 3]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (ItemKind.REPOSITORY, "Runs agents side by side, each in its own tree."),
        (ItemKind.MODEL, "Runs agents side by side, each in its own tree."),
        (ItemKind.PAPER, ""),
        (ItemKind.QUESTION, ""),
    ],
)
def test_a_line_says_what_a_name_stands_for_and_gives_one_reason(kind: ItemKind, told: str) -> None:
    text = (
        "Runs agents side by side, each in its own tree. "
        "It works with graphs and with drugs, as you like it, at home and at work."
    )
    named = item("github/one/agents", kind, title="one/agents", summary=text)
    why = (matches("graphs", 2), matches("drugs", 2))
    picks = [
        *(ranked(item(f"arxiv/{n}"), matches("graphs", 9)) for n in range(5)),
        ranked(named, *why),
    ]
    made = view(
        draft(
            sections=(Section(kind="top", title="Top", items=tuple(picks)),),
            interests=("graphs", "drugs"),
        )
    )
    (line,) = made.sections[1].cards
    assert line.prominence is Prominence.LINE
    assert line.summary == told
    assert len(line.chips) == 1


def test_a_papers_line_begins_with_its_claim() -> None:
    text = "Models forget. To address these issues, we propose a memory that never forgets."
    paper = item("arxiv/1", summary=text, lead=text.partition(". ")[2])
    (card,) = cards([ranked(paper)], NOW, "UTC")
    assert card.summary == "We propose a memory that never forgets."


def test_the_contents_count_the_kinds_and_the_deadlines() -> None:
    assert view(example()).contents == (
        "3 papers",
        "1 repository",
        "1 model",
        "1 data set",
        "1 article",
        "3 deadlines, the first in 2 days",
    )
    assert view(draft()).contents == ()


def test_the_bar_of_a_deadline_has_a_block_for_each_week_left() -> None:
    bars = [card.deadline.bar for card in view(example()).deadlines if card.deadline]
    assert bars == ["▰▱▱▱▱▱▱▱", "▰▰▱▱▱▱▱▱", "▰▰▰▱▱▱▱▱"]


def test_latex_is_readable_in_papers_and_left_alone_in_code() -> None:
    assert one(title=r"M$^2$CD").sections[0].cards[0].title == "M²CD"
    assert one(title="{{x}}", kind=ItemKind.REPOSITORY).sections[0].cards[0].title == "{{x}}"


@pytest.mark.parametrize("kind", [ItemKind.ARTICLE, ItemKind.QUESTION, ItemKind.PAPER])
@pytest.mark.parametrize(
    "title", [r"How \n and \t end lines", r"C:\new is gone", "Use ${HOME}", "{} is"]
)
def test_code_in_a_title_is_shown_as_it_was_written(title: str, kind: ItemKind) -> None:
    assert one(title=title, kind=kind).sections[0].cards[0].title == title


def test_an_update_says_what_changed_beside_its_kind() -> None:
    cards = [card for section in view(example()).sections for card in section.cards]
    assert [c.kind for c in cards if "Benchmark" in c.title] == ["paper · version 7"]


def test_badges_lead_to_the_other_members() -> None:
    badge = view(example()).sections[0].cards[0].badges[0]
    assert (badge.text, badge.url) == ("code", "https://github.com/vgsatorras/egnn")


def test_what_a_text_names_is_a_badge_unless_the_work_has_one_of_its_kind() -> None:
    text = "The code is at github.com/Ada/Engine. Data: https://huggingface.co/datasets/ada/cards."
    card = one(summary=text).sections[0].cards[0]
    assert [(badge.text, badge.url) for badge in card.badges] == [
        ("code", "https://github.com/Ada/Engine"),
        ("data", "https://huggingface.co/datasets/ada/cards"),
    ]
    link = WorkLink(
        kind=ItemKind.REPOSITORY, key=ItemKey("github", "ada/engine"), url="https://x.y"
    )
    entry = replace(ranked(item("arxiv/1", summary=text)), links=(link,))
    (card,) = cards([entry], NOW, "UTC")
    assert card.badges[0].url == "https://x.y"
    assert [badge.text for badge in card.badges] == ["code", "data"]


def test_the_note_of_a_digest_is_shown_as_it_is() -> None:
    assert view(draft(note="Only 2 today.")).note == "Only 2 today."
    assert view(draft()).note == ""


def test_the_zone_line_names_zone_and_shift() -> None:
    assert view(draft()).zone == "Dates in Europe/Berlin, now UTC+1."
    assert view(draft(zone="UTC")).zone == "Dates in UTC."
    assert view(draft(zone="Europe/London")).zone == "Dates in Europe/London, now UTC."


def test_an_unknown_zone_is_one_clear_error() -> None:
    with pytest.raises(UsageError, match="Nowhere"):
        view(draft(zone="Nowhere"))


def test_arxiv_is_thanked_only_where_its_papers_stand() -> None:
    assert any("arXiv" in line for line in view(example()).thanks)
    assert view(draft()).thanks == ()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://www.kaggle.com/datasets/a/b/", "kaggle.com/datasets/a/b"),
        ("https://arxiv.org@evil.example/abs/1", "evil.example/abs/1"),
        ("https://example.org", "example.org"),
        ("https://example.org/a%20b?q=1#f", "example.org/a b?q=1#f"),
        ("https://[broken/x", "https://[broken/x"),
    ],
)
def test_an_address_shows_where_a_link_really_leads(url: str, words: str) -> None:
    assert address(url) == words


def test_a_link_holds_no_quote_no_blank_and_no_control_character() -> None:
    unsafe = "https://example.org/\"' <x>\x1b]8;;\x07é"
    assert safe_url(unsafe) == "https://example.org/%22'%20%3Cx%3E]8;;%C3%A9"


@given(any_text())
def test_every_text_of_a_view_is_one_clean_line_of_bounded_length(text: str) -> None:
    page = view(digest_of(text))
    for shown in texts(page):
        assert len(shown) <= 4 * 200 or shown.startswith("https://")
        for character in shown:
            assert unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
            assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b"
    for card in (*page.deadlines, *(c for s in page.sections for c in s.cards)):
        assert card.title
        assert len(card.title) <= 200
        assert len(card.summary) <= 420
        assert len(card.chips) <= 2


def test_of_invisible_characters_nothing_is_shown_and_the_key_is_the_title() -> None:
    page = view(digest_of("\u200b\u2060"))
    card = page.sections[0].cards[0]
    assert (card.title, card.kind, card.summary) == ("arxiv/1", "paper", "")
    assert page.interests == ()


def test_the_view_depends_on_nothing_but_the_digest() -> None:
    assert view(example()) == view(replace(example()))
