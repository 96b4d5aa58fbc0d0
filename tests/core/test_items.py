from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest

from core.errors import UsageError
from core.items import Deadline, ItemKey
from tests.fakes import NOON, an_item


@pytest.mark.parametrize(
    ("text", "source", "external_id"),
    [
        ("arxiv/2401.00001", "arxiv", "2401.00001"),
        ("github/owner/repo", "github", "owner/repo"),
        ("kaggle/dataset/owner/slug", "kaggle", "dataset/owner/slug"),
        ("feed:blog/https://example.org/a/b", "feed:blog", "https://example.org/a/b"),
    ],
)
def test_a_key_is_split_at_the_first_slash(text: str, source: str, external_id: str) -> None:
    key = ItemKey.parse(text)
    assert (key.source, key.external_id) == (source, external_id)
    assert str(key) == text


@pytest.mark.parametrize("text", ["", "arxiv", "/x", "arxiv/"])
def test_what_is_no_key_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="arxiv/2401"):
        ItemKey.parse(text)


@pytest.mark.parametrize("title", ["", "   ", "\n"])
def test_an_item_needs_a_title(title: str) -> None:
    with pytest.raises(ValueError, match="title"):
        an_item(title=title)


@pytest.mark.parametrize("url", ["", "/abs/1", "javascript:alert(1)", "ftp://example.org"])
def test_an_item_needs_an_absolute_web_address(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        an_item(url=url)


@pytest.mark.parametrize("field", ["appeared_at", "published_at", "updated_at"])
@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 1, 1), NOON.astimezone(timezone(timedelta(hours=2)))],  # noqa: DTZ001 -- a naive time is the case
)
def test_times_that_are_not_utc_are_refused(field: str, moment: datetime) -> None:
    with pytest.raises(ValueError, match="UTC"):
        an_item(**cast("dict[str, Any]", {field: moment}))


def test_a_deadline_in_another_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Deadline(label="entry", at=NOON.astimezone(timezone(timedelta(hours=-8))))


def test_metrics_and_times_do_not_change_the_fingerprint() -> None:
    item = an_item(metrics={"stars": 1.0})
    later = an_item(metrics={"stars": 2.0}, appeared_at=NOON, updated_at=NOON)
    assert item.fingerprint() == later.fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"summary": "More"},
        {"authors": ("Ada",)},
        {"tags": ("cs.LG",)},
        {"version": "2"},
        {"facts": {"prize": "$1"}},
        {"deadlines": (Deadline(label="entry", at=NOON),)},
        {"related": ("https://example.org/code",)},
    ],
)
def test_what_a_reader_calls_content_changes_the_fingerprint(change: dict[str, Any]) -> None:
    assert an_item().fingerprint() != an_item(**change).fingerprint()


def test_the_next_deadline_is_the_earliest_one_ahead() -> None:
    past, soon, late = (Deadline(label="x", at=NOON + timedelta(days=d)) for d in (-1, 2, 9))
    item = an_item(deadlines=(late, past, soon))
    assert item.next_deadline(NOON) == soon
    assert item.next_deadline(NOON + timedelta(days=30)) is None


def test_utc_is_utc_whatever_object_says_so() -> None:
    assert an_item(appeared_at=datetime(2026, 1, 1, tzinfo=timezone(timedelta(0)))).appeared_at == (
        datetime(2026, 1, 1, tzinfo=UTC)
    )
