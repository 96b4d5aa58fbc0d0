from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from core.deliveries import Cadence, DeliveryState, Schedule
from core.errors import UsageError
from core.mail import AddressState, SubscriptionOptions, address_subject
from core.people import Interest, Profile
from services.email.subscriptions import ISSUE_LIFE, MOST_TRIES, OFF_LIFE, PENDING_LIFE
from storage.opening import Storage
from tests.email_environment import GRAPHS, MONDAY, Post, a_post
from tests.fakes import NOON, FakeClock
from tests.subscriptions import a_digest

ANN = "ann@example.org"
MEMBER = "discord:1"


@pytest.fixture
def post(storage: Storage, clock: FakeClock) -> Post:
    storage.store.save_profile(Profile(name=MEMBER, interests=(Interest(text="drugs"),)))
    return a_post(storage, clock)


def for_member() -> SubscriptionOptions:
    return SubscriptionOptions(schedule=MONDAY, profile=MEMBER)


def subject_of(post: Post) -> str:
    return post.letters[-1].link.rpartition("/")[2]


def confirmed(post: Post, typed: str = ANN) -> str:
    """Subscribe by the web form, confirm, and return the subject of one's links."""
    post.mailing.propose(typed, GRAPHS)
    return post.mailing.confirm(subject_of(post)).address.subject


def test_a_proposed_address_gets_one_letter_and_nothing_is_due_for_it(post: Post) -> None:
    post.mailing.propose("Ann@EXAMPLE.org", GRAPHS)
    assert post.waiting == ["email:Ann@example.org"]
    (letter,) = post.letters
    assert letter.link.startswith("https://tidings.example/confirm/")
    assert letter.code == ""
    assert letter.interests == ("graphs",)
    (order,) = post.storage.subscriptions.subscriptions()
    assert order.off == "waits until the address is confirmed"


def test_the_link_of_the_letter_turns_it_on_and_names_the_next_time(post: Post) -> None:
    post.mailing.propose(ANN, GRAPHS)
    box = post.mailing.confirm(subject_of(post))
    assert box.address.state is AddressState.CONFIRMED
    assert box.subscription.off == ""
    assert box.next_run == NOON.replace(day=23, hour=7)  # Monday 08:00 in Berlin
    assert [i.text for i in box.profile.interests] == ["graphs"]
    assert box.profile.name == box.address.owner == post.mailing.person(ANN)
    assert "ann" not in box.address.owner


def test_confirming_twice_is_confirming_once(post: Post) -> None:
    post.mailing.propose(ANN, GRAPHS)
    subject = subject_of(post)
    assert post.mailing.confirm(subject) == post.mailing.confirm(subject)


def test_only_the_latest_letter_counts(post: Post, clock: FakeClock) -> None:
    post.mailing.propose(ANN, GRAPHS)
    old = subject_of(post)
    clock.advance(timedelta(minutes=1))
    post.mailing.propose(ANN, replace(GRAPHS, interests=(Interest(text="proofs"),)))
    assert len(post.waiting) == 1  # the earlier one does not go out any more
    with pytest.raises(UsageError, match="the latest mail"):
        post.mailing.confirm(old)
    box = post.mailing.confirm(subject_of(post))
    assert [i.text for i in box.profile.interests] == ["proofs"]
    assert len(post.storage.subscriptions.subscriptions()) == 1


def test_a_member_of_discord_may_type_a_code_instead(post: Post) -> None:
    post.mailing.propose(ANN, for_member(), owner=MEMBER)
    code = post.letters[-1].code
    assert len(code) == 8
    with pytest.raises(UsageError, match="not the code"):
        post.mailing.confirm_code("discord:2", code)
    box = post.mailing.confirm_code(MEMBER, f" {code[:4].lower()}-{code[4:]} ")
    assert (box.address.owner, box.profile.name) == (MEMBER, MEMBER)
    assert [i.text for i in box.profile.interests] == ["drugs"]
    with pytest.raises(UsageError, match="not the code"):
        post.mailing.confirm_code(MEMBER, code)  # it is used up


def test_where_there_is_no_page_everybody_gets_a_code(storage: Storage, clock: FakeClock) -> None:
    post = a_post(storage, clock, base="")
    post.mailing.propose(ANN, GRAPHS)
    letter = post.letters[-1]
    assert letter.link == ""
    box = post.mailing.confirm_code(post.mailing.person(ANN), letter.code)
    assert box.address.state is AddressState.CONFIRMED


def test_a_code_is_void_after_ten_wrong_ones(post: Post) -> None:
    post.mailing.propose(ANN, for_member(), owner=MEMBER)
    code = post.letters[-1].code
    for _ in range(MOST_TRIES):
        with pytest.raises(UsageError):
            post.mailing.confirm_code(MEMBER, "22222222")
    with pytest.raises(UsageError, match="not the code"):
        post.mailing.confirm_code(MEMBER, code)


def test_a_code_is_too_old_after_three_days(post: Post, clock: FakeClock) -> None:
    post.mailing.propose(ANN, for_member(), owner=MEMBER)
    clock.advance(PENDING_LIFE)
    with pytest.raises(UsageError, match="too old"):
        post.mailing.confirm_code(MEMBER, post.letters[-1].code)


def test_the_fourth_letter_of_a_day_is_not_sent_and_nobody_can_tell(
    post: Post, clock: FakeClock
) -> None:
    for minute in range(5):
        clock.advance(timedelta(minutes=minute))
        post.mailing.propose(ANN, GRAPHS)
    assert len(post.letters) == 3
    post.mailing.propose("bob@example.org", GRAPHS)
    assert len(post.letters) == 4
    clock.advance(timedelta(days=1, seconds=1))
    post.mailing.propose(ANN, GRAPHS)
    assert len(post.letters) == 5


def test_a_member_may_ask_for_three_letters_a_day(post: Post, clock: FakeClock) -> None:
    for name in "abc":
        clock.advance(timedelta(minutes=1))
        post.mailing.propose(f"{name}@example.org", for_member(), owner=MEMBER)
    with pytest.raises(UsageError, match="try again tomorrow"):
        post.mailing.propose("d@example.org", for_member(), owner=MEMBER)
    assert len(post.letters) == 3


def test_the_holder_of_a_confirmed_address_is_told_and_nothing_changes(post: Post) -> None:
    subject = confirmed(post)
    before = post.mailing.mailbox(subject)
    post.mailing.propose(ANN, replace(GRAPHS, interests=(Interest(text="spam"),)))
    letter = post.letters[-1]
    assert letter.address.state is AddressState.CONFIRMED
    assert letter.link == f"https://tidings.example/preferences/{subject}"
    assert post.mailing.mailbox(subject) == before


def test_wishes_are_checked_before_anything_of_the_address_shows(post: Post) -> None:
    confirmed(post)
    for typed in (ANN, "new@example.org"):
        with pytest.raises(UsageError, match="1 to 50 items"):
            post.mailing.propose(typed, replace(GRAPHS, items=99))
        with pytest.raises(UsageError, match="at least one interest"):
            post.mailing.propose(typed, replace(GRAPHS, interests=()))


@pytest.mark.parametrize(
    "typed",
    ["", "ann", "ann@", "@example.org", "a b@example.org", "a@b", "ann@example.org\nBcc: x"],
)
def test_what_is_no_address_is_refused_in_one_line(post: Post, typed: str) -> None:
    with pytest.raises(UsageError, match="email address cannot be used") as refusal:
        post.mailing.propose(typed, GRAPHS)
    assert "\n" not in str(refusal.value)


def test_without_a_server_nobody_can_be_asked(storage: Storage, clock: FakeClock) -> None:
    with pytest.raises(UsageError, match=r"email\.host"):
        a_post(storage, clock, sends=False).mailing.propose(ANN, GRAPHS)


def test_whoever_runs_it_may_vouch_for_an_address(storage: Storage, clock: FakeClock) -> None:
    post = a_post(storage, clock, sends=False)
    box = post.mailing.vouch(ANN, GRAPHS)
    assert box.address.state is AddressState.CONFIRMED
    assert post.letters == []
    with pytest.raises(UsageError, match="confirmed already"):
        post.mailing.vouch(ANN, GRAPHS)


def test_unsubscribing_stops_everything_with_links_of_any_version(post: Post) -> None:
    old = confirmed(post)
    new = post.mailing.renew(old).address.subject
    left = post.mailing.unsubscribe(old)
    assert left is not None
    assert left.state is AddressState.OFF
    box = post.mailing.mailbox(new)
    assert (box.subscription.off, box.next_run) == ("unsubscribed", None)
    assert post.waiting == []
    assert post.mailing.unsubscribe(old) == left
    assert post.mailing.unsubscribe("nobody.1") is None


def test_who_left_by_mistake_may_come_back(post: Post) -> None:
    subject = confirmed(post)
    post.mailing.unsubscribe(subject)
    box = post.mailing.change(subject, resume=True)
    assert box.address.state is AddressState.CONFIRMED
    assert box.next_run is not None


def test_preferences_change_what_is_given(post: Post) -> None:
    subject = confirmed(post)
    schedule = Schedule(cadence=Cadence.DAILY, at=time(7, 30), zone="Asia/Tokyo")
    box = post.mailing.change(subject, interests="proofs; types", schedule=schedule, items=5)
    assert [i.text for i in box.profile.interests] == ["proofs", "types"]
    assert box.profile.zone == "Asia/Tokyo"
    assert (box.subscription.schedule, box.subscription.items) == (schedule, 5)
    paused = post.mailing.change(subject, pause_until=NOON + timedelta(days=9))
    assert paused.next_run is not None
    assert paused.next_run >= NOON + timedelta(days=9)


def test_preferences_out_of_bounds_change_nothing(post: Post) -> None:
    subject = confirmed(post)
    before = post.mailing.mailbox(subject)
    for wrong in ({"interests": " ; "}, {"items": 0}, {"pause_until": NOON}):
        with pytest.raises(UsageError):
            post.mailing.change(subject, **wrong)
    assert post.mailing.mailbox(subject) == before


def test_an_unconfirmed_address_cannot_be_turned_on_by_its_preferences(post: Post) -> None:
    post.mailing.propose(ANN, GRAPHS)
    with pytest.raises(UsageError, match="not confirmed yet"):
        post.mailing.change(subject_of(post), resume=True)


def test_renewed_links_revoke_the_old_ones(post: Post) -> None:
    old = confirmed(post)
    new = post.mailing.renew(old).address.subject
    assert address_subject(new)[1] == address_subject(old)[1] + 1
    for use in (post.mailing.mailbox, post.mailing.issues, post.mailing.renew):
        with pytest.raises(UsageError, match="not valid any more"):
            use(old)


@pytest.mark.parametrize("subject", ["", ".", "x", "x.y", ".1", "no.1"])
def test_what_was_never_a_link_says_so(post: Post, subject: str) -> None:
    with pytest.raises(UsageError, match="link"):
        post.mailing.mailbox(subject)


def test_a_new_address_takes_the_place_of_the_old_one_once_confirmed(post: Post) -> None:
    post.mailing.propose(ANN, for_member(), owner=MEMBER)
    post.mailing.confirm_code(MEMBER, post.letters[-1].code)
    post.mailing.propose("new@example.org", for_member(), owner=MEMBER)
    assert {b.address.address for b in post.mailing.state(MEMBER)} == {ANN, "new@example.org"}
    post.mailing.confirm_code(MEMBER, post.letters[-1].code)
    (only,) = post.mailing.state(MEMBER)
    assert only.address.address == "new@example.org"
    assert len(post.storage.subscriptions.subscriptions()) == 1


def test_forgetting_leaves_nothing_of_whom_only_the_address_is_known(post: Post) -> None:
    owner = post.mailing.mailbox(confirmed(post)).address.owner
    assert post.mailing.forget(owner)
    assert post.storage.store.profile(owner) is None
    assert post.storage.subscriptions.subscriptions() == []
    assert not post.mailing.forget(owner)


def test_forgetting_a_members_address_keeps_what_they_do_on_discord(post: Post) -> None:
    post.mailing.propose(ANN, for_member(), owner=MEMBER)
    assert post.mailing.forget(MEMBER)
    assert post.mailing.state(MEMBER) == ()
    assert post.storage.store.profile(MEMBER) is not None
    assert not post.mailing.forget("")


def test_kept_digests_are_the_ones_that_links_show(post: Post) -> None:
    subject = confirmed(post)
    order = post.mailing.mailbox(subject).subscription.id
    first = a_digest(order, "2026-W46", made_at=NOON - timedelta(days=7))
    second = a_digest(order, "2026-W47")
    for digest in (first, second):
        post.storage.snapshots.keep_issue(digest.id.partition("@")[2], digest)
    assert post.mailing.issues(subject) == (second, first)
    assert post.mailing.issue(f"{subject}.2026-W46") == first
    with pytest.raises(UsageError, match="35 days"):
        post.mailing.issue(f"{subject}.2026-W01")
    with pytest.raises(UsageError, match="35 days"):
        post.mailing.issue(subject)


def test_tidying_forgets_unanswered_and_left_addresses_and_old_digests(
    post: Post, clock: FakeClock
) -> None:
    stays = confirmed(post, "stays@example.org")
    order = post.mailing.mailbox(stays).subscription.id
    post.storage.snapshots.keep_issue("2026-W47", a_digest(order))
    leaves = confirmed(post, "leaves@example.org")
    post.mailing.unsubscribe(leaves)
    post.mailing.propose(ANN, GRAPHS)
    assert post.mailing.tidy() == 0
    clock.advance(PENDING_LIFE + timedelta(seconds=1))
    assert post.mailing.tidy() == 1
    assert post.mailing.state(post.mailing.person(ANN)) == ()
    clock.advance(OFF_LIFE)
    assert post.mailing.tidy() == 1
    assert [b.address for b in post.mailing.state(post.mailing.person("stays@example.org"))]
    assert post.mailing.issues(stays) != ()
    clock.advance(ISSUE_LIFE)
    post.mailing.tidy()
    assert post.mailing.issues(stays) == ()


def test_a_deleted_subscription_takes_its_address_along(post: Post) -> None:
    subject = confirmed(post)
    box = post.mailing.mailbox(subject)
    post.storage.subscriptions.delete_subscription(box.subscription.id)
    assert post.mailing.state(box.address.owner) == ()
    assert post.storage.outbox.deliveries(states=[DeliveryState.PENDING]) == []
