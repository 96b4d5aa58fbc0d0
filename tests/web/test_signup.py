from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from core.deliveries import Cadence
from core.mail import AddressState
from core.signed_links import LinkPurpose
from tests.web.people import ADDRESS, WANTED, Reader, confirmation, emails, raw_emails, subscribed
from tests.web.reading import Form, links, text
from tests.web.running import BASE, FROM_HERE, Running, running
from web.forms import TOKEN_LIFETIME
from web.signup import SIGNUPS_IN_TOTAL, SIGNUPS_PER_CLIENT


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, base_url=BASE) as started:
        yield started


def states(page: Running) -> list[AddressState]:
    return [one.state for one in page.application.storage.addresses.addresses()]


def test_who_asks_and_confirms_gets_digests(page: Running) -> None:
    answer = page.send("/subscribe", **WANTED, cadence="daily")
    assert "Check your inbox" in text(answer.text)
    assert states(page) == [AddressState.PENDING]
    link = confirmation(page)
    shown = page.get(link)
    assert ADDRESS in text(shown.text)
    assert "graph neural networks" in text(shown.text)
    assert "every day at 08:00 (UTC)" in text(shown.text)
    assert states(page) == [AddressState.PENDING]  # scanners open links
    answer = page.send(link)
    assert "Next digest: Monday 23 November 2026, 08:00 UTC" in text(answer.text)
    assert states(page) == [AddressState.CONFIRMED]
    (order,) = page.application.storage.subscriptions.subscriptions()
    assert (order.schedule.cadence, order.off) == (Cadence.DAILY, "")


def test_confirming_twice_is_the_same_as_once(page: Running) -> None:
    subscribed(page)
    assert page.send(confirmation(page)).status_code == 200
    assert states(page) == [AddressState.CONFIRMED]


def test_whether_an_address_is_known_cannot_be_seen(page: Running) -> None:
    subscribed(page)
    known = page.send("/subscribe", **WANTED)
    unknown = page.send("/subscribe", **WANTED | {"address": "eve@example.org"})
    assert known.text == unknown.text


@pytest.mark.parametrize(
    "words",
    [
        "Your account is locked; open https://evil.example/login",
        "evil.example " * 240,
        "<a href='https://evil.example'>Confirm</a>",
        "x\r\nBcc: evil@example.com\r\n\r\nevil",
        "\N{RIGHT-TO-LEFT OVERRIDE}evil \N{PILE OF POO}",
        "{{ evil }} =?utf-8?q?evil?=",
    ],
)
def test_a_stranger_cannot_have_words_mailed_to_anybody(page: Running, words: str) -> None:
    """The whole mail is the same whatever the form holds, but for its link and its names."""
    mails = []
    for number, typed in enumerate(("graphs", words)):
        address = f"ann{number}@example.org"
        fields = {"address": address, "interests": typed, "cadence": "daily", "evil": words}
        assert page.send("/subscribe", **fields).status_code == 200
        mails.append((emails(page)[0], raw_emails(page)[0]))
    (plain, _), (evil, raw) = mails
    link = re.compile(r"/confirm/\S+")
    assert link.sub("", evil) == link.sub("", plain)
    assert "evil" not in raw
    mail = email.message_from_string(raw, policy=email.policy.default)
    parts = [str(part.get_content()) for part in mail.walk() if not part.is_multipart()]
    assert len(parts) == 2
    assert not [part for part in parts if "evil" in part]


def test_somebody_else_cannot_change_what_a_reader_gets(page: Running) -> None:
    reader = subscribed(page)
    before = page.application.store.profile(reader.address.owner)
    page.send("/subscribe", **WANTED | {"interests": "spam"}, cadence="daily")
    assert page.application.store.profile(reader.address.owner) == before
    assert "spam" not in emails(page)[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": ""},
        {"address": "no address"},
        {"address": "ada@example.org\nBcc: eve@example.org"},
        {"address": "ada@localhost"},
        {"interests": " ; \n"},
        {"cadence": "hourly"},
    ],
)
def test_what_cannot_be_is_said_beside_what_was_typed(page: Running, wrong: dict[str, str]) -> None:
    answer = page.send("/subscribe", **WANTED | wrong)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    again = Form.on(answer.text, "/subscribe").fields
    typed = WANTED | wrong
    assert again["interests"].split() == typed["interests"].split()
    assert states(page) == []


def test_a_confirmation_email_is_answered_within_three_days_or_never(page: Running) -> None:
    page.send("/subscribe", **WANTED)
    link = confirmation(page)
    fields = Form.on(page.get(link).text, link).fields
    page.clock.advance(timedelta(days=3))
    assert page.get(link).status_code == 404
    assert page.ask("POST", link, data=fields, headers=FROM_HERE).status_code in {400, 404}
    assert states(page) == [AddressState.PENDING]


def test_one_click_of_a_mail_provider_unsubscribes(page: Running) -> None:
    reader = subscribed(page)
    bare = requests.Session()
    bare.trust_env = False
    answer = bare.post(
        page.url + reader.path(LinkPurpose.UNSUBSCRIBE),
        data={"List-Unsubscribe": "One-Click"},
        headers={"User-Agent": "provider"},
        timeout=20,
    )
    assert answer.status_code == 200
    assert states(page) == [AddressState.OFF]
    (order,) = page.application.storage.subscriptions.subscriptions()
    assert order.off


def test_one_click_as_multipart_does_too(page: Running) -> None:
    reader = subscribed(page)
    link = reader.path(LinkPurpose.UNSUBSCRIBE)
    answer = page.ask("POST", link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert states(page) == [AddressState.OFF]


def test_opening_the_link_to_unsubscribe_changes_nothing(page: Running) -> None:
    reader = subscribed(page)
    link = reader.path(LinkPurpose.UNSUBSCRIBE)
    for method in ("GET", "HEAD"):
        assert page.ask(method, link).status_code == 200
    assert states(page) == [AddressState.CONFIRMED]
    assert page.send(link).status_code == 200
    assert page.send(link).status_code == 200  # again does no harm
    assert states(page) == [AddressState.OFF]


def test_many_may_leave_at_once_from_one_address_of_a_provider(page: Running) -> None:
    reader = subscribed(page)
    link = reader.path(LinkPurpose.UNSUBSCRIBE)
    answers = {page.at_once("POST", link).status_code for _ in range(100)}
    assert answers == {200}


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_for_one_thing_does_nothing_else(page: Running, purpose: LinkPurpose) -> None:
    token = subscribed(page).path(purpose).rpartition("/")[2]
    for other in set(LinkPurpose) - {purpose}:
        for method in ("GET", "POST"):
            answer = page.ask(method, f"/{other}/{token}", data={}, headers=FROM_HERE)
            allowed = answer.status_code == 405 and method == "POST"
            assert allowed or answer.status_code == 404
    assert states(page) == [AddressState.CONFIRMED]


@pytest.mark.parametrize(
    "path", ["/confirm/", "/unsubscribe/", "/preferences/", "/view/", "/feed/"]
)
@pytest.mark.parametrize("token", ["x", "WyJ4Il0.x", "%00", "a" * 5000, "<script>"])
def test_made_up_links_lead_nowhere(page: Running, path: str, token: str) -> None:
    answer = page.get(path + token)
    assert answer.status_code == 404
    assert "<script" not in answer.text


def test_a_form_of_another_page_is_refused(page: Running) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields | WANTED
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://tidings.example.org"},
        {"Origin": f"{BASE}.evil.example"},
    ):
        answer = page.ask("POST", "/subscribe", data=fields, headers=headers)
        assert answer.status_code == 400
        assert "another page" in answer.text
    assert states(page) == []
    for headers in ({"Origin": BASE}, {"Sec-Fetch-Site": "none"}, {}):
        answer = page.ask("POST", "/subscribe", data=fields, headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://[::1",
        "http://]",
        "http://[v1.x]y",
        "http://a\N{ACCOUNT OF}b",
        "http://\udcff[",
        "http://a:99999999",
        "[",
        "",
    ],
)
def test_a_broken_origin_is_a_bad_request(
    page: Running, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    raw = {b"Origin": origin.encode(errors="surrogateescape")}
    for path in ("/subscribe", "/confirm/x", "/preferences/x/renew"):
        answer = page.ask("POST", path, data={"a": "1"}, headers=raw)
        assert answer.status_code == (400 if path == "/subscribe" else 404)
    assert caplog.records == []


def test_a_broken_host_beside_an_origin_is_a_bad_request(
    local: Running, caplog: pytest.LogCaptureFixture
) -> None:
    path = local.application.links.path(LinkPurpose.PREFERENCES, "a.1")
    answer = local.ask("POST", path, data={}, headers={"Origin": local.url, "Host": "[::1"})
    assert answer.status_code == 400
    assert caplog.records == []


def test_a_form_needs_its_own_fresh_token(page: Running) -> None:
    reader = subscribed(page)
    here = Form.on(page.get("/subscribe").text, "/subscribe").fields["form"]
    link = reader.path(LinkPurpose.PREFERENCES)
    there = Form.on(page.get(link).text, link).fields["form"]
    for token in ("", "x", there, f"{here}x", here[:-8]):
        answer = page.ask("POST", "/subscribe", data=WANTED | {"form": token}, headers=FROM_HERE)
        assert answer.status_code == 400
        assert "has expired" in answer.text
    page.clock.advance(TOKEN_LIFETIME)
    answer = page.ask("POST", "/subscribe", data=WANTED | {"form": here}, headers=FROM_HERE)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"address": ADDRESS}}, 415),
        ({"files": {"address": (None, ADDRESS)}}, 415),
        ({"data": "address=x", "headers": {"Content-Type": "text/plain"}}, 415),
        ({"data": {"address": "a" * 20_000}}, 413),
        ({"data": "&".join(f"f{n}=1" for n in range(60)), "form": True}, 400),
        ({"data": b"address=%ff%fe", "form": True}, 400),
        ({"data": b"address=\xff\xfe", "form": True}, 400),
        ({"data": b"\x1f\x8b", "form": True, "headers": {"Content-Encoding": "gzip"}}, 415),
    ],
)
def test_what_is_no_form_is_refused(page: Running, sent: dict[str, object], status: int) -> None:
    options = dict(sent)
    headers = dict(options.pop("headers", {}))  # type: ignore[call-overload]  # of the table above
    if options.pop("form", False):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    answer = page.ask("POST", "/subscribe", headers=headers | FROM_HERE, **options)
    assert answer.status_code == status
    assert states(page) == []


def test_one_household_cannot_sign_up_a_list_of_strangers(page: Running) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields
    codes = [
        page.at_once(
            "POST",
            "/subscribe",
            data=fields | WANTED | {"address": f"stranger{n}@example.org"},
            headers=FROM_HERE | {"X-Forwarded-For": "203.0.113.7"},
        ).status_code
        for n in range(SIGNUPS_PER_CLIENT.burst + 1)
    ]
    assert codes == [200] * SIGNUPS_PER_CLIENT.burst + [429]
    assert len(states(page)) == SIGNUPS_PER_CLIENT.burst


def test_nor_can_a_crowd(page: Running) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields
    for n in range(SIGNUPS_IN_TOTAL.burst + 1):
        answer = page.at_once(
            "POST",
            "/subscribe",
            data=fields | WANTED | {"address": f"stranger{n}@example.org"},
            headers=FROM_HERE | {"X-Forwarded-For": f"203.0.113.{n}"},
        )
    assert answer.status_code == 429
    assert len(states(page)) == SIGNUPS_IN_TOTAL.burst


def test_nonsense_from_many_keeps_nobody_out(page: Running) -> None:
    fields = Form.on(page.get("/subscribe").text, "/subscribe").fields
    for n in range(SIGNUPS_IN_TOTAL.burst + 1):
        answer = page.at_once(
            "POST",
            "/subscribe",
            data=fields | WANTED | {"address": "no address"},
            headers=FROM_HERE | {"X-Forwarded-For": f"203.0.113.{n}"},
        )
        assert answer.status_code == 400


def test_where_no_confirmation_email_can_be_answered_there_is_no_form(local: Running) -> None:
    for path in ("/", "/subscribe"):
        answer = local.get(path)
        assert "Email subscriptions are not set up here" in text(answer.text)
        assert "<form" not in answer.text
    assert local.ask("POST", "/subscribe", data=WANTED).status_code == 404


def test_after_confirming_the_preferences_are_one_click_away(page: Running) -> None:
    reader = subscribed(page)
    answer = page.send(confirmation(page))
    path = links(answer.text)["Change the day, time, time zone and more"]
    assert path == Reader(page).path(LinkPurpose.PREFERENCES)
    assert page.get(path).status_code == 200
    assert reader.address.state is AddressState.CONFIRMED


def test_what_is_not_wanted_is_muted_and_shown_before_and_after_confirming(page: Running) -> None:
    typed = "graphs\nnot golf; fed up with <b>tennis</b>"
    page.send("/subscribe", **WANTED | {"interests": typed})
    link = confirmation(page)
    shown = text(page.get(link).text)
    assert "Never shown" in shown
    assert "golf" in shown

    confirmed = text(page.send(link).text)

    assert "Looked for: \u2068graphs\u2069. Never shown: \u2068golf\u2069; \u2068" in confirmed
    profile = page.application.store.profile(Reader(page).address.owner)
    assert profile is not None
    assert [one.text for one in profile.interests] == ["graphs"]
    assert profile.muted[0] == "golf"
