"""Conferences: what each list says, what contradicts itself, what is broken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import ConfigError
from core.items import Item, ItemKind
from fetchers.conference_dates import read_event, read_moment, read_zone
from fetchers.conference_items import edition_name
from fetchers.conference_kinds import kind_of
from fetchers.conference_lists import parse_ai_deadlines, parse_ccfddl, parse_paperswithcode
from fetchers.conferences import ConferenceOptions
from fetchers.source import MalformedError
from fetchers.yaml_files import read_yaml
from tests.fakes import NOON
from tests.fetchers.git_folder import git_folder
from tests.fetchers.harness import GoodDay, build, fetch, fixture, read
from tests.net.fakes import FakeValidatorStore
from tests.stand_ins.sources.server import SourceServer

ICXR = fixture("conferences/iclr.yml")
CCF = fixture("conferences/ccf.yml")
TECH = fixture("conferences/data.json")
PWC = fixture("conferences/paperswithcode.json")
AI = ("huggingface/ai-deadlines", "src/data/conferences")
DATA = "/tech-conferences/conference-data/main/conferences/2026/data.json"
PWC_PATH = "/api/v1/conferences/deadlines"
ONLY_AI: dict[str, Any] = {"lists": ("ai-deadlines",)}
GOOD_DAY = GoodDay(
    answers={
        **git_folder(*AI, {"iclr.yml": ICXR}),
        **git_folder("ccfddl/ccf-deadlines", "conference/AI", {"iclr.yml": CCF}),
        DATA: TECH,
        PWC_PATH: PWC,
    },
    options={"topics": ("data",)},
    least=7,
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def all_of(sources: SourceServer) -> dict[str, Item]:
    for path, body in GOOD_DAY.answers.items():
        sources.answer(path, body)
    outcome = read("conferences", sources, topics=("data",))
    assert outcome.error is None
    return {item.key.external_id: item for item in outcome.items}


class TestItems:
    def test_an_edition_has_its_deadlines_by_kind(self, sources: SourceServer) -> None:
        item = all_of(sources)["ai-deadlines/icxr27"]
        assert item.kind is ItemKind.CONFERENCE
        assert (item.title, item.url) == ("ICXR 2027", "https://icxr.example.org/2027")
        assert [(one.kind, one.label, one.at, one.exact) for one in item.deadlines] == [
            ("abstract", "Abstract Submission", utc(2026, 12, 5, 11, 59, 59), True),
            ("paper", "Paper Submission", utc(2026, 12, 12, 7, 59, 59), True),
            ("notification", "Notification of Acceptance", utc(2027, 3, 2, 7, 59, 59), False),
        ]
        assert item.facts["dates"] == "2027-05-03 to 2027-05-07"
        assert item.facets["edition"] == "icxr-2027"

    def test_a_notification_is_no_deadline_to_act_by(self, sources: SourceServer) -> None:
        item = all_of(sources)["ai-deadlines/icxr27"]
        after_paper = utc(2027, 1, 1)
        assert item.next_deadline(NOON) == item.deadlines[0]
        assert item.next_deadline(after_paper) is None

    def test_the_old_form_has_one_deadline(self, sources: SourceServer) -> None:
        item = all_of(sources)["ai-deadlines/icxr26"]
        assert [(one.kind, one.at) for one in item.deadlines] == [
            ("abstract", utc(2025, 12, 3, 20)),
            ("paper", utc(2025, 12, 10, 20)),
        ]
        assert item.facts["dates"] == "2026-04-20 to 2026-04-24"

    def test_an_en_dash_in_a_zone_is_read_and_tbd_is_no_date(self, sources: SourceServer) -> None:
        item = all_of(sources)["ccfddl/icxr2027"]
        assert [(one.kind, one.label, one.at) for one in item.deadlines] == [
            ("abstract", "abstract submission", utc(2026, 12, 5, 11, 59, 59)),
            ("paper", "main track", utc(2026, 12, 13, 11, 59, 59)),
        ]

    def test_papers_with_code_is_in_utc_already(self, sources: SourceServer) -> None:
        item = all_of(sources)["paperswithcode/icxr-2027"]
        assert [(one.kind, one.at) for one in item.deadlines] == [
            ("paper", utc(2026, 12, 12, 7, 59, 59)),
            ("notification", utc(2027, 3, 2, 7, 59, 59)),
        ]

    def test_an_edition_dated_in_another_year_is_named_and_its_days_are_not_shown(
        self, sources: SourceServer
    ) -> None:
        facts = all_of(sources)["paperswithcode/robx-2026"].facts
        assert facts["contradiction"] == "paperswithcode: ROBX 2026 is dated 2027-06-01"
        assert "dates" not in facts

    def test_an_online_event_says_where_to_register(self, sources: SourceServer) -> None:
        found = all_of(sources)
        online = found["tech-conferences/2026/example-ai-days"]
        assert online.facts["attend"] == "online"
        assert online.facts["registration"] == "https://aidays.example.org"
        assert [(one.kind, one.label, one.at) for one in online.deadlines] == [
            ("paper", "call for papers", utc(2026, 12, 1, 11, 59, 59)),
            ("start", "starts", utc(2026, 12, 10, 11, 59, 59)),
            ("end", "ends", utc(2026, 12, 11, 11, 59, 59)),
        ]
        on_site = found["tech-conferences/2026/vector-meetup"]
        assert on_site.facts["attend"] == "on site"
        assert on_site.facts["place"] == "Graz, Austria"
        assert "registration" not in on_site.facts

    def test_the_lists_agree_on_what_an_edition_is_called(self, sources: SourceServer) -> None:
        found = all_of(sources)
        ids = ("ai-deadlines/icxr27", "ccfddl/icxr2027", "paperswithcode/icxr-2027")
        assert {found[one].facets["edition"] for one in ids} == {"icxr-2027"}

    def test_editions_of_the_year_before_last_are_left_out(self, sources: SourceServer) -> None:
        sources.answer(PWC_PATH, PWC)
        outcome = read("conferences", sources, now=utc(2029, 1, 1), lists=("paperswithcode",))
        assert (outcome.items, outcome.error) == ([], None)


class TestFiles:
    def test_a_broken_file_is_named_and_the_others_are_read(self, sources: SourceServer) -> None:
        files = {"brkn.yml": fixture("conferences/broken.yml"), "iclr.yml": ICXR}
        for path, body in git_folder(*AI, files).items():
            sources.answer(path, body)
        outcome = read("conferences", sources, **ONLY_AI)
        assert len(outcome.items) == 2
        assert outcome.error is None
        assert outcome.note is not None
        assert outcome.note.startswith("conferences: brkn.yml is no YAML")

    def test_a_file_that_was_cut_short_is_none(self, sources: SourceServer) -> None:
        answers = git_folder(*AI, {"iclr.yml": ICXR})
        listed, raw = answers
        sources.answer(listed, answers[listed])
        sources.answer(raw, ICXR[: ICXR.index(b"- title: ICXR\n  year: 2026")])
        assert "is not the file that was listed" in read("conferences", sources, **ONLY_AI).failed

    def test_the_mirror_stands_in_for_the_files(self, sources: SourceServer) -> None:
        answers = git_folder(*AI, {"iclr.yml": ICXR})
        listed, raw = answers
        sources.answer(listed, answers[listed])
        sources.answer(raw, status=500)
        sources.answer(f"/gh/{AI[0]}@main/{AI[1]}/iclr.yml", ICXR)
        assert len(read("conferences", sources, **ONLY_AI).items) == 2

    def test_files_that_have_not_changed_are_not_read_again(self, sources: SourceServer) -> None:
        answers = git_folder(*AI, {"iclr.yml": ICXR})
        listed, raw = answers
        sources.answer(listed, answers[listed])
        sources.answer_if_changed(raw, ICXR, etag='"1"')
        seen = FakeValidatorStore()
        reader = build("conferences", sources, validators=seen, **ONLY_AI)
        seen.kept |= fetch(reader, NOON - timedelta(days=1)).batch.validators
        outcome = fetch(reader, NOON - timedelta(days=1))
        assert (outcome.items, outcome.error, outcome.note) == ([], None, None)

    def test_a_list_that_fails_keeps_no_other_from_being_read(self, sources: SourceServer) -> None:
        sources.answer(DATA, TECH)
        sources.answer(PWC_PATH, b"<html>")
        outcome = read("conferences", sources, lists=("paperswithcode", "tech-conferences"),
                       topics=("data",))  # fmt: skip
        assert len(outcome.items) == 2
        assert "HTML page" in str(outcome.error)

    def test_what_takes_place_twice_in_a_year_is_two(self, sources: SourceServer) -> None:
        [first, _] = json.loads(TECH)
        again = first | {"startDate": "2026-12-20", "endDate": "2026-12-20"}
        sources.answer(DATA, json.dumps([again, first]))
        outcome = read("conferences", sources, lists=("tech-conferences",), topics=("data",))
        assert outcome.ids == [
            "tech-conferences/2026/example-ai-days",
            "tech-conferences/2026/example-ai-days-12",
        ]

    def test_a_topic_without_a_file_is_an_error(self, sources: SourceServer) -> None:
        outcome = read("conferences", sources, lists=("tech-conferences",), topics=("datta",))
        assert "no file for datta" in outcome.failed


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("AoE", -12),
        ("UTC-8", -8),
        ("UTC\N{EN DASH}12:00", -12),
        ("GMT+02", 2),
        ("UTC+5:30", 5.5),
        ("PST", -8),
        ("utc", 0),
        ("CST", None),
        ("Mars/Base", None),
        ("UTC-99", None),
        ("", None),
    ],
)
def test_zones_are_read_or_unknown(name: str, hours: float | None) -> None:
    zone = read_zone(name)
    offset = zone.utcoffset(None) if zone else None
    assert offset == (None if hours is None else timedelta(hours=hours))


def test_a_zone_by_place_knows_summer() -> None:
    found = read_moment("2026-07-01 12:00", "Europe/London")
    assert found is not None
    assert found.at == utc(2026, 7, 1, 11)


def test_an_unknown_zone_is_said_and_taken_as_the_last_place_on_earth() -> None:
    found = read_moment("2026-07-01 12:00:00", "CST")
    assert found is not None
    assert (found.at, found.note) == (utc(2026, 7, 2), "zone unclear: CST")


@pytest.mark.parametrize("text", ["TBD", "", "2026-02-30 10:00", "2026-13-01", "soon", "2026"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_moment(text, "AoE") is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("November 23-27, 2026", ("2026-11-23", "2026-11-27")),
        ("February 25 - March 4, 2025", ("2025-02-25", "2025-03-04")),
        ("Dec 30, 2025 - Jan 2, 2026", ("2025-12-30", "2026-01-02")),
        ("January 20 \N{EN DASH} 27, 2026", ("2026-01-20", "2026-01-27")),
        ("July 3, 2026", ("2026-07-03", "2026-07-03")),
        ("sometime in 2026", None),
    ],
)
def test_days_of_an_event_are_read(text: str, days: tuple[str, str] | None) -> None:
    found = read_event(text)
    assert (None if found is None else (str(found[0]), str(found[1]))) == days


@pytest.mark.parametrize(
    ("type_", "label", "kind"),
    [
        ("submission", "Paper Submission", "paper"),
        ("submission", "Notification of Acceptance", "notification"),
        ("", "submission open", "opens"),
        ("paper", "Tutorial proposals", "proposal"),
        ("abstract", "Abstract registration", "abstract"),
        ("submission", "Abstract Submission", "abstract"),
        ("camera-ready", "Final papers", "camera-ready"),
        ("final_decision", "", "notification"),
        ("rebuttal_start", "", "rebuttal start"),
    ],
)
def test_a_label_goes_before_the_type(type_: str, label: str, kind: str) -> None:
    assert kind_of(type_, label) == kind


@pytest.mark.parametrize(
    ("name", "edition"),
    [("NIPS", "neurips-2026"), ("ICLR 2026", "iclr-2026"), ("ACM MM", "acmmm-2026"), ("…", "")],
)
def test_editions_have_one_name(name: str, edition: str) -> None:
    assert edition_name(name, 2026) == edition


@pytest.mark.parametrize(
    "body",
    [
        b"a: &a [1]\nb: *a\n",
        b"[" * 40 + b"]" * 40,
        b"- x\n" * 200_001,
        b"x" * 2_000_001,
        b"a: b: c",
        b"\x00\xff",
    ],
    ids=["alias", "deep", "many", "large", "mixed up", "bytes"],
)
def test_yaml_beyond_the_limits_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError, match="conferences"):
        read_yaml(body, "conferences", "x.yml")


@pytest.mark.parametrize("body", [b"", b"text", b"a: 1", b"- 1\n- 2"])
def test_what_is_no_list_of_editions_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_ai_deadlines(body, "x.yml")
    with pytest.raises(MalformedError):
        parse_ccfddl(body, "x.yml")


@pytest.mark.parametrize("body", [b"[]", b'{"count": 3, "results": []}', b'{"results": null}'])
def test_a_list_of_papers_with_code_that_is_not_whole_is_an_error(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_paperswithcode(body)


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"sources\.conferences\.lists: 'wikicfp'"):
        ConferenceOptions(lists=("wikicfp",))
    with pytest.raises(ConfigError, match=r"sources\.conferences\.topics: '\.\./x'"):
        ConferenceOptions(topics=("../x",))
