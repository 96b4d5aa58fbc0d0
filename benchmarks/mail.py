"""Mails a second and the memory that they take, from digests to a server on loopback.

``./run bench mail [--mails N] [--seed N] [--json]``, 10,000 mails unless told otherwise, each of 3
deadlines and 7 picks that are drawn from a pool of made-up items:

- **rendering** on one core (CPU time): digest to whole mail, beside the plain way of doing the same
  with the libraries: a template environment and an inliner made for each mail, and
  ``EmailMessage.set_content``;
- **the whole way** (wall time): digests laid out, frozen in the outbox, sent by the dispatcher over
  one connection to an SMTP server in a process of its own, each recorded before the next. Half of
  the time goes into commits that outlast a power cut, three for each mail;
- **the connection** alone: one that is kept, beside one for each mail (``smtplib`` as usual), both
  with STARTTLS and a certificate made by ``openssl``.

The rates are those of this machine; the ratios are what can be compared. It fails if a mail is lost
or comes twice, if rendering is below 300 mails a second, or memory above 200 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import resource
import smtplib
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks._mail_server import serve
from core.deliveries import Subscription
from core.digests import Digest, RankedItem, Section
from core.mail import Address, AddressState
from delivery.dispatcher import Dispatcher
from delivery.mail_layout import MailLayout
from delivery.mailer import MailDeliverer, mail_policy
from delivery.smtp import Account, SmtpConnection
from digests.render import mail as mails
from digests.render import templating
from digests.view import view
from storage import open_storage
from storage.opening import Storage
from tests.digests.examples import candidates, example
from tests.digests.render.mails import LINKS, an_envelope
from tests.email_environment import PlainLinks
from tests.stand_ins.smtp.certificates import Certificate
from tests.subscriptions import a_run, a_subscription

POOL, DEADLINES, PICKS = 400, 3, 7
READERS = 100
"""People; each gets so many weeks at once that all mails come together."""

ROUNDS = 20
LEAST_RENDERED, MOST_MEMORY = 300, 200
SENDER = "tidings@example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured; rates are mails a second."""

    mails: int
    kilobytes: float
    rendered: float
    rendered_plainly: float
    whole_way: float
    kept_connection: float
    connection_each: float
    peak_megabytes: float
    lost: int
    doubled: int

    @property
    def fine(self) -> bool:
        """Whether it holds what is promised."""
        quick = self.rendered >= LEAST_RENDERED and self.peak_megabytes <= MOST_MEMORY
        return quick and not (self.lost or self.doubled)


class DigestMaker:
    """Makes up digests, each a little different."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 -- draws cases, keeps no secret
        known = [one for one in candidates() if not one.item.deadlines]
        self._base = example()
        self._bar = self._base.sections[0].items
        self._pool = [self._varied(known[n % len(known)], n) for n in range(POOL)]

    def digest(self) -> Digest:
        """Make up one."""
        picks = self._chance.sample(self._pool, PICKS)
        bar = Section(kind="deadlines", title="Deadlines", items=self._bar[:DEADLINES])
        return replace(
            self._base, sections=(bar, Section(kind="papers", title="New", items=tuple(picks)))
        )

    def _varied(self, entry: RankedItem, number: int) -> RankedItem:
        words = entry.item.summary.split()
        self._chance.shuffle(words)
        item = replace(
            entry.item,
            title=f"{entry.item.title} ({number})",
            url=f"{entry.item.url}#{number}",
            summary=f"{' '.join(words)}.",
        )
        return replace(entry, item=item)


def rendering(digest_maker: DigestMaker, count: int) -> tuple[float, float]:
    """Return mails a second of CPU time, and kilobytes of a mail."""
    digests = [digest_maker.digest() for _ in range(200)]
    size = len(mails.render(digests[0], an_envelope(), LINKS))
    rate = _rate(lambda n: mails.render(digests[n % 200], an_envelope(), LINKS), count)
    return rate, size / 1000


def rendering_plainly(digest_maker: DigestMaker, count: int) -> float:
    """Return mails a second of CPU time, done the way the libraries suggest."""
    digests = [digest_maker.digest() for _ in range(20)]

    def render(number: int) -> bytes:
        templating.environment.cache_clear()
        mails._inliner.cache_clear()  # noqa: SLF001 -- what is compared is doing without it
        page, envelope = view(digests[number % 20]), an_envelope()
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = envelope.sender, envelope.recipient
        message["Subject"] = mails.subject(page)
        message.set_content(mails.text(page, envelope, LINKS), cte="quoted-printable")
        html = mails.html(page, envelope, LINKS)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message.as_bytes()

    return _rate(render, count)


def _rate(work: Callable[[int], object], count: int) -> float:
    begun = time.process_time()
    for number in range(count):
        work(number)
    return count / (time.process_time() - begun)


@contextmanager
def server(certificate: Certificate | None = None) -> Iterator[tuple[int, Connection]]:
    """Start the server; give its port and the pipe to ask it through."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, certificate))
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        ours.send("")
        process.join(10)
        process.kill()


def the_whole_way(digest_maker: DigestMaker, count: int, port: int) -> float:
    """Return mails a second from digest to receipt, all recorded."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_storage(f"sqlite:///{Path(folder) / 'bench.db'}") as storage,
    ):
        deliverer = _deliverer(storage, port)
        orders = [_subscribed(storage, number) for number in range(READERS)]
        begun = time.perf_counter()
        for number in range(count):
            order, period = orders[number % READERS], f"week {number // READERS}"
            digest = replace(
                digest_maker.digest(), id=f"{order.id}@{period}", subscription=order.id
            )
            parts = deliverer.parts(digest, order, period)
            assert storage.outbox.open_run(order, a_run(period), digest, parts, now=_now())  # noqa: S101 -- each period is new
        dispatcher = Dispatcher(
            outbox=storage.outbox,
            subscriptions=storage.subscriptions,
            deliverers={"email": deliverer},
            clock=_now,
            policy=mail_policy(resend_doubtful=False),
        )
        asyncio.run(dispatcher.drain())
        return count / (time.perf_counter() - begun)


def _now() -> datetime:
    return datetime.now(UTC)


async def _at_once() -> None:
    """Keep no pace."""


def _connection(port: int, certificate: Certificate | None = None) -> SmtpConnection:
    account = Account(
        host="127.0.0.1",
        port=port,
        security="starttls" if certificate else "none",
        username="",
        password="",
        hostname="bench.example",
    )
    context = certificate.trusting if certificate else ssl.create_default_context
    return SmtpConnection(account, clock=_now, context=context)


def _deliverer(storage: Storage, port: int) -> MailDeliverer:
    layout = MailLayout(
        sender=SENDER,
        unsubscribe_mail=SENDER,
        links=PlainLinks(),
        addresses=storage.addresses,
    )
    return MailDeliverer(
        connection=_connection(port),
        layout=layout,
        addresses=storage.addresses,
        sender=SENDER,
        wait_for_slot=_at_once,
        clock=_now,
    )


def _subscribed(storage: Storage, number: int) -> Subscription:
    order = a_subscription(
        f"{number:05}", target=f"email:r{number:05}@example.org", owner=f"email:{number}"
    )
    storage.subscriptions.save_subscription(order)
    address = Address(
        id=f"{number:05}",
        owner=order.owner,
        address=order.target.removeprefix("email:"),
        subscription=order.id,
        state=AddressState.CONFIRMED,
        created_at=_now(),
        changed_at=_now(),
    )
    storage.addresses.save_address(address)
    return order


def connections(
    digest_maker: DigestMaker, count: int, port: int, certificate: Certificate
) -> tuple[float, float]:
    """Return mails a second over a kept connection, and over one for each; by turns, in rounds."""
    mail = mails.render(digest_maker.digest(), an_envelope(), LINKS).encode("ascii")
    connection, context = _connection(port, certificate), certificate.trusting()

    def kept() -> None:
        connection.send(SENDER, "kept@example.org", mail)

    def each() -> None:
        with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.example") as smtp:
            smtp.starttls(context=context)
            smtp.sendmail(SENDER, "each@example.org", mail)

    spent = {kept: 0.0, each: 0.0}
    most = max(1, count // ROUNDS)
    for _ in range(ROUNDS):
        for send in spent:
            begun = time.perf_counter()
            for _ in range(most):
                send()
            spent[send] += time.perf_counter() - begun
    connection.close()
    return ROUNDS * most / spent[kept], ROUNDS * most / spent[each]


def measure(count: int, seed: int) -> Figures:
    """Do it all."""
    digest_maker = DigestMaker(seed)
    rendered, kilobytes = rendering(digest_maker, count)
    with server() as (port, pipe):
        whole_way = the_whole_way(digest_maker, count, port)
        pipe.send("and?")
        ids, _ = pipe.recv()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    with tempfile.TemporaryDirectory() as folder:
        certificate = Certificate.made_in(Path(folder))
        with server(certificate) as (port, _):
            kept, each = connections(digest_maker, max(1, count // 10), port, certificate)
    return Figures(
        mails=count,
        kilobytes=round(kilobytes, 1),
        rendered=round(rendered, 1),
        rendered_plainly=round(rendering_plainly(digest_maker, max(1, count // 50)), 1),
        whole_way=round(whole_way, 1),
        kept_connection=round(kept, 1),
        connection_each=round(each, 1),
        peak_megabytes=round(peak, 1),
        lost=count - len(set(ids)),
        doubled=len(ids) - len(set(ids)),
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(given.mails, given.seed)
    if given.json:
        print(json.dumps(asdict(figures) | {"fine": figures.fine}, indent=2))
    else:
        _show(figures)
    return 0 if figures.fine else 1


def _show(figures: Figures) -> None:
    plain, each = figures.rendered_plainly, figures.connection_each
    print(f"{figures.mails} mails of {figures.kilobytes} kB")
    print(
        f"rendered: {figures.rendered}/s on one core, {figures.rendered / plain:.1f} times "
        f"as many as with an environment and inliner for each ({plain}/s)"
    )
    print(f"the whole way, recorded: {figures.whole_way}/s")
    print(
        f"one connection kept: {figures.kept_connection}/s, "
        f"{figures.kept_connection / each:.1f} times as many as with one for each ({each}/s)"
    )
    print(f"peak memory: {figures.peak_megabytes} MB")
    print(f"lost: {figures.lost}, doubled: {figures.doubled}")


if __name__ == "__main__":
    sys.exit(main())
