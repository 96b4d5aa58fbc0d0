"""What an installation needs, checked one by one."""

from __future__ import annotations

import dataclasses
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.deliveries import DeliveryState
from core.errors import ConfigError, StorageError, UnavailableError
from core.hosts import ascii_host
from core.mail import SCHEME as MAIL
from core.schedules import zone_in_words
from core.sources import FetchReport, SourceStatus

if TYPE_CHECKING:
    from app.settings import Loaded
    from app.wiring.application import Application

LOW_DISK = 200 * 2**20
"""Bytes of free disk below which a warning is due: an archive of a year needs about as much."""


NETWORK = "check the network, HTTPS_PROXY if you use a proxy, and the address (tidings config show)"
"""What to do about a source that cannot be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: its name, how it went, and what was found or is to be done."""

    name: str
    state: Literal["ok", "warn", "FAIL"]
    text: str


def examine(config: Path | None, *, offline: bool) -> Iterator[Check]:
    """Yield all checks; those that depend on a failed one are left out.

    Args:
        config: the settings file that the command line names, if any.
        offline: ask no source.
    """
    from app.settings import load

    yield _python()
    yield _parser()
    try:
        loaded = load(config)
    except ConfigError as error:
        yield Check(name="settings", state="FAIL", text="; ".join(str(error).splitlines()))
        return
    yield Check(name="settings", state="ok", text=str(loaded.file or "all defaults"))
    yield from _secrets(loaded)
    yield _disk(loaded)
    yield from _archive(loaded, offline=offline)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(name="python", state="ok", text=version)


def _parser() -> Check:
    """Old expat takes quadratic time for some feeds (CVE-2023-52425, fixed in 2.6.0)."""
    import pyexpat

    number = pyexpat.version_info
    text = ".".join(str(part) for part in number)
    if number < (2, 6, 0):
        return Check(
            name="xml parser",
            state="warn",
            text=f"expat {text} is slow on malicious feeds; upgrade to 2.6.0 or later",
        )
    return Check(name="xml parser", state="ok", text=f"expat {text}")


def _secrets(loaded: Loaded) -> Iterator[Check]:
    """Warn of secrets in a file that others on this machine can read."""
    from app.config_file import MASK, shown

    if loaded.file is None:
        return
    inside = [k for k, v, origin in shown(loaded) if MASK in v and origin == str(loaded.file)]
    if inside and loaded.file.stat().st_mode & 0o077:
        text = f"{', '.join(inside)} in {loaded.file}, which others can read: run chmod 600 on it"
        yield Check(name="secrets", state="warn", text=text)


def _disk(loaded: Loaded) -> Check:
    folder = loaded.data_folder
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    text = f"{free // 2**20} MB free in {loaded.data_folder}"
    if free >= LOW_DISK:
        return Check(name="disk", state="ok", text=text)
    advice = "free some space, or move the data with storage.url"
    return Check(name="disk", state="warn", text=f"{text}: {advice}")


def _archive(loaded: Loaded, *, offline: bool) -> Iterator[Check]:
    from app.wiring.application import open_application

    try:
        with open_application(loaded) as application:
            count = application.store.count()
            yield Check(name="archive", state="ok", text=f"{count} items in {loaded.database}")
            yield _meaning(application)
            yield from _sources(application)
            yield from _mail(application)
            yield from _zones(application)
            yield _permissions(application)
            if not offline:
                yield from _reach(application)
    except StorageError as error:
        yield Check(name="archive", state="FAIL", text=str(error))


def _permissions(application: Application) -> Check:
    """Warn of personal data that others on this machine can read."""
    loaded = application.loaded
    folder = loaded.data_folder
    own = [Path(f"{loaded.database_path}{end}") for end in ("", "-wal", "-shm")]
    mails = [path for path in application.notes.files() if path.suffix in {".eml", ".mbox"}]
    files = dict.fromkeys([*own, folder / "digest.html", *mails])
    wide = [path for path in files if path.exists() and path.stat().st_mode & 0o077]
    advice = [f"chmod 600 {shlex.join(map(str, wide))}"] if wide else []
    mode = folder.stat().st_mode
    if mode & 0o077 and not mode & stat.S_ISVTX:  # a folder for everybody, like /tmp, stays one
        advice.append(f"chmod 700 {shlex.quote(str(folder))}")
    if advice:
        text = f"others on this machine can read your data: {' && '.join(advice)}"
        return Check(name="permissions", state="warn", text=text)
    return Check(name="permissions", state="ok", text="only you can read your data")


def _meaning(application: Application) -> Check:
    try:
        return Check(name="meaning", state="ok", text=application.embedding_model.state())
    except (ConfigError, UnavailableError) as error:
        return Check(name="meaning", state="FAIL", text=str(error))


def _sources(application: Application) -> Iterator[Check]:
    states = application.store.source_states()
    for name in application.sources.enabled:
        state = states.get(name)
        if state is None:
            yield Check(name=name, state="ok", text=f"never fetched yet: tidings fetch {name}")
        elif state.report.status.succeeded:
            quota = f"; {state.report.quota}" if state.report.quota else ""
            text = f"last success {state.last_success:%Y-%m-%d %H:%M} UTC{quota}"
            yield Check(name=name, state="ok", text=text)
        else:
            because = state.report.error or state.report.note or "no reason given"
            text = f"{state.report.status.value}: {because}; {_advice(name, state.report)}"
            yield Check(name=name, state="warn", text=text)


def _advice(name: str, report: FetchReport) -> str:
    """Say what to do about a source that did not succeed."""
    if report.status is SourceStatus.SKIPPED:
        return f"then run tidings fetch {name}, or turn it off with sources.{name}.enabled = false"
    if report.status is SourceStatus.SUSPICIOUS:
        return "open it in a browser: it may have changed; nothing to do if it is only quiet"
    if report.status is SourceStatus.PARTIAL:
        return "nothing to do at first: serve and digest ask again, for all that is missing"
    if report.unreached:
        return NETWORK
    return f"it is asked again by itself; if it stays so, check sources.{name} in the settings"


def _mail(application: Application) -> Iterator[Check]:
    """Warn of mails of which nobody knows whether they arrived."""
    doubtful = application.storage.counts.deliveries(scheme=MAIL)[DeliveryState.IN_DOUBT]
    if doubtful:
        text = f"{doubtful} emails may or may not have arrived; tidings email status lists them"
        yield Check(name="email", state="warn", text=text)


def _zones(application: Application) -> Iterator[Check]:
    """Warn of zones whose sign is the reverse of what people mean by it."""
    named = {one.schedule.zone for one in application.storage.subscriptions.subscriptions()}
    named |= {profile.zone for profile in application.store.profiles()}
    told = [words for zone in sorted(named) if (words := zone_in_words(zone)) != zone]
    if told:
        text = f"stored: {'; '.join(told)}. If somebody meant the opposite, choose a place instead"
        yield Check(name="time zones", state="warn", text=text)


def _addresses(application: Application) -> Iterator[tuple[str, str]]:
    """Yield each enabled source's name with each address that its settings hold."""
    from app.settings import options_of

    for name in application.sources.enabled:
        options = options_of(application.loaded.settings, name)
        for option in dataclasses.fields(options):
            if option.name.endswith("url"):
                yield name, getattr(options, option.name)


def _reach(application: Application) -> Iterator[Check]:
    """Open a connection to each source's address, without asking for anything."""
    import socket
    from urllib.parse import urlsplit

    for name, url in _addresses(application):
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((ascii_host(host), port), timeout=5).close()
        except ValueError:
            text = f"no host has that name; check sources.{name.replace(':', 's.', 1)}"
            yield Check(name=f"{name} at {host}", state="FAIL", text=text)
        except OSError as error:
            because = error.strerror or "no answer in time"
            text = f"cannot be reached ({because}); {NETWORK}"
            yield Check(name=f"{name} at {host}", state="FAIL", text=text)
        else:
            yield Check(name=f"{name} at {host}", state="ok", text="reached")
