"""Fetching from a stand-in of a source on loopback, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core.errors import FetchError
from core.items import Item
from core.ports.sources import Fetcher
from core.sources import Batch
from fetchers import FETCHERS
from net.client import HttpClient
from tests.fakes import NOON, FakeClock
from tests.net.fakes import FakeTimer, FakeValidatorStore
from tests.stand_ins.sources.server import SourceServer

FIXTURES = Path(__file__).parent.parent / "fixtures" / "sources"


def fixture(name: str) -> bytes:
    """One of our hand-written answers, such as ``arxiv/rss.xml``."""
    return (FIXTURES / name).read_bytes()


@dataclass(frozen=True, kw_only=True)
class GoodDay:
    """How a source answers when all is well; the contract test reads it and breaks it.

    Attributes:
        answers: body by path.
        options: what the settings of the source say, beside the addresses.
        now: when it is read.
        back: how far back it is read.
        least: number of items that it gives at least.
    """

    answers: Mapping[str, bytes]
    least: int
    options: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    back: timedelta = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one fetch of a source."""

    items: list[Item]
    batch: Batch

    @property
    def error(self) -> FetchError | None:
        return self.batch.failure

    @property
    def note(self) -> str | None:
        return self.batch.note

    @property
    def ids(self) -> list[str]:
        return [item.key.external_id for item in self.items]

    @property
    def failed(self) -> str:
        """The line of an error without any items, as a person would see it."""
        assert self.error is not None
        assert self.items == []
        assert "\n" not in str(self.error)
        return str(self.error)


def build(
    name: str,
    server: SourceServer,
    *,
    now: datetime = NOON,
    validators: FakeValidatorStore | None = None,
    request_seconds: float = 20,
    **options: Any,
) -> Fetcher:
    """Build the fetcher of a source, reading from the stand-in without waiting."""
    source = FETCHERS[name]
    clock = FakeClock(now)
    http = HttpClient(
        clock=clock, timer=FakeTimer(), validators=validators, request_seconds=request_seconds
    )
    values = server.addresses(source.options) | options
    return source.make(source.options(**values), http, clock)


def fetch(fetcher: Fetcher, since: datetime) -> Outcome:
    """Fetch and keep what came, and the error if there was one."""
    batch = fetcher.fetch(since)
    return Outcome(items=list(batch.items), batch=batch)


def read(
    name: str,
    server: SourceServer,
    *,
    now: datetime = NOON,
    back: timedelta = timedelta(days=3),
    **options: Any,
) -> Outcome:
    """Build a fetcher and look ``back`` from ``now`` once."""
    return fetch(build(name, server, now=now, **options), now - back)
