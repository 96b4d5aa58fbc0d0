from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from core.deliveries import Cadence, Schedule
from core.mail import AddressState, SubscriptionOptions
from core.people import Interest, Profile
from core.signed_links import LinkPurpose
from tests.digests.examples import example
from tests.web.people import ADDRESS, Reader, emails, subscribed
from tests.web.reading import Form, links, text
from tests.web.running import BASE, FROM_HERE, running

CHANGED = {
    "interests": "protein folding; quantum chemistry",
    "cadence": "weekly",
    "weekday": "Friday",
    "at": "17:45",
    "zone": "America/St_Johns",
    "items": "7",
}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with running(tmp_path, base_url=BASE) as page:
        yield subscribed(page)


def preferences(reader: Reader) -> str:
    return reader.path(LinkPurpose.PREFERENCES)


def test_what_is_set_stands_in_the_form(reader: Reader) -> None:
    path = preferences(reader)
    fields = Form.on(reader.page.get(path).text, path).fields
    assert fields | {"form": ""} == {
        "form": "",
        "interests": "graph neural networks\ndrug discovery",
        "cadence": "weekly",
        "weekday": "Monday",
        "at": "08:00",
        "zone": "UTC",
        "items": "10",
        "pause": "",
    }


def test_what_the_form_says_is_set(reader: Reader) -> None:
    path = preferences(reader)
    answer = reader.page.send(path, **CHANGED)
    assert "Saved. Next digest: Friday 27 November 2026, 21:15 UTC." in text(answer.text)
    (order,) = reader.page.application.storage.subscriptions.subscriptions()
    assert order.schedule == Schedule(
        cadence=Cadence.WEEKLY, weekday=4, at=time(17, 45), zone="America/St_Johns"
    )
    assert order.items == 7
    profile = reader.page.application.store.profile(reader.address.owner)
    assert profile is not None
    assert [one.text for one in profile.interests] == ["protein folding", "quantum chemistry"]
    assert profile.zone == "America/St_Johns"
    shown = Form.on(reader.page.get(path).text, path).fields
    assert shown["interests"] == "protein folding\nquantum chemistry"


def test_saving_what_stands_there_changes_nothing(reader: Reader) -> None:
    before = reader.page.application.email_subscriptions().mailbox(reader.address.subject)
    assert reader.page.send(preferences(reader)).status_code == 200
    after = reader.page.application.email_subscriptions().mailbox(reader.address.subject)
    assert after == before


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("interests", " ", "name at least one interest"),
        ("cadence", "hourly", "choose how often"),
        ("at", "late", "enter the time of day"),
        ("zone", "Mars/Olympus", "not an IANA time zone"),
        ("items", "0", "1 to 50 items"),
        ("items", "many", "as a number"),
        ("pause", "soon", "enter the day"),
        ("pause", "2020-01-01", "a pause must end within a year"),
        ("pause", "2099-01-01", "within a year"),
    ],
)
def test_what_cannot_be_is_said_and_all_that_was_typed_stays(
    reader: Reader, field: str, wrong: str, said: str
) -> None:
    path = preferences(reader)
    before = reader.page.application.email_subscriptions().mailbox(reader.address.subject)
    typed = {**CHANGED, field: wrong}
    answer = reader.page.send(path, **typed)
    assert answer.status_code == 400
    assert said in text(answer.text)
    if field not in {"cadence", "interests"}:
        assert Form.on(answer.text, path).fields[field] == wrong
    assert reader.page.application.email_subscriptions().mailbox(reader.address.subject) == before


def test_a_pause_begins_and_ends(reader: Reader) -> None:
    path = preferences(reader)
    answer = reader.page.send(path, pause="2026-12-24")
    assert "Next digest: Monday 28 December 2026" in text(answer.text)
    assert Form.on(reader.page.get(path).text, path).fields["pause"] == "2026-12-24"
    (order,) = reader.page.application.storage.subscriptions.subscriptions()
    assert order.paused_until == datetime(2026, 12, 24, tzinfo=UTC)
    answer = reader.page.send(path, pause="")
    assert "Next digest: Monday 23 November 2026" in text(answer.text)


def test_who_left_can_come_back(reader: Reader) -> None:
    reader.page.send(reader.path(LinkPurpose.UNSUBSCRIBE))
    path = preferences(reader)
    assert "Nothing is being sent to this address" in text(reader.page.get(path).text)
    answer = reader.page.send(path, resume="1")
    assert "Nothing is being sent" not in text(answer.text)
    assert reader.address.state is AddressState.CONFIRMED


def test_new_links_make_the_old_ones_void_but_those_to_leave(reader: Reader) -> None:
    old = {purpose: reader.path(purpose) for purpose in LinkPurpose}
    path = old[LinkPurpose.PREFERENCES]
    answer = reader.page.send(path, f"{path}/renew")
    assert answer.status_code == 200
    for purpose in (LinkPurpose.PREFERENCES, LinkPurpose.FEED, LinkPurpose.VIEW):
        answered = reader.page.get(old[purpose])
        assert answered.status_code == 410
        assert "no longer valid" in text(answered.text)
    fresh = links(answer.text)
    assert reader.page.get(fresh["Your preferences"]).status_code == 200
    assert reader.page.get(fresh["Atom feed"].removeprefix(BASE)).status_code == 200
    assert reader.page.send(old[LinkPurpose.UNSUBSCRIBE]).status_code == 200
    assert reader.address.state is AddressState.OFF


def test_everything_that_is_held_can_be_taken_along(reader: Reader) -> None:
    reader.gets(example())
    answer = reader.page.get(f"{preferences(reader)}/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tidings.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    held = json.loads(answer.text)
    assert held["addresses"][0]["address"] == ADDRESS
    assert "graph neural networks" in answer.text
    secrets = reader.page.application.storage.secrets
    assert all(secrets.secret(name).hex() not in answer.text for name in ("links", "forms"))


def test_everything_can_be_deleted_and_opening_the_page_does_not(reader: Reader) -> None:
    path = f"{preferences(reader)}/delete"
    link, owner = preferences(reader), reader.address.owner
    assert "cannot be undone" in text(reader.page.get(path).text)
    assert reader.page.application.privacy.show(owner)
    assert reader.page.send(path).status_code == 200
    assert reader.page.application.privacy.show(owner) == ()
    assert reader.page.application.storage.addresses.addresses() == []
    assert reader.page.get(link).status_code == 410
    assert reader.page.get(path).status_code == 410


def test_a_member_of_discord_loses_the_address_alone(tmp_path: Path) -> None:
    with running(tmp_path, base_url=BASE) as page:
        owner = "discord:5"
        page.application.store.save_profile(Profile(name=owner, interests=(Interest(text="a"),)))
        schedule = Schedule(cadence=Cadence.DAILY, at=time(8), zone="UTC")
        page.application.email_subscriptions().subscribe(
            ADDRESS, SubscriptionOptions(schedule=schedule, profile=owner), owner=owner
        )
        page.clock.advance(timedelta(seconds=1))
        reader = Reader(page)
        page.application.email_subscriptions().confirm(reader.address.subject)
        path = preferences(reader)
        assert "Delete this address" in links(page.get(path).text)
        assert page.get(f"{path}/export").status_code == 403
        assert page.send(f"{path}/delete").status_code == 200
        assert page.application.store.profile(owner) is not None
        assert page.application.storage.addresses.addresses() == []


@pytest.mark.parametrize("further", ["", "/renew", "/delete"])
def test_no_change_without_the_form_of_the_page(reader: Reader, further: str) -> None:
    path = preferences(reader)
    before = reader.page.application.email_subscriptions().mailbox(reader.address.subject)
    foreign = Form.on(reader.page.get("/subscribe").text, "/subscribe").fields["form"]
    main = Form.on(reader.page.get(path).text, path).fields["form"]
    for token in ("", foreign, main if further else ""):
        answer = reader.page.ask(
            "POST", f"{path}{further}", data=CHANGED | {"form": token}, headers=FROM_HERE
        )
        assert answer.status_code == 400
    cross = {"Sec-Fetch-Site": "cross-site"}
    for token in (main, foreign):
        data = CHANGED | {"form": token}
        assert (
            reader.page.ask("POST", f"{path}{further}", data=data, headers=cross).status_code == 400
        )
    assert reader.page.application.email_subscriptions().mailbox(reader.address.subject) == before


def test_pages_for_one_person_are_kept_by_nobody(reader: Reader) -> None:
    for path in (preferences(reader), reader.path(LinkPurpose.UNSUBSCRIBE)):
        headers = reader.page.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert emails(reader.page)


def test_muted_words_stand_in_the_form_and_can_be_taken_back(reader: Reader) -> None:
    path = preferences(reader)
    saved = reader.page.send(path, interests="maps, no golf")

    assert "Never shown: \u2068golf\u2069." in text(saved.text)
    assert Form.on(saved.text, path).fields["interests"] == "maps\nmute: golf"
    reader.page.send(path, interests="maps")
    profile = reader.page.application.store.profile(reader.address.owner)
    assert profile is not None
    assert profile.muted == ()


def test_deleting_names_files_that_it_cannot_reach(reader: Reader, tmp_path: Path) -> None:
    exported, me = tmp_path / "reader.eml", reader.address.owner
    exported.write_text("a digest")
    notes = reader.page.application.notes
    notes.note_files({exported: reader.address.subscription})
    notes.remember_shown(me, [example().picks[0].item.key])

    answer = text(reader.page.send(f"{preferences(reader)}/delete").text)

    assert "may still show your digests: reader.eml." in answer
    assert (notes.shown(me), notes.files()) == ((), [])
