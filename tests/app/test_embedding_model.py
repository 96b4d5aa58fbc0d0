"""Ranking with embeddings, on the command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.settings import load
from app.wiring.application import open_application
from core.people import Profile, parse_interests
from core.search import Filter
from tests.app.conftest import Tidings
from tests.fakes import NOON
from tests.model import model_folder, needs_extra, without_extra

SENTENCE = "language models that look up documents"


def checks(tidings: Tidings) -> dict[str, str]:
    found = json.loads(tidings("doctor", "--offline", "--json").out)["checks"]
    return {one["name"]: f"{one['state']} {one['text']}" for one in found}


@without_extra
def test_without_the_extra_it_is_off_and_says_how_to_get_it(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIDINGS_RANKING__MODEL")
    tidings("digest", "--offline")
    assert checks(tidings)["meaning"] == (
        "ok off, only words count: ./run extra semantic adds meaning"
    )
    assert "only words" in tidings("why", "microsoft/LoRA", "--json").data["meaning"]


@needs_extra
def test_with_the_extra_it_is_on_without_a_setting(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIDINGS_RANKING__MODEL")
    assert tidings("digest", "--offline").code == 0
    found = checks(tidings)["meaning"]
    assert re.fullmatch(r"ok on, [1-9]\d* items have a vector by all-MiniLM-L6-v2", found)


def test_it_can_be_turned_off(tidings: Tidings) -> None:
    tidings("digest", "--offline")
    assert checks(tidings)["meaning"] == 'ok off, only words count: ranking.model is "off"'


def test_the_address_in_an_older_file_is_passed_over(tidings: Tidings, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[ranking]\nmodel = ""\nmodel_url = "https://models.example"\n', encoding="utf-8"
    )
    assert tidings("doctor", "--offline").code == 0


@without_extra
@pytest.mark.parametrize("command", [("digest", "--offline"), ("fetch",)])
def test_without_the_extra_one_line_says_what_to_install(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TIDINGS_RANKING__MODEL", "all-MiniLM-L6-v2")
    answer = tidings(*command)
    assert answer.code == 69
    assert answer.err.count("\n") == 1
    assert "./run extra semantic" in answer.err


@without_extra
def test_without_the_extra_the_rest_works(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidings("digest", "--offline")
    monkeypatch.setenv("TIDINGS_RANKING__MODEL", "all-MiniLM-L6-v2")
    assert tidings("search", "attention").code == 0
    why = tidings("why", "microsoft/LoRA")
    assert why.code == 0
    assert "only words count" in " ".join(why.out.split())
    assert checks(tidings)["meaning"].startswith("FAIL")


@needs_extra
def test_a_folder_without_a_model_is_a_wrong_setting(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIDINGS_RANKING__MODEL", str(tmp_path))
    answer = tidings("digest", "--offline")
    assert (answer.code, answer.err.count("\n")) == (78, 1)
    assert "no model.onnx" in answer.err


@needs_extra
def test_a_digest_by_meaning_names_it_and_embeds_each_item_once(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = model_folder(tmp_path)
    monkeypatch.setenv("TIDINGS_RANKING__MODEL", str(own))
    made = tidings("digest", "--offline", "--json", "--interests", SENTENCE)
    assert made.code == 0
    texts = [
        reason["text"]
        for section in made.data["digest"]["sections"]
        for item in section["items"]
        for reason in item["reasons"]
    ]
    assert f"close in meaning to {SENTENCE}" in texts
    state = checks(tidings)["meaning"]
    assert state.startswith("ok on, ")
    assert state.endswith(f"by the model in {own}")  # though the extra brought another
    assert tidings("why", "microsoft/LoRA", "--json").data["meaning"].startswith("on, ")
    tidings("digest", "--offline")
    assert checks(tidings)["meaning"] == state


@without_extra
def test_serve_goes_on_by_words_alone_where_the_extra_is_missing(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tidings("digest", "--offline")
    monkeypatch.setenv("TIDINGS_RANKING__MODEL", "all-MiniLM-L6-v2")
    with open_application(load()) as application:
        for news in (True, False):  # it is not tried again before there is news
            application.embedding_model.tick(limit=5, news=news)
        ranked = application.ranker.rank(a_reader(), application.store.items(Filter()), NOON)
    assert ranked
    assert capfd.readouterr().err.count("./run extra semantic") == 2


@needs_extra
def test_serve_reads_a_little_at_a_time_until_nothing_is_left(
    tidings: Tidings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tidings("digest", "--offline")
    monkeypatch.delenv("TIDINGS_RANKING__MODEL")
    with open_application(load()) as application:
        states = []
        for _ in range(4):
            application.embedding_model.tick(limit=30, news=False)
            states.append(application.embedding_model.state())
    counts = [int(state.split()[1]) for state in states]
    assert counts[:2] == [30, 60]
    assert 60 < counts[2] == counts[3]


def a_reader() -> Profile:
    return Profile(name="ann", interests=parse_interests("graphs"))
