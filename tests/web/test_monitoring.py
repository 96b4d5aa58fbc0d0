from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import StorageError
from tests.web.running import BASE, Running, running


def test_it_is_well_while_the_scheduler_ticks(local: Running) -> None:
    answer = local.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "scheduler is not running"})
    local.application.store.beat(local.clock())
    answer = local.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    local.clock.advance(timedelta(minutes=2))
    assert local.get("/healthz").status_code == 503


def test_it_is_not_well_without_an_archive(local: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StorageError("it is damaged: /secret/path")

    monkeypatch.setattr(type(local.application.store), "last_beat", fail)
    answer = local.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "archive cannot be read"})


def test_metrics_are_for_this_machine_while_the_page_is(local: Running) -> None:
    local.get("/")
    answer = local.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert 'tidings_web_requests_total{method="GET",route="/",status="200"} 1.0' in answer.text
    assert 'tidings_deliveries{state="in doubt"} 0.0' in answer.text


def test_addresses_that_hold_secrets_are_no_labels(local: Running) -> None:
    local.get("/view/a-signed-token")
    local.get("/anything-else")
    text = local.get("/metrics").text
    assert "token" not in text.replace("{token}", "")
    assert "anything" not in text


def test_with_a_page_for_others_there_are_metrics_only_for_a_token(tmp_path: Path) -> None:
    with running(tmp_path, base_url=BASE) as page:
        assert page.get("/metrics").status_code == 404
        assert page.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("base_url", ["", BASE])
def test_who_shows_the_token_sees_the_metrics(tmp_path: Path, base_url: str) -> None:
    with running(tmp_path, base_url=base_url, metrics_token="made-up") as page:
        for wrong in ("Bearer wrong", "Bearer", "made-upx", "Basic bWFkZS11cA==", "Bearer \xe9"):
            headers = {"Authorization": wrong.encode("latin-1")}
            assert page.get("/metrics", headers=headers).status_code == 404
        assert page.get("/metrics").status_code == 404
        answer = page.get("/metrics", headers={"Authorization": "Bearer made-up"})
        assert answer.status_code == 200
