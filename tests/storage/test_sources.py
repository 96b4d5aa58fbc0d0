from __future__ import annotations

from datetime import timedelta

import pytest

from core.sources import FetchReport, SourceState, SourceStatus, Validators
from storage.opening import Storage
from storage.sources import MEDIAN_ANSWERS
from tests.fakes import NOON

HOUR = timedelta(hours=1)


def report(status: SourceStatus, fetched: int = 0, **details: object) -> FetchReport:
    return FetchReport(source="arxiv", status=status, fetched=fetched, **details)  # type: ignore[arg-type] # each test names its own


def state(storage: Storage) -> SourceState:
    return storage.store.source_states()["arxiv"]


def test_a_source_never_asked_has_no_state(storage: Storage) -> None:
    assert storage.store.source_states() == {}


def test_a_report_comes_back_as_it_was(storage: Storage) -> None:
    told = report(
        SourceStatus.PARTIAL,
        40,
        new=3,
        updated=2,
        error="stopped half-way",
        note="the fallback was used",
        retry_at=NOON + HOUR,
    )
    storage.store.record_fetch(told, now=NOON)
    assert state(storage) == SourceState(
        report=told, last_attempt=NOON, next_attempt=NOON + HOUR, usual=None
    )


@pytest.mark.parametrize("status", SourceStatus)
def test_only_a_success_moves_the_last_success(storage: Storage, status: SourceStatus) -> None:
    storage.store.record_fetch(report(SourceStatus.OK, 5), now=NOON)
    storage.store.record_fetch(report(status, 5), now=NOON + HOUR)
    assert state(storage).last_attempt == NOON + HOUR
    moved = status in {SourceStatus.OK, SourceStatus.EMPTY}
    assert state(storage).last_success == (NOON + HOUR if moved else NOON)


def test_an_error_and_a_wait_are_forgotten_after_the_next_look(storage: Storage) -> None:
    failed = report(SourceStatus.FAILED, error="refused", retry_at=NOON + HOUR)
    storage.store.record_fetch(failed, now=NOON)
    storage.store.record_fetch(report(SourceStatus.OK, 5), now=NOON + 2 * HOUR)
    assert state(storage).report.error is None
    assert state(storage).next_attempt is None


def test_the_usual_number_is_the_median_of_the_latest_answers(storage: Storage) -> None:
    for fetched in (10, 1000, 20, 30):
        storage.store.record_fetch(report(SourceStatus.OK, fetched), now=NOON)
    assert state(storage).usual == 25
    for _ in range(MEDIAN_ANSWERS):
        storage.store.record_fetch(report(SourceStatus.SUSPICIOUS, 3), now=NOON)
    assert state(storage).usual == 3


@pytest.mark.parametrize(
    "status",
    [SourceStatus.FAILED, SourceStatus.PARTIAL, SourceStatus.SKIPPED, SourceStatus.EMPTY],
)
def test_what_is_no_answer_says_nothing_about_the_usual_number(
    storage: Storage, status: SourceStatus
) -> None:
    storage.store.record_fetch(report(SourceStatus.OK, 100), now=NOON)
    for _ in range(MEDIAN_ANSWERS):
        storage.store.record_fetch(report(status, 1), now=NOON)
    assert state(storage).usual == 100


def test_sources_do_not_mix(storage: Storage) -> None:
    for source, fetched in (("arxiv", 100), ("feed:lab", 2)):
        told = FetchReport(source=source, status=SourceStatus.OK, fetched=fetched)
        storage.store.record_fetch(told, now=NOON)
    states = storage.store.source_states()
    assert {name: found.usual for name, found in states.items()} == {"arxiv": 100, "feed:lab": 2}


def test_validators_are_kept_per_address(storage: Storage) -> None:
    memory = storage.validators
    assert memory.recall("https://a.org") is None
    memory.keep("https://a.org", Validators(etag='"1"'))
    memory.keep("https://b.org", Validators(last_modified="Sun, 22 Nov 2026 12:00:00 GMT"))
    memory.keep("https://a.org", Validators(etag='W/"2"'))
    assert memory.recall("https://a.org") == Validators(etag='W/"2"')
    assert memory.recall("https://b.org") == Validators(
        last_modified="Sun, 22 Nov 2026 12:00:00 GMT"
    )


def test_texts_are_kept_by_name_until_they_are_replaced(storage: Storage) -> None:
    assert storage.key_values.get("discord:commands/1") is None
    storage.key_values.put("discord:commands/1", "a")
    storage.key_values.put("discord:commands/2", "b")
    storage.key_values.put("discord:commands/1", "c")
    assert storage.key_values.get("discord:commands/1") == "c"
    assert storage.key_values.get("discord:commands/2") == "b"


def test_the_scheduler_is_remembered_as_last_alive(storage: Storage) -> None:
    assert storage.store.last_beat() is None
    storage.store.beat(NOON)
    storage.store.beat(NOON + HOUR)
    assert storage.store.last_beat() == NOON + HOUR
