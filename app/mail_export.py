"""Export a week to files: an email for each subscription, or the edition for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.wiring.mail import layout
from core.deliveries import DueRun, Subscription
from core.due import run_of_week
from core.errors import UsageError
from core.mail import PREVIEW, SCHEME, AddressState
from core.weeks import week_name, week_of
from delivery import files
from digests.formats import FORMATS
from services.digests.editions import WEEK
from services.notes import OF_SEVERAL

if TYPE_CHECKING:
    from app.wiring.application import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file of an export, and whether it had to be written."""

    path: Path
    is_new: bool


def export(
    application: Application, out: Path, *, week: str, everybody: bool, mbox: bool
) -> Iterator[Written]:
    """Write the mails of a week.

    A digest that was due is made as of then and kept, so that each export, and what is sent, is
    the same. One that is not yet due is made as of last midnight and counts as seen by nobody; only
    where the web page has to show it, it is kept as a preview.

    Args:
        application: what to export from.
        out: folder to write to.
        week: as ``2026-W47``.
        everybody: include subscriptions that are not due, or paused.
        mbox: one mailbox for all in place of one file per email.

    Yields:
        Each file as it is written.

    Raises:
        UsageError: if it is no week, has not begun, or there are no live items yet.
        StorageError: if the archive cannot be read or a file cannot be written.
    """
    name = _week(application, week)
    if application.store.has_only_sample():
        raise UsageError("there are no live items yet; run tidings fetch first")
    mails = _mails(application, name, everybody=everybody)
    if not mbox:
        for name_of_file, subscription, mail in mails:
            yield _put(out, name_of_file, mail.encode("ascii"))
            application.notes.note_files({out / name_of_file: subscription})
    elif whole := [mail for *_, mail in mails]:
        yield _put(out, f"{name}.mbox", files.mbox(whole))
        application.notes.note_files({out / f"{name}.mbox": OF_SEVERAL})


def export_community(
    application: Application, out: Path, *, week: str, mbox: bool
) -> Iterator[Written]:
    """Write the edition for everybody as a mail, a page and Markdown; make it if need be.

    That of a running week says so and is made anew each time, as is that of the sample day.

    Args:
        application: what to export from.
        out: folder to write to.
        week: as ``2026-W47``.
        mbox: write the mail as a mailbox.

    Yields:
        Each file as it is written.

    Raises:
        UsageError: if it is no week, has not begun, or there are no items yet.
        StorageError: if the archive cannot be read or a file cannot be written.
    """
    name = _week(application, week)
    digest = application.editions().make(name)
    # Mail programs drop a mail whose Message-ID they know: that of a running week has its own.
    is_whole = digest.made_at >= week_of(name)[1]
    issue = name if is_whole else f"{name} until {digest.made_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    mail = layout(application).community_mail(digest, issue)
    content = files.mbox([mail]) if mbox else mail.encode("ascii")
    yield _put(out, f"tidings-{name}.{'mbox' if mbox else 'eml'}", content)
    for one in (FORMATS["html"], FORMATS["markdown"]):
        yield _put(out, f"tidings-{name}.{one.suffix}", one.render(digest), private=False)


def advice_on_running(application: Application, week: str) -> str:
    """Return which week to export while the wanted one still runs, or "" if it is over.

    Raises:
        UsageError: if it is no week, or has not begun.
        StorageError: if the archive cannot be read.
    """
    name, now = _week(application, week), application.clock()
    if week_of(name)[1] <= now or application.store.has_only_sample():
        return ""
    return (
        f"{name} is still running, so its edition is made anew each time; "
        f"for the last whole week: --week {week_name(now - WEEK)}"
    )


def _week(application: Application, typed: str) -> str:
    start = week_of(typed)[0]
    if start > application.clock():
        raise UsageError(f"{week_name(start)} has not begun; choose this week or an earlier one")
    return week_name(start)


def _put(out: Path, name: str, content: bytes, *, private: bool = True) -> Written:
    is_new = files.write_if_changed(out, name, content, private=private)
    return Written(path=out / name, is_new=is_new)


def _mails(
    application: Application, week: str, *, everybody: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield the name of a file, which does not show whose it is, its subscription and the mail."""
    written = layout(application)
    monday, sunday = week_of(week)
    now = application.clock()
    for subscription in _confirmed(application):
        due = run_of_week(subscription.schedule, monday.date(), now)
        owed = _is_owed(subscription, due, now)
        if not owed and sunday > now:
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            due = replace(due, due_at=midnight, since=midnight - (due.due_at - due.since))
        if owed or everybody:
            snapshots = application.storage.snapshots if owed else None
            maker = application.runs({}, at=due.due_at, snapshots=snapshots)
            digest, period = maker.digest(subscription, due), due.period
            if not owed and application.loaded.settings.web.enabled:
                application.storage.snapshots.keep_preview(period, digest, now=now)
            if not owed:
                period = f"{PREVIEW}{period}"
            mail = written.mail(digest, subscription, period)
            yield f"{due.period}-{subscription.id}.eml", subscription.id, mail


def _confirmed(application: Application) -> Iterator[Subscription]:
    """Yield the subscriptions of confirmed addresses, oldest first."""
    storage = application.storage
    addresses = storage.addresses.addresses()
    good = {one.subscription for one in addresses if one.state is AddressState.CONFIRMED}
    for subscription in storage.subscriptions.subscriptions():
        if subscription.target.startswith(f"{SCHEME}:") and subscription.id in good:
            yield subscription


def _is_owed(subscription: Subscription, due: DueRun, now: datetime) -> bool:
    begun = max(subscription.created_at, subscription.paused_until or subscription.created_at)
    return not subscription.off and begun <= due.due_at <= now
