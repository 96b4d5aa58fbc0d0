from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from core.errors import StorageError
from core.search import Filter
from core.sources import FetchReport, SourceStatus, Validators
from services.fetching import Collector
from storage.opening import Storage
from tests.fakes import NOON, FakeClock, FakeFetcher, an_item
from tests.net.fakes import FakeValidatorStore

SINCE = NOON - timedelta(days=7)


SEEN = {"https://example.org/feed": Validators(etag="1")}


def collected(
    storage: Storage,
    clock: FakeClock,
    *fetchers: FakeFetcher,
    validators: FakeValidatorStore | None = None,
) -> list[FetchReport]:
    collector = Collector(store=storage.store, clock=clock, validators=validators)
    return list(collector.collect(fetchers, lambda _source: SINCE))


def test_a_source_that_gives_items_is_ok_and_they_are_stored(
    storage: Storage, clock: FakeClock
) -> None:
    fetcher = FakeFetcher().gives(an_item("arxiv/1"), an_item("arxiv/2"))
    [report] = collected(storage, clock, fetcher)
    assert (report.status, report.new, report.fetched) == (SourceStatus.OK, 2, 2)
    assert fetcher.asked == [SINCE]
    assert storage.store.count() == 2
    assert storage.store.source_states()["arxiv"].last_success == NOON


def test_reading_again_adds_nothing(storage: Storage, clock: FakeClock) -> None:
    fetcher = FakeFetcher().gives(an_item("arxiv/1"))
    collected(storage, clock, fetcher)
    [again] = collected(storage, clock, fetcher)
    assert (again.status, again.new, again.updated) == (SourceStatus.OK, 0, 0)


def test_a_source_with_nothing_new_is_empty_and_that_is_a_success(
    storage: Storage, clock: FakeClock
) -> None:
    [report] = collected(storage, clock, FakeFetcher())
    assert report.status is SourceStatus.EMPTY
    assert storage.store.source_states()["arxiv"].last_success == NOON


def test_a_failure_is_never_stamped_as_success(storage: Storage, clock: FakeClock) -> None:
    [report] = collected(storage, clock, FakeFetcher().fails("refused", retry_at=NOON))
    state = storage.store.source_states()["arxiv"]
    assert (report.status, report.error) == (SourceStatus.FAILED, "refused")
    assert (state.last_success, state.next_attempt) == (None, NOON)


def test_what_came_before_a_failure_is_stored_and_the_status_is_partial(
    storage: Storage, clock: FakeClock
) -> None:
    fetcher = FakeFetcher(validators=SEEN).gives(an_item("arxiv/1")).fails("cut off")
    validators = FakeValidatorStore()
    [report] = collected(storage, clock, fetcher, validators=validators)
    assert (report.status, report.new, report.error) == (SourceStatus.PARTIAL, 1, "cut off")
    assert storage.store.count() == 1
    assert validators.kept == {}


def test_one_broken_source_harms_no_other(storage: Storage, clock: FakeClock) -> None:
    broken = FakeFetcher("github").breaks(RuntimeError("a bug"))
    works = FakeFetcher("arxiv").gives(an_item("arxiv/1"))
    reports = collected(storage, clock, broken, works)
    assert [r.status for r in reports] == [SourceStatus.FAILED, SourceStatus.OK]
    assert reports[0].error == "unexpected failure, see the log"


def test_a_missing_token_skips_the_source_and_says_how_to_get_one(
    storage: Storage, clock: FakeClock
) -> None:
    [report] = collected(storage, clock, FakeFetcher("kaggle").fails("no", missing="make a token"))
    assert (report.status, report.note) == (SourceStatus.SKIPPED, "make a token")
    assert report.error is None


def test_a_fallback_is_ok_with_a_note(storage: Storage, clock: FakeClock) -> None:
    [report] = collected(storage, clock, FakeFetcher(note="by search").gives(an_item("arxiv/1")))
    assert (report.status, report.note) == (SourceStatus.OK, "by search")


def test_a_count_far_below_the_usual_is_suspicious(storage: Storage, clock: FakeClock) -> None:
    many = [an_item(f"github/o/r{n}") for n in range(25)]
    for _ in range(3):
        collected(storage, clock, FakeFetcher("github").gives(*many))
    clock.advance(timedelta(hours=6))
    [report] = collected(storage, clock, FakeFetcher("github").gives(many[0]))
    assert report.status is SourceStatus.SUSPICIOUS
    assert report.note == "gave 1 items, usually about 25"
    assert storage.store.source_states()["github"].last_success == NOON


def test_a_field_that_no_item_has_any_more_is_suspicious_until_the_archive_knows_no_other(
    storage: Storage, clock: FakeClock
) -> None:
    whole = [an_item(f"arxiv/{n}", authors=("Ana Lima",)) for n in range(30)]
    fetcher = FakeFetcher()
    [report] = collected(storage, clock, fetcher.gives(*whole))
    assert report.status is SourceStatus.OK
    bare = [an_item(f"arxiv/{n}") for n in range(100, 180)]
    [report] = collected(storage, clock, fetcher.gives(*bare))
    assert report.status is SourceStatus.SUSPICIOUS
    assert report.note == "no paper has authors; its format may have changed"
    assert report.new == 80  # kept all the same
    later = [an_item(f"arxiv/{n}") for n in range(200, 225)]
    [report] = collected(storage, clock, fetcher.gives(*later))
    assert report.status is SourceStatus.OK


def test_a_long_first_look_does_not_make_the_next_one_suspicious(
    storage: Storage, clock: FakeClock
) -> None:
    week = [an_item(f"arxiv/{n}") for n in range(70)]
    statuses = []
    for count in (70, 10, 10, 10, 2):
        fetcher = FakeFetcher(windowed=True).gives(*week[:count])
        statuses += [report.status for report in collected(storage, clock, fetcher)]
    assert statuses == [SourceStatus.OK] * 4 + [SourceStatus.SUSPICIOUS]


def test_validators_are_kept_only_after_the_items_are_stored(
    storage: Storage, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = FakeFetcher(validators=SEEN).gives(an_item("arxiv/1"))
    validators = FakeValidatorStore()
    collected(storage, clock, fetcher, validators=validators)
    assert validators.kept == SEEN

    def full(*_args: object, **_more: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(type(storage.store), "upsert", full)
    validators.kept.clear()
    [report] = collected(storage, clock, fetcher, validators=validators)
    assert (report.status, report.error) == (SourceStatus.FAILED, "the disk is full")
    assert validators.kept == {}


class TestReportsThatCannotBeRecorded:
    def test_one_harms_no_other_source(
        self, storage: Storage, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _refuses(storage, monkeypatch, "github")
        fetchers = [FakeFetcher(name).gives(an_item(f"{name}/1")) for name in ("github", "arxiv")]
        reports = collected(storage, clock, *fetchers)
        assert [r.status for r in reports] == [SourceStatus.PARTIAL, SourceStatus.OK]
        assert (reports[0].new, reports[0].error) == (1, "it is busy")
        assert list(storage.store.source_states()) == ["arxiv"]

    def test_all_of_them_are_a_failure_of_the_archive(
        self, storage: Storage, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _refuses(storage, monkeypatch, "github", "arxiv")
        with pytest.raises(StorageError, match="it is busy"):
            collected(storage, clock, FakeFetcher("github"), FakeFetcher("arxiv"))


def _refuses(storage: Storage, monkeypatch: pytest.MonkeyPatch, *sources: str) -> None:
    record = storage.store.record_fetch

    def refusing(report: FetchReport, *, now: datetime) -> None:
        if report.source in sources:
            raise StorageError("it is busy")
        record(report, now=now)

    monkeypatch.setattr(storage.store, "record_fetch", refusing)


def test_sources_are_read_side_by_side_with_reports_in_order(
    storage: Storage, clock: FakeClock
) -> None:
    fetchers = [FakeFetcher(f"s{n}").gives(an_item(f"s{n}/1")) for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        collector = Collector(store=storage.store, clock=clock, side_by_side=pool.map)
        reports = collector.collect(fetchers, lambda _source: SINCE)
    assert [r.source for r in reports] == [f"s{n}" for n in range(8)]
    assert storage.store.count() == 8


def test_the_first_live_success_removes_the_sample_day(storage: Storage, clock: FakeClock) -> None:
    sample = FakeFetcher().gives(an_item("arxiv/1"), an_item("arxiv/2"))
    Collector(store=storage.store, clock=clock, sample=True).collect([sample], lambda _s: SINCE)
    assert storage.store.has_only_sample()
    assert storage.store.source_states() == {}
    collected(storage, clock, FakeFetcher().fails("no network"))
    assert storage.store.count() == 2
    collected(storage, clock, FakeFetcher().gives(an_item("arxiv/2"), an_item("arxiv/3")))
    assert {str(i.key) for i in storage.store.items(Filter())} == {"arxiv/2", "arxiv/3"}
    assert not storage.store.has_only_sample()
