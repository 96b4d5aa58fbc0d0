from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from core.deliveries import Delivery, DeliveryState, Subscription
from core.mail import CONFIRMATION_PERIOD, Address, AddressState
from delivery.dispatcher import Dispatcher
from delivery.mail_layout import MailLayout
from delivery.mailer import POSSIBLE_DUPLICATE, MailDeliverer, MailRateLimiter, mail_policy
from delivery.policy import Policy
from delivery.smtp import Account, SmtpConnection
from storage.opening import Storage
from tests.digests.examples import example
from tests.digests.render.mails import Read
from tests.email_environment import PlainLinks
from tests.fakes import NOON, FakeClock
from tests.stand_ins.smtp import SmtpServer, Trouble
from tests.subscriptions import a_run, a_subscription

SENDER = "Tidings <tidings@example.org>"
PERIOD = "2026-W47"
AFTER_THE_DOT = (Trouble.CUT_BEFORE_250, Trouble.CUT_AND_LOST, Trouble.GIBBERISH)


async def at_once() -> None:
    """Keep no limiter."""


@dataclass
class MailerEnvironment:
    """An outbox, a real server on loopback, and the sender between them."""

    storage: Storage
    clock: FakeClock
    server: SmtpServer
    policy: Policy

    def __post_init__(self) -> None:
        account = Account(
            host="127.0.0.1",
            port=self.server.port,
            security="none",
            username="",
            password="",
            hostname="tidings.example",
        )
        self.connection = SmtpConnection(account, clock=self.clock)
        self.layout = MailLayout(
            sender=SENDER,
            unsubscribe_mail="tidings@example.org",
            links=PlainLinks(),
            addresses=self.storage.addresses,
        )
        self.deliverer = MailDeliverer(
            connection=self.connection,
            layout=self.layout,
            addresses=self.storage.addresses,
            sender=SENDER,
            wait_for_slot=at_once,
            clock=self.clock,
        )

    def knows(self, name: str, **changes: Any) -> Subscription:
        """Have somebody subscribed whose address is confirmed, or as ``changes`` say."""
        order = a_subscription(name, target=f"email:{name}@example.org", owner=f"email:{name}")
        self.storage.subscriptions.save_subscription(order)
        address = Address(
            id=f"id-{name}",
            owner=order.owner,
            address=f"{name}@example.org",
            subscription=order.id,
            state=AddressState.CONFIRMED,
            created_at=NOON,
            changed_at=NOON,
        )
        self.storage.addresses.save_address(replace(address, **changes))
        return order

    def opens(self, order: Subscription, period: str = PERIOD) -> None:
        """Put somebody's digest of a period into the outbox."""
        digest = example(id=f"{order.id}@{period}", subscription=order.id)
        parts = self.deliverer.parts(digest, order, period)
        assert self.storage.outbox.open_run(order, a_run(period), digest, parts, now=self.clock())

    def sends(self) -> None:
        dispatcher = Dispatcher(
            outbox=self.storage.outbox,
            subscriptions=self.storage.subscriptions,
            deliverers={"email": self.deliverer},
            clock=self.clock,
            policy=self.policy,
        )
        asyncio.run(dispatcher.drain())

    def sends_until_settled(self) -> None:
        """Send as often, and as much later, as it takes until nothing waits."""
        for _ in range(60):
            self.sends()
            if not self.storage.outbox.deliveries(states=[DeliveryState.PENDING]):
                return
            self.clock.advance(timedelta(minutes=20))
        raise AssertionError("something waits for ever")

    def crashes_while_sending(self) -> None:
        """Claim as a process that dies with a mail on its way."""
        assert self.storage.outbox.claim(
            owner="crashed",
            schemes=["email"],
            now=self.clock(),
            lease_until=self.clock() + self.policy.lease,
            limit=1,
        )
        self.clock.advance(self.policy.lease)

    @property
    def mails(self) -> list[Delivery]:
        return list(self.storage.outbox.deliveries(limit=1000))

    @property
    def states(self) -> Counter[str]:
        return Counter(one.state.value for one in self.mails)


@pytest.fixture
def env(storage: Storage, clock: FakeClock) -> Iterator[MailerEnvironment]:
    with SmtpServer() as server:
        made = MailerEnvironment(storage, clock, server, mail_policy(resend_doubtful=False))
        yield made
        made.connection.close()


def test_a_digest_comes_whole_with_links_of_its_reader(env: MailerEnvironment) -> None:
    env.opens(env.knows("ann"))
    env.sends()
    [taken] = env.server.taken
    mail = Read.of(taken.content)
    assert (taken.sender, taken.recipient) == ("tidings@example.org", "ann@example.org")
    assert mail.message["To"] == "ann@example.org"
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://tidings.example/unsubscribe/id-ann.1" in mail.text
    assert f"https://tidings.example/view/id-ann.1.{PERIOD}" in mail.html
    [sent] = env.mails
    assert (sent.state, sent.remote_id) == (DeliveryState.SENT, "250 2.0.0 queued as 1")


def test_laying_out_again_gives_the_same_mail_with_the_same_id(env: MailerEnvironment) -> None:
    order = env.knows("ann")
    digest = example(subscription=order.id)
    first, second = (env.deliverer.parts(digest, order, PERIOD) for _ in range(2))
    assert first == second
    assert len(first[0].key) <= 25
    other = env.deliverer.parts(digest, env.knows("bob"), PERIOD)
    ids = {Read.of(p[0].payload).message["Message-ID"] for p in (first, other)}
    assert len(ids) == 2


@pytest.mark.parametrize("state", [s for s in AddressState if s is not AddressState.CONFIRMED])
def test_nothing_goes_to_an_address_that_is_not_confirmed(
    env: MailerEnvironment, state: AddressState
) -> None:
    env.opens(env.knows("ann", state=state))
    env.sends()
    assert env.server.tried == []
    [dead] = env.mails
    assert (dead.state, dead.error) == (
        DeliveryState.DEAD,
        f"not sent: the address is {state.value}",
    )


def test_only_the_letter_goes_to_an_address_that_waits(env: MailerEnvironment) -> None:
    order = env.knows("ann", state=AddressState.PENDING)
    env.opens(order, f"{CONFIRMATION_PERIOD}2026-11-22T12:00:00Z")
    left = env.knows("bob", state=AddressState.OFF)
    env.opens(left, f"{CONFIRMATION_PERIOD}2026-11-22T12:00:00Z")
    env.sends()
    assert env.server.recipients == ["ann@example.org"]


def test_greylisting_is_outlasted(env: MailerEnvironment) -> None:
    env.opens(env.knows("ann"))
    env.server.at_rcpt.extend(["451 4.7.1 greylisted"] * 5)
    env.sends()
    assert env.states == {"pending": 1}
    assert "greylisted" in env.mails[0].error
    env.sends_until_settled()
    assert (env.states, len(env.server.taken)) == ({"sent": 1}, 1)


def test_a_server_that_is_down_for_two_days_loses_nothing(env: MailerEnvironment) -> None:
    env.opens(env.knows("ann"))
    env.server.cut_at_start = 10_000
    for _ in range(48):
        env.sends()
        env.clock.advance(timedelta(hours=1))
    env.server.cut_at_start = 0
    env.sends_until_settled()
    assert env.server.recipients == ["ann@example.org"]


def test_three_bounces_in_a_row_turn_the_address_off(env: MailerEnvironment) -> None:
    order = env.knows("ann")
    env.server.rule = lambda _: "550 5.1.1 no such user"
    for week in (45, 46, 47):
        assert not getattr(env.storage.subscriptions.subscription(order.id), "off", "x")
        env.opens(order, f"2026-W{week}")
        env.sends()
    assert env.states == {"dead": 3}
    [address] = env.storage.addresses.addresses(subscription=order.id)
    assert (address.state, address.bounces) == (AddressState.BOUNCED, 3)
    off = env.storage.subscriptions.subscription(order.id)
    assert off is not None
    assert "bounce 3 of 3" in off.off


def test_a_mail_that_arrives_forgives_earlier_bounces(env: MailerEnvironment) -> None:
    order = env.knows("ann")
    for week, answer in enumerate(["550 gone", "550 gone", None, "550 gone", "550 gone"]):
        env.server.at_rcpt.append(answer)
        env.opens(order, f"2026-W{week:02}")
        env.sends()
    [address] = env.storage.addresses.addresses(subscription=order.id)
    assert (address.state, address.bounces) == (AddressState.CONFIRMED, 2)


def test_a_mail_refused_for_what_it_holds_blames_no_address(env: MailerEnvironment) -> None:
    order = env.knows("ann")
    env.server.at_data.append("554 5.7.1 looks like spam")
    env.opens(order)
    env.sends()
    [address] = env.storage.addresses.addresses(subscription=order.id)
    assert (env.states, address.bounces) == ({"dead": 1}, 0)


@pytest.mark.parametrize("resend", [False, True])
def test_a_mail_of_unknown_fate_is_held_or_sent_again_and_said(
    env: MailerEnvironment, caplog: pytest.LogCaptureFixture, *, resend: bool
) -> None:
    env.policy = mail_policy(resend_doubtful=resend)
    env.opens(env.knows("ann"))
    env.server.at_data.append(Trouble.CUT_BEFORE_250)
    env.sends_until_settled()
    [one] = env.mails
    if resend:
        assert len(env.server.taken) == 2
        assert one.remote_id.endswith(f"({POSSIBLE_DUPLICATE})")
        assert "sent again, though it may have arrived" in caplog.text
        ids = {Read.of(mail.content).message["Message-ID"] for mail in env.server.taken}
        assert len(ids) == 1  # many receivers fold the two
    else:
        assert len(env.server.taken) == 1
        assert (one.state, "may have arrived" in one.error) == (DeliveryState.IN_DOUBT, True)
        assert "in doubt" in caplog.text


@pytest.mark.parametrize(("arrived", "mails"), [(True, 0), (False, 1)])
def test_what_a_crashed_process_left_is_in_doubt_until_somebody_decides(
    env: MailerEnvironment, *, arrived: bool, mails: int
) -> None:
    env.opens(env.knows("ann"))
    env.crashes_while_sending()
    env.sends()
    assert (env.states, env.server.taken) == ({"in doubt": 1}, [])
    key = env.mails[0].part.key
    assert env.storage.outbox.decide(key, arrived=arrived, now=env.clock())
    env.sends()
    assert (env.states, len(env.server.taken)) == ({"sent": 1}, mails)


def test_with_every_trouble_at_once_nothing_is_lost_and_every_doubt_is_told(
    env: MailerEnvironment,
) -> None:
    count = 150
    chance = random.Random(7)  # noqa: S311 -- draws cases, keeps no secret
    cut: set[str] = set()
    gone = {f"p{n:03}@example.org" for n in range(0, count, 25)}
    seen: Counter[str] = Counter()

    def strikes(address: str) -> str | Trouble | None:
        seen[address] += 1
        if address in gone:
            return "550 5.1.1 no such user"
        if seen[address] == 1 and chance.random() < 0.3:
            return "451 4.7.1 greylisted"
        drawn = chance.random()
        if drawn < 0.15:
            trouble = chance.choice(AFTER_THE_DOT)
            cut.add(address)
            return trouble
        return "452 4.3.1 busy" if drawn < 0.25 else None

    env.server.rule = strikes
    env.server.most_each = 17
    for n in range(count):
        env.opens(env.knows(f"p{n:03}"))
    env.sends_until_settled()
    by_state: dict[str, set[str]] = {}
    for one in env.mails:
        by_state.setdefault(one.state.value, set()).add(one.part.target.partition(":")[2])
    assert by_state["dead"] == gone
    assert by_state["in doubt"] == cut
    assert len(cut) >= 10
    assert by_state["sent"] == {f"p{n:03}@example.org" for n in range(count)} - gone - cut
    arrived = Counter(env.server.recipients)
    assert set(arrived.values()) == {1}
    assert by_state["sent"] <= set(arrived)
    assert env.server.connections < count / 3


def test_the_pace_is_even_whatever_comes() -> None:
    slept: list[float] = []
    now = [100.0]

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    async def rush() -> None:
        limiter = MailRateLimiter(120, now=lambda: now[0], sleep=sleep)
        for _ in range(3):
            await limiter()
        now[0] += 60
        await limiter()

    asyncio.run(rush())
    assert slept == pytest.approx([0.5, 0.5])
