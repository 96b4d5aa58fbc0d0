from __future__ import annotations

import json
import math
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digests import Section
from core.items import ItemKey
from storage.opening import Storage
from storage.snapshots import frozen, unfrozen
from tests.digests.examples import example, ranked
from tests.fakes import NOON, an_item
from tests.storage.strategies import items
from tests.subscriptions import a_digest, a_subscription


def test_a_kept_digest_is_the_same_value() -> None:
    digest = example()
    assert unfrozen(frozen(digest)) == digest
    assert len(frozen(digest)) < 4000


def test_a_digest_kept_when_fields_had_other_names_is_read_whole() -> None:
    digest = example()
    controls = [reason.control for pick in digest.picks for reason in pick.reasons]
    assert any(controls)
    data = json.loads(zlib.decompress(frozen(digest)))
    data["making"] = data.pop("log_entry")
    for reason in (r for s in data["sections"] for i in s["items"] for r in i["reasons"]):
        reason["lever"] = reason.pop("control")
    assert unfrozen(zlib.compress(json.dumps(data).encode())) == digest


@given(st.lists(items(), max_size=3))
def test_any_item_survives_being_kept(found: list[object]) -> None:
    section = Section(kind="papers", title="Papers", items=tuple(map(ranked, found)))  # type: ignore[arg-type]
    digest = a_digest(sections=(section,) if found else ())
    assert unfrozen(frozen(digest)) == digest


@pytest.mark.parametrize("number", [math.inf, -math.inf, 1e308, 5e-324, 2**60])
def test_any_number_survives_being_kept(number: float) -> None:
    item = an_item(metrics={"": number, "stars": 3})
    section = Section(kind="papers", title="Papers", items=(ranked(item),))
    digest = a_digest(sections=(section,))
    assert unfrozen(frozen(digest)) == digest


def test_the_first_digest_kept_of_a_period_stays_and_counts_as_delivered(
    storage: Storage,
) -> None:
    storage.subscriptions.save_subscription(a_subscription("order"))
    first = example(id="order@2026-W47", subscription="order")
    assert storage.snapshots.keep_issue("2026-W47", first) == first
    assert storage.snapshots.keep_issue("2026-W47", replace(first, note="later")) == first
    assert storage.snapshots.issue("order", "2026-W47") == first
    assert storage.snapshots.issue("order", "2026-W46") is None
    assert ItemKey("arxiv", "2210.01776") in storage.store.delivered("order")


def test_nothing_is_kept_of_a_subscription_that_is_gone(storage: Storage) -> None:
    storage.snapshots.keep_issue("2026-W47", a_digest("gone"))
    assert storage.snapshots.issue("gone", "2026-W47") is None
    assert storage.store.delivered("gone") == {}


def test_old_digests_are_forgotten_and_editions_stay(storage: Storage) -> None:
    storage.subscriptions.save_subscription(a_subscription("order"))
    old, new = a_digest(made_at=NOON - timedelta(days=9)), a_digest(period="2026-11-23")
    storage.snapshots.keep_issue("2026-11-13", old)
    storage.snapshots.keep_issue("2026-11-22", new)
    storage.snapshots.keep_edition("2026-W46", a_digest("community", "2026-W46"), "graphs")
    assert storage.snapshots.issues("order", limit=5) == [new, old]
    assert storage.snapshots.issues("order", limit=1) == [new]
    assert storage.snapshots.forget_issues(before=NOON - timedelta(days=1)) == 1
    assert storage.snapshots.issues("order", limit=5) == [new]
    assert storage.snapshots.weeks() == ["2026-W46"]


def test_a_preview_is_found_by_its_period_only_and_gives_way_to_the_next(storage: Storage) -> None:
    storage.subscriptions.save_subscription(a_subscription("order"))
    first = example(id="order@2026-W47", subscription="order")
    storage.snapshots.keep_preview("2026-W47", first, now=NOON)
    assert storage.snapshots.issue("order", "2026-W47") is None
    assert storage.snapshots.issues("order", limit=5) == []
    assert storage.store.delivered("order") == {}
    second = replace(first, note="later")
    storage.snapshots.keep_preview("2026-W47", second, now=NOON)
    assert storage.snapshots.issue("order", "preview 2026-W47") == second
    assert storage.snapshots.keep_issue("2026-W47", first) == first
    assert storage.snapshots.forget_issues(before=NOON + timedelta(days=1)) == 2


def test_an_edition_gives_way_to_one_made_later(storage: Storage) -> None:
    early = a_digest("community", "2026-W46", made_at=NOON - timedelta(days=2))
    late = replace(early, made_at=NOON)
    storage.snapshots.keep_edition("2026-W46", early, "proofs")
    assert storage.snapshots.keep_edition("2026-W46", late, "graphs") == late
    assert storage.snapshots.keep_edition("2026-W46", early, "proofs") == late
    assert [week for week, _ in storage.snapshots.editions_with(["graphs"], limit=5)] == [
        "2026-W46"
    ]


def test_editions_are_found_by_all_words_latest_first(storage: Storage) -> None:
    texts = {"2026-W45": "graphs and 100% proofs", "2026-W46": "graphs", "2026-W47": "50 proofs"}
    for week, text in texts.items():
        made = storage.snapshots.keep_edition(week, a_digest("community", week), text)
        assert storage.snapshots.edition(week) == made
    assert storage.snapshots.weeks() == ["2026-W47", "2026-W46", "2026-W45"]

    def found(*words: str) -> list[str]:
        return [week for week, _ in storage.snapshots.editions_with(words, limit=9)]

    assert found("graphs") == ["2026-W46", "2026-W45"]
    assert found("proofs", "graphs") == ["2026-W45"]
    assert found("0%") == ["2026-W45"]
    assert found("_") == []
