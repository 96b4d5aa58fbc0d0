"""The digests of a week as files: one mail for each subscription, or the edition for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.mail_formats import FileFormat
from app.wiring.mail import layout, runs
from core.deliveries import DueRun, Subscription
from core.due import run_of_week
from core.errors import UsageError
from core.mail import SCHEME, AddressState
from core.weeks import week_name, week_of
from delivery import files

if TYPE_CHECKING:
    from app.wiring.application import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of an export, and whether it had to be written."""

    path: Path
    is_new: bool


def export(
    application: Application, out: Path, *, week: str, everybody: bool, format_: FileFormat
) -> Iterator[Written]:
    """Write the mails of a week.

    What has fallen due is made as of then and kept, so that it is the same each time, and the same
    that is sent. What has not, in the running week, is made as of last midnight, and leaves no
    trace.

    Args:
        application: what to export from.
        out: folder to write to.
        week: as ``2026-W47``; "" for the running one.
        everybody: also what is not due: not yet, or paused.
        format_: one file a mail, or one mailbox.

    Yields:
        Each file as it is written.

    Raises:
        UsageError: if it is no week, lies ahead, or there are no live items yet.
        StorageError: if the archive cannot be read or a file cannot be written.
    """
    name = _week(application, week)
    if application.store.has_only_sample():
        raise UsageError("there are no live items yet; tidings fetch reads the sources")
    mails = _mails(application, name, everybody=everybody)
    if format_ is FileFormat.EML:
        for file, mail in mails:
            yield _put(out, file, mail.encode("ascii"))
    elif whole := [mail for _, mail in mails]:
        yield _put(out, f"{name}.mbox", files.mbox(whole))


def export_community(
    application: Application, out: Path, *, week: str, format_: FileFormat
) -> Iterator[Written]:
    """Write the edition for everybody as a mail, a page and Markdown; it is made if it was not.

    As long as there is only the sample day, the files say so and change with every export.

    Args:
        application: what to export from.
        out: folder to write to.
        week: as ``2026-W47``; "" for the running one.
        format_: of the mail.

    Yields:
        Each file as it is written.

    Raises:
        UsageError: if it is no week, lies ahead, or there are no items yet.
        StorageError: if the archive cannot be read or a file cannot be written.
    """
    from digests.render import html, markdown

    name = _week(application, week)
    digest = application.editions().make(name)
    mail = layout(application).community_mail(digest, name)
    content = files.mbox([mail]) if format_ is FileFormat.MBOX else mail.encode("ascii")
    yield _put(out, f"tidings-{name}.{format_}", content)
    yield _put(out, f"tidings-{name}.html", html.render(digest).encode("utf-8", "replace"))
    yield _put(out, f"tidings-{name}.md", markdown.render(digest).encode("utf-8", "replace"))


def _week(application: Application, typed: str) -> str:
    start = week_of(typed or week_name(application.clock()))[0]
    if start > application.clock():
        raise UsageError(f"{week_name(start)} lies ahead; a digest is made of what has appeared")
    return week_name(start)


def _put(out: Path, name: str, content: bytes) -> Written:
    return Written(path=out / name, is_new=files.write_if_changed(out, name, content))


def _mails(application: Application, week: str, *, everybody: bool) -> Iterator[tuple[str, str]]:
    """Yield each mail with the name of its file, which tells nobody whose it is."""
    written = layout(application)
    monday, sunday = week_of(week)
    now = application.clock()
    for order in _confirmed(application):
        due = run_of_week(order.schedule, monday.date(), now)
        owed = _is_owed(order, due, now)
        if not owed and sunday > now:
            due = _as_of(due, _midnight(now))
        if owed or everybody:
            maker = runs(application, deliverers={}, at=due.due_at, keep=owed)
            mail = written.mail(maker.digest(order, due), order, due.period)
            yield f"{due.period}-{order.id}.eml", mail


def _confirmed(application: Application) -> Iterator[Subscription]:
    """Yield the subscriptions by mail that may be sent, oldest first."""
    storage = application.storage
    addresses = storage.addresses.addresses()
    good = {one.subscription for one in addresses if one.state is AddressState.CONFIRMED}
    for order in storage.subscriptions.subscriptions():
        if order.target.startswith(f"{SCHEME}:") and order.id in good:
            yield order


def _is_owed(order: Subscription, due: DueRun, now: datetime) -> bool:
    begun = max(order.created_at, order.paused_until or order.created_at)
    return not order.off and begun <= due.due_at <= now


def _as_of(due: DueRun, moment: datetime) -> DueRun:
    return replace(due, due_at=moment, since=moment - (due.due_at - due.since))


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
