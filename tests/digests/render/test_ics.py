from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from icalendar import Calendar, Event

from core.items import Deadline, Item, ItemKind
from digests.render.ics import calendar, render
from tests.digests.examples import MEDICINES, NOW, example, item
from tests.digests.hostile import any_text, digest_of


def events(file: bytes) -> list[Event]:
    return Calendar.from_ical(file).events


def contest(*deadlines: Deadline) -> Item:
    return item("kaggle/competition/x", ItemKind.COMPETITION, deadlines=deadlines)


def end(label: str, days: float) -> Deadline:
    return Deadline(label=label, at=NOW + timedelta(days=days))


def test_every_deadline_ahead_is_an_event_soonest_first() -> None:
    found = events(render(example()))
    assert [str(event["summary"]) for event in found] == [
        "final submission: NeurIPS 2024 - Predict New Medicines with BELKA",
        "team merger: NeurIPS - Open Polymer Prediction 2025",
        "abstract: Learning on Graphs Conference (LoG)",
    ]
    assert found[0].start == datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    assert found[0].DTSTAMP == NOW
    assert str(found[0]["url"]) == MEDICINES.url


def test_an_event_keeps_its_uid_when_its_deadline_moves() -> None:
    before = events(calendar([contest(end("entry", 1), end("final", 5))], NOW))
    after = events(calendar([contest(end("entry", 1), end("final", 9))], NOW + timedelta(hours=1)))
    assert [event["uid"] for event in before] == [event["uid"] for event in after]


def test_a_calendar_reminds_seven_days_and_one_day_before() -> None:
    [event] = events(calendar([contest(end("final", 9))], NOW))
    assert [one.to_ical().split(b"\r\n")[1:4] for one in event.walk("VALARM")] == [
        [b"ACTION:DISPLAY", b"DESCRIPTION:final: A title", b"TRIGGER:-P7D"],
        [b"ACTION:DISPLAY", b"DESCRIPTION:final: A title", b"TRIGGER:-P1D"],
    ]


def test_nobody_is_reminded_of_what_others_do() -> None:
    answer = Deadline(label="notification", at=NOW + timedelta(days=9), kind="notification")
    [event] = events(calendar([contest(answer)], NOW))
    assert event.walk("VALARM") == []


def test_every_deadline_has_a_uid_of_its_own_even_under_one_label() -> None:
    rounds = [contest(end("round", 1), end("round", 2), end("entry", 3)), MEDICINES]
    uids = [event["uid"] for event in events(calendar(rounds, NOW))]
    assert len(set(uids)) == len(uids) == 4


def test_the_second_round_keeps_its_uid_when_the_first_is_over() -> None:
    rounds = [contest(end("round", 1), end("round", 5))]
    later = events(calendar(rounds, NOW + timedelta(days=2)))
    assert later[0]["uid"] == events(calendar(rounds, NOW))[1]["uid"]


def test_an_item_that_comes_twice_counts_once() -> None:
    assert len(events(calendar([MEDICINES, MEDICINES], NOW))) == 1


def test_without_deadlines_the_calendar_is_empty_but_whole() -> None:
    file = calendar([], NOW)
    assert events(file) == []
    assert file.startswith(b"BEGIN:VCALENDAR\r\n")


@given(any_text())
def test_foreign_text_adds_no_event_and_no_property(text: str) -> None:
    file = render(digest_of(text))
    (event,) = events(file)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "URL", "DESCRIPTION", "TRANSP"}
    lines = file.split(b"\r\n")
    assert lines.count(b"BEGIN:VEVENT") == 1
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in file.replace(b"\r\n", b"")
