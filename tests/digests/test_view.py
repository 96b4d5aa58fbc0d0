from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from core.digests import Reason, Section
from core.errors import UsageError
from core.items import Deadline, ItemKind
from core.sources import SourceStatus
from digests.view import DigestView, address, safe_url, view
from tests.digests.examples import NOW, draft, example, item, ranked, state
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


def test_the_meta_line_says_source_people_day_counts_and_minutes() -> None:
    page = one(authors=("Ada", "Grace", "Alan"), metrics={"upvotes": 1, "votes": 1200})
    assert page.sections[0].cards[0].meta == (
        "arXiv",
        "Ada, Grace +1",
        "Sat 21 Nov",
        "1,200 votes",
        "1 upvote",
        "1 min",
    )


def test_a_withdrawn_paper_is_marked_wherever_it_is_shown() -> None:
    page = one(facts={"comment": "Withdrawn: a sign error"})
    assert "withdrawn" in page.sections[0].cards[0].meta


def test_a_sign_that_an_older_archive_holds_as_an_author_is_not_shown() -> None:
    page = one(authors=("TeamOne", ":", "Ada", "Grace"))
    assert page.sections[0].cards[0].meta[1] == "TeamOne, Ada +1"


def test_who_owns_a_repository_is_not_said_twice() -> None:
    page = one(kind=ItemKind.REPOSITORY, title="Ada/engine", authors=("ada", "Grace"))
    assert page.sections[0].cards[0].meta == ("arXiv", "Grace", "Sat 21 Nov", "1 min")


@pytest.mark.parametrize(
    ("prize", "words"),
    [("50,000 Usd", "$50,000"), ("$50,000", "$50,000"), ("Knowledge", "Knowledge")],
)
def test_a_prize_is_written_as_people_write_it(prize: str, words: str) -> None:
    assert words in one(facts={"prize": prize}).sections[0].cards[0].meta


def test_the_day_is_the_readers_day() -> None:
    late = NOW.replace(day=20, hour=23, minute=30)  # already the 21st in Berlin
    assert "Sat 21 Nov" in one(appeared_at=late).sections[0].cards[0].meta


def test_latex_is_readable_in_papers_and_left_alone_in_code() -> None:
    assert one(title=r"M$^2$CD").sections[0].cards[0].title == "M²CD"
    assert one(title="{{x}}", kind=ItemKind.REPOSITORY).sections[0].cards[0].title == "{{x}}"


@pytest.mark.parametrize("kind", [ItemKind.ARTICLE, ItemKind.QUESTION, ItemKind.PAPER])
@pytest.mark.parametrize(
    "title", [r"How \n and \t end lines", r"C:\new is gone", "Use ${HOME}", "{} is"]
)
def test_code_in_a_title_is_shown_as_it_was_written(title: str, kind: ItemKind) -> None:
    assert one(title=title, kind=kind).sections[0].cards[0].title == title


def test_why_names_the_strongest_reasons_that_speak_for_it() -> None:
    reasons = [
        Reason(text="old", weight=-9.0),
        Reason(text="second", weight=2.0),
        Reason(text="first", weight=3.0),
        Reason(text="third", weight=1.0),
        Reason(text="fourth", weight=0.5),
    ]
    assert one(*reasons).sections[0].cards[0].why == "first; second; third"


def test_an_update_says_what_changed_beside_its_kind() -> None:
    updates = view(example()).sections[-1]
    assert updates.title == "Updates"
    assert updates.cards[0].kicker == "paper · version 7"


def test_badges_lead_to_the_other_members() -> None:
    badge = view(example()).sections[0].cards[0].badges[0]
    assert (badge.text, badge.url) == ("code", "https://github.com/vgsatorras/egnn")


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
        assert len(card.summary) <= 320


def test_of_invisible_characters_nothing_is_shown_and_the_key_is_the_title() -> None:
    page = view(digest_of("\u200b\u2060"))
    card = page.sections[0].cards[0]
    assert (card.title, card.kicker, card.summary) == ("arxiv/1", "paper", "")
    assert page.interests == ()


def test_the_view_depends_on_nothing_but_the_digest() -> None:
    assert view(example()) == view(replace(example()))
