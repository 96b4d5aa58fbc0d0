from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from core.deliveries import Cadence, DeliveryState, Schedule
from core.errors import UsageError
from core.mail import AddressState, SubscriptionOptions, address_subject
from core.people import Interest, Profile
from services.email.subscriptions import (
    ISSUE_LIFE,
    MAX_CODE_TRIES,
    OFF_LIFE,
    PENDING_LIFE,
    EmailDisabledError,
)
from storage.opening import Storage
from tests.email_environment import GRAPHS, MONDAY, EmailEnvironment, an_email_environment
from tests.fakes import NOON, FakeClock
from tests.subscriptions import a_digest

ANN = "ann@example.org"
MEMBER = "discord:1"


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> EmailEnvironment:
    storage.store.save_profile(Profile(name=MEMBER, interests=(Interest(text="drugs"),)))
    return an_email_environment(storage, clock)


def for_member() -> SubscriptionOptions:
    return SubscriptionOptions(schedule=MONDAY, profile=MEMBER)


def subject_of(env: EmailEnvironment) -> str:
    return env.emails[-1].link.rpartition("/")[2]


def confirmed(env: EmailEnvironment, typed: str = ANN) -> str:
    """Subscribe by the web form, confirm, and return the subject of one's links."""
    env.service.subscribe(typed, GRAPHS)
    return env.service.confirm(subject_of(env)).address.subject


def test_a_new_address_gets_one_email_and_nothing_is_due_for_it(env: EmailEnvironment) -> None:
    env.service.subscribe("Ann@EXAMPLE.org", GRAPHS)
    assert env.waiting == ["email:Ann@example.org"]
    (email,) = env.emails
    assert email.link.startswith("https://tidings.example/confirm/")
    assert email.code == ""
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.off == "waits until the address is confirmed"


def test_the_link_in_the_email_turns_it_on_and_names_the_next_time(env: EmailEnvironment) -> None:
    env.service.subscribe(ANN, GRAPHS)
    box = env.service.confirm(subject_of(env))
    assert box.address.state is AddressState.CONFIRMED
    assert box.subscription.off == ""
    assert box.next_run == NOON.replace(day=23, hour=7)  # Monday 08:00 in Berlin
    assert [i.text for i in box.profile.interests] == ["graphs"]
    assert box.profile.name == box.address.owner == env.service.person(ANN)
    assert "ann" not in box.address.owner


def test_confirming_twice_is_confirming_once(env: EmailEnvironment) -> None:
    env.service.subscribe(ANN, GRAPHS)
    subject = subject_of(env)
    assert env.service.confirm(subject) == env.service.confirm(subject)


def test_only_the_latest_email_counts(env: EmailEnvironment, clock: FakeClock) -> None:
    env.service.subscribe(ANN, GRAPHS)
    old = subject_of(env)
    clock.advance(timedelta(minutes=1))
    env.service.subscribe(ANN, replace(GRAPHS, interests=(Interest(text="proofs"),)))
    assert len(env.waiting) == 1  # the earlier one does not go out any more
    with pytest.raises(UsageError, match="no longer valid"):
        env.service.confirm(old)
    box = env.service.confirm(subject_of(env))
    assert [i.text for i in box.profile.interests] == ["proofs"]
    assert len(env.storage.subscriptions.subscriptions()) == 1


def test_a_member_of_discord_may_type_a_code_instead(env: EmailEnvironment) -> None:
    env.service.subscribe(ANN, for_member(), owner=MEMBER)
    code = env.emails[-1].code
    assert len(code) == 8
    with pytest.raises(UsageError, match="wrong or has expired"):
        env.service.confirm_code("discord:2", code)
    box = env.service.confirm_code(MEMBER, f" {code[:4].lower()}-{code[4:]} ")
    assert (box.address.owner, box.profile.name) == (MEMBER, MEMBER)
    assert [i.text for i in box.profile.interests] == ["drugs"]
    with pytest.raises(UsageError, match="wrong or has expired"):
        env.service.confirm_code(MEMBER, code)  # it is used up


def test_where_there_is_no_page_everybody_gets_a_code(storage: Storage, clock: FakeClock) -> None:
    env = an_email_environment(storage, clock, base="")
    env.service.subscribe(ANN, GRAPHS)
    email = env.emails[-1]
    assert email.link == ""
    box = env.service.confirm_code(env.service.person(ANN), email.code)
    assert box.address.state is AddressState.CONFIRMED


def test_a_code_is_void_after_ten_wrong_ones(env: EmailEnvironment) -> None:
    env.service.subscribe(ANN, for_member(), owner=MEMBER)
    code = env.emails[-1].code
    for _ in range(MAX_CODE_TRIES):
        with pytest.raises(UsageError):
            env.service.confirm_code(MEMBER, "22222222")
    with pytest.raises(UsageError, match="wrong or has expired"):
        env.service.confirm_code(MEMBER, code)


def test_a_code_is_too_old_after_three_days(env: EmailEnvironment, clock: FakeClock) -> None:
    env.service.subscribe(ANN, for_member(), owner=MEMBER)
    clock.advance(PENDING_LIFE)
    with pytest.raises(UsageError, match="wrong or has expired"):
        env.service.confirm_code(MEMBER, env.emails[-1].code)


def test_the_fourth_email_of_a_day_is_not_sent_and_nobody_can_tell(
    env: EmailEnvironment, clock: FakeClock
) -> None:
    for minute in range(5):
        clock.advance(timedelta(minutes=minute))
        env.service.subscribe(ANN, GRAPHS)
    assert len(env.emails) == 3
    env.service.subscribe("bob@example.org", GRAPHS)
    assert len(env.emails) == 4
    clock.advance(timedelta(days=1, seconds=1))
    env.service.subscribe(ANN, GRAPHS)
    assert len(env.emails) == 5


def test_a_member_may_ask_for_three_emails_a_day(env: EmailEnvironment, clock: FakeClock) -> None:
    for name in "abc":
        clock.advance(timedelta(minutes=1))
        env.service.subscribe(f"{name}@example.org", for_member(), owner=MEMBER)
    with pytest.raises(UsageError, match="try again tomorrow"):
        env.service.subscribe("d@example.org", for_member(), owner=MEMBER)
    assert len(env.emails) == 3


def test_the_holder_of_a_confirmed_address_is_told_and_nothing_changes(
    env: EmailEnvironment,
) -> None:
    subject = confirmed(env)
    before = env.service.mailbox(subject)
    env.service.subscribe(ANN, replace(GRAPHS, interests=(Interest(text="spam"),)))
    email = env.emails[-1]
    assert email.address.state is AddressState.CONFIRMED
    assert email.link == f"https://tidings.example/preferences/{subject}"
    assert env.service.mailbox(subject) == before


def test_options_are_checked_before_anything_of_the_address_shows(env: EmailEnvironment) -> None:
    confirmed(env)
    for typed in (ANN, "new@example.org"):
        with pytest.raises(UsageError, match="1 to 50 items"):
            env.service.subscribe(typed, replace(GRAPHS, items=99))
        with pytest.raises(UsageError, match="at least one interest"):
            env.service.subscribe(typed, replace(GRAPHS, interests=()))


@pytest.mark.parametrize(
    "typed",
    ["", "ann", "ann@", "@example.org", "a b@example.org", "a@b", "ann@example.org\nBcc: x"],
)
def test_what_is_no_address_is_refused_in_one_line(env: EmailEnvironment, typed: str) -> None:
    with pytest.raises(UsageError, match="email address cannot be used") as refusal:
        env.service.subscribe(typed, GRAPHS)
    assert "\n" not in str(refusal.value)


def test_without_a_server_nobody_can_be_asked(storage: Storage, clock: FakeClock) -> None:
    with pytest.raises(EmailDisabledError, match="not set up"):
        an_email_environment(storage, clock, sends=False).service.subscribe(ANN, GRAPHS)


def test_whoever_runs_it_may_add_an_address_without_asking(
    storage: Storage, clock: FakeClock
) -> None:
    env = an_email_environment(storage, clock, sends=False)
    box = env.service.subscribe_confirmed(ANN, GRAPHS)
    assert box.address.state is AddressState.CONFIRMED
    assert env.emails == []
    with pytest.raises(UsageError, match="already confirmed"):
        env.service.subscribe_confirmed(ANN, GRAPHS)


def test_unsubscribing_stops_everything_with_links_of_any_version(env: EmailEnvironment) -> None:
    old = confirmed(env)
    new = env.service.renew(old).address.subject
    left = env.service.unsubscribe(old)
    assert left is not None
    assert left.state is AddressState.OFF
    box = env.service.mailbox(new)
    assert (box.subscription.off, box.next_run) == ("unsubscribed", None)
    assert env.waiting == []
    assert env.service.unsubscribe(old) == left
    assert env.service.unsubscribe("nobody.1") is None


def test_who_left_by_mistake_may_come_back(env: EmailEnvironment) -> None:
    subject = confirmed(env)
    env.service.unsubscribe(subject)
    box = env.service.change(subject, resume=True)
    assert box.address.state is AddressState.CONFIRMED
    assert box.next_run is not None


def test_preferences_change_what_is_given(env: EmailEnvironment) -> None:
    subject = confirmed(env)
    schedule = Schedule(cadence=Cadence.DAILY, at=time(7, 30), zone="Asia/Tokyo")
    box = env.service.change(subject, interests="proofs; types", schedule=schedule, items=5)
    assert [i.text for i in box.profile.interests] == ["proofs", "types"]
    assert box.profile.zone == "Asia/Tokyo"
    assert (box.subscription.schedule, box.subscription.items) == (schedule, 5)
    paused = env.service.change(subject, pause_until=NOON + timedelta(days=9))
    assert paused.next_run is not None
    assert paused.next_run >= NOON + timedelta(days=9)


def test_preferences_out_of_bounds_change_nothing(env: EmailEnvironment) -> None:
    subject = confirmed(env)
    before = env.service.mailbox(subject)
    for wrong in ({"interests": " ; "}, {"items": 0}, {"pause_until": NOON}):
        with pytest.raises(UsageError):
            env.service.change(subject, **wrong)
    assert env.service.mailbox(subject) == before


def test_an_unconfirmed_address_cannot_be_turned_on_by_its_preferences(
    env: EmailEnvironment,
) -> None:
    env.service.subscribe(ANN, GRAPHS)
    with pytest.raises(UsageError, match="not confirmed yet"):
        env.service.change(subject_of(env), resume=True)


def test_renewed_links_revoke_the_old_ones(env: EmailEnvironment) -> None:
    old = confirmed(env)
    new = env.service.renew(old).address.subject
    assert address_subject(new)[1] == address_subject(old)[1] + 1
    for use in (
        env.service.mailbox,
        env.service.issues,
        env.service.renew,
    ):
        with pytest.raises(UsageError, match="no longer valid"):
            use(old)


@pytest.mark.parametrize("subject", ["", ".", "x", "x.y", ".1", "no.1"])
def test_what_was_never_a_link_says_so(env: EmailEnvironment, subject: str) -> None:
    with pytest.raises(UsageError, match="link"):
        env.service.mailbox(subject)


def test_a_new_address_takes_the_place_of_the_old_one_once_confirmed(env: EmailEnvironment) -> None:
    env.service.subscribe(ANN, for_member(), owner=MEMBER)
    env.service.confirm_code(MEMBER, env.emails[-1].code)
    env.service.subscribe("new@example.org", for_member(), owner=MEMBER)
    assert {b.address.address for b in env.service.state(MEMBER)} == {
        ANN,
        "new@example.org",
    }
    env.service.confirm_code(MEMBER, env.emails[-1].code)
    (only,) = env.service.state(MEMBER)
    assert only.address.address == "new@example.org"
    assert len(env.storage.subscriptions.subscriptions()) == 1


def test_forgetting_leaves_nothing_of_whom_only_the_address_is_known(env: EmailEnvironment) -> None:
    owner = env.service.mailbox(confirmed(env)).address.owner
    assert env.service.forget(owner)
    assert env.storage.store.profile(owner) is None
    assert env.storage.subscriptions.subscriptions() == []
    assert not env.service.forget(owner)


def test_forgetting_a_members_address_keeps_what_they_do_on_discord(env: EmailEnvironment) -> None:
    env.service.subscribe(ANN, for_member(), owner=MEMBER)
    assert env.service.forget(MEMBER)
    assert env.service.state(MEMBER) == ()
    assert env.storage.store.profile(MEMBER) is not None
    assert not env.service.forget("")


def test_kept_digests_are_the_ones_that_links_show(env: EmailEnvironment) -> None:
    subject = confirmed(env)
    order = env.service.mailbox(subject).subscription.id
    first = a_digest(order, "2026-W46", made_at=NOON - timedelta(days=7))
    second = a_digest(order, "2026-W47")
    for digest in (first, second):
        env.storage.snapshots.keep_issue(digest.id.partition("@")[2], digest)
    assert env.service.issues(subject) == (second, first)
    assert env.service.issue(f"{subject}.2026-W46") == first
    with pytest.raises(UsageError, match="35 days"):
        env.service.issue(f"{subject}.2026-W01")
    with pytest.raises(UsageError, match="35 days"):
        env.service.issue(subject)


def test_tidying_forgets_unanswered_and_left_addresses_and_old_digests(
    env: EmailEnvironment, clock: FakeClock
) -> None:
    stays = confirmed(env, "stays@example.org")
    order = env.service.mailbox(stays).subscription.id
    env.storage.snapshots.keep_issue("2026-W47", a_digest(order))
    leaves = confirmed(env, "leaves@example.org")
    env.service.unsubscribe(leaves)
    env.service.subscribe(ANN, GRAPHS)
    assert env.service.tidy() == 0
    clock.advance(PENDING_LIFE + timedelta(seconds=1))
    assert env.service.tidy() == 1
    assert env.service.state(env.service.person(ANN)) == ()
    clock.advance(OFF_LIFE)
    assert env.service.tidy() == 1
    assert [b.address for b in env.service.state(env.service.person("stays@example.org"))]
    assert env.service.issues(stays) != ()
    clock.advance(ISSUE_LIFE)
    env.service.tidy()
    assert env.service.issues(stays) == ()


def test_a_deleted_subscription_takes_its_address_along(env: EmailEnvironment) -> None:
    subject = confirmed(env)
    box = env.service.mailbox(subject)
    env.storage.subscriptions.delete_subscription(box.subscription.id)
    assert env.service.state(box.address.owner) == ()
    assert env.storage.outbox.deliveries(states=[DeliveryState.PENDING]) == []
