"""What every source promises, whatever it reads; see ``docs/adding-a-source.md``."""

from __future__ import annotations

import dataclasses
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import get_type_hints

import pytest

from core.items import Item, ItemKey
from core.ports.sources import Fetcher
from fetchers import FETCHERS
from tests.fetchers.harness import GoodDay, Outcome, build, fetch, fixture
from tests.net.fakes import FakeValidatorStore
from tests.stand_ins.sources.server import SourceServer

SOURCES = sorted(FETCHERS)
GOOD_DAYS: dict[str, GoodDay] = {
    name: import_module(f"tests.fetchers.test_{name}").GOOD_DAY for name in SOURCES
}
every_source = pytest.mark.parametrize("name", SOURCES)


def fetcher(name: str, sources: SourceServer, request_seconds: float = 20) -> Fetcher:
    day = GOOD_DAYS[name]
    return build(
        name,
        sources,
        now=day.now,
        validators=FakeValidatorStore(),
        request_seconds=request_seconds,
        **day.options,
    )


def look_at(name: str, sources: SourceServer, request_seconds: float = 20) -> Outcome:
    day = GOOD_DAYS[name]
    return fetch(fetcher(name, sources, request_seconds), day.now - day.back)


def serve(sources: SourceServer, day: GoodDay) -> None:
    for path, body in day.answers.items():
        sources.answer(path, body)


@every_source
class TestItems:
    @pytest.fixture
    def items(self, name: str, sources: SourceServer) -> list[Item]:
        serve(sources, GOOD_DAYS[name])
        outcome = look_at(name, sources)
        assert outcome.error is None
        assert len(outcome.items) >= GOOD_DAYS[name].least
        return outcome.items

    def test_keys_name_the_source_and_come_once(self, name: str, items: list[Item]) -> None:
        assert {item.key.source for item in items} == {name}
        assert len({item.key for item in items}) == len(items)
        assert all(ItemKey.parse(str(item.key)) == item.key for item in items)

    def test_times_are_aware_and_nothing_appeared_in_the_future(
        self, name: str, items: list[Item]
    ) -> None:
        for item in items:
            for moment in (item.appeared_at, item.published_at, item.updated_at):
                assert moment is None or moment.utcoffset() == timedelta(0)
            assert item.appeared_at <= GOOD_DAYS[name].now

    def test_titles_are_one_line_and_links_lead_to_the_web(self, items: list[Item]) -> None:
        for item in items:
            assert item.title == " ".join(item.title.split()) != ""
            for address in (item.url, *item.related):
                assert address.startswith(("https://", "http://"))
                assert " " not in address

    def test_nothing_is_larger_than_it_may_be(self, items: list[Item]) -> None:
        for item in items:
            for text in (item.title, item.summary, *item.authors, *item.tags, *item.facts.values()):
                assert len(text.encode()) <= 64 * 1024

    def test_the_same_answers_give_the_same_items(
        self, name: str, sources: SourceServer, items: list[Item]
    ) -> None:
        again = look_at(name, sources).items
        assert again == items
        assert [item.fingerprint() for item in again] == [item.fingerprint() for item in items]


def _garbage(sources: SourceServer, path: str, body: bytes) -> None:
    sources.answer(path, b"\x00\x01\xff<" + body[:0])


def _empty(sources: SourceServer, path: str, body: bytes) -> None:  # noqa: ARG001  none is sent
    sources.answer(path, b"")


def _login_page(sources: SourceServer, path: str, body: bytes) -> None:  # noqa: ARG001  another
    sources.answer(path, fixture("login.html"), headers={"Content-Type": "text/html"})


def _truncated(sources: SourceServer, path: str, body: bytes) -> None:
    sources.answer(path, body[: len(body) * 2 // 3])


def _broken_off(sources: SourceServer, path: str, body: bytes) -> None:
    sources.break_off(path, body[: len(body) * 2 // 3])


def _status(status: int) -> Callable[[SourceServer, str, bytes], None]:
    def reply(sources: SourceServer, path: str, body: bytes) -> None:  # noqa: ARG001  none is sent
        sources.answer(path, b"no", status=status)

    return reply


def _hanging(sources: SourceServer, path: str, body: bytes) -> None:  # noqa: ARG001  none is sent
    sources.hang(path)


def _redirected(sources: SourceServer, path: str, body: bytes) -> None:  # noqa: ARG001  none is sent
    sources.redirect(path, path)


def _bomb(sources: SourceServer, path: str, body: bytes) -> None:  # noqa: ARG001  another
    sources.gzipped(path, bytes(20_000_000))


def _doubly_packed(sources: SourceServer, path: str, body: bytes) -> None:
    sources.gzipped(path, body, times=2)


FAULTS = {
    "garbage": _garbage,
    "empty": _empty,
    "login page": _login_page,
    "truncated": _truncated,
    "broken off": _broken_off,
    "429": _status(429),
    "500": _status(500),
    "503": _status(503),
    "404": _status(404),
    "hanging": _hanging,
    "redirected in circles": _redirected,
    "gzip bomb": _bomb,
    "gzip twice": _doubly_packed,
}


@every_source
@pytest.mark.parametrize("fault", FAULTS)
def test_no_bad_answer_passes_for_nothing_new(
    name: str, fault: str, sources: SourceServer, caplog: pytest.LogCaptureFixture
) -> None:
    for path, body in GOOD_DAYS[name].answers.items():
        FAULTS[fault](sources, path, body)
    began = time.monotonic()
    outcome = look_at(name, sources, request_seconds=0.2 if fault == "hanging" else 20)
    assert outcome.items == [] or fault == "truncated"  # rows before the break are kept
    assert outcome.error is not None
    assert "\n" not in str(outcome.error)
    assert outcome.error.source == name
    assert outcome.error.missing is None
    assert time.monotonic() - began < 10
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@every_source
def test_a_server_that_is_not_there_is_a_failure(name: str) -> None:
    with SourceServer() as gone:
        pass
    assert "refused the connection" in look_at(name, gone).failed


@every_source
def test_too_many_requests_set_the_next_time(name: str, sources: SourceServer) -> None:
    day = GOOD_DAYS[name]
    for path in day.answers:
        sources.answer(path, b"slow down", status=429, headers={"Retry-After": "900"})
    outcome = look_at(name, sources)
    assert outcome.error is not None
    assert outcome.error.retry_at == day.now + timedelta(minutes=15)


@every_source
def test_a_look_that_failed_can_be_repeated(name: str, sources: SourceServer) -> None:
    day = GOOD_DAYS[name]
    reader = fetcher(name, sources)
    for path in day.answers:
        sources.answer(path, status=500)
    assert fetch(reader, day.now - day.back).error is not None
    serve(sources, day)
    outcome = fetch(reader, day.now - day.back)
    assert (outcome.error, outcome.note) == (None, None)
    assert len(outcome.items) >= day.least


@every_source
def test_a_look_may_be_left_in_the_middle(name: str, sources: SourceServer) -> None:
    day = GOOD_DAYS[name]
    serve(sources, day)
    reader = fetcher(name, sources)
    batch = reader.fetch(day.now - day.back)
    items = iter(batch.items)
    assert next(items).key.source == name
    del items
    assert batch.validators == {}


@every_source
def test_a_fetcher_knows_its_name_and_asks_nothing_before_its_items_are_wanted(
    name: str, sources: SourceServer
) -> None:
    reader = fetcher(name, sources)
    assert reader.source == name
    batch = reader.fetch(GOOD_DAYS[name].now - GOOD_DAYS[name].back)
    assert (batch.note, batch.validators) == (None, {})
    assert sources.requests == []


@every_source
def test_a_fetcher_keeps_nothing_from_one_fetch_to_the_next(
    name: str, sources: SourceServer
) -> None:
    day = GOOD_DAYS[name]
    reader = fetcher(name, sources)
    before = dict(vars(reader))
    serve(sources, day)
    assert fetch(reader, day.now - day.back).error is None
    assert vars(reader) == before


@every_source
def test_a_source_has_the_name_of_its_module(name: str) -> None:
    assert import_module(f"fetchers.{name}").DECLARATION is FETCHERS[name]


@every_source
def test_options_are_plain_settings_with_help(name: str) -> None:
    source = FETCHERS[name]
    assert source.options.__dataclass_params__.frozen
    assert source.every >= timedelta(hours=1)
    assert source.pace >= timedelta(0)
    hints = get_type_hints(source.options)
    for option in dataclasses.fields(source.options):
        assert hints[option.name] in {str, int, float, bool, tuple[str, ...]}
        assert option.default is not dataclasses.MISSING
        assert option.metadata["help"].strip()
        assert "\n" not in option.metadata["help"]
    assert source.options() == source.options()
