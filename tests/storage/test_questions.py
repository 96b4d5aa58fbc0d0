"""Watched questions of databases that are older than the rule of one row per question."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from core.items import ItemKey
from storage import open_storage

ROWS = (
    ("q1", "discord:1", "Do adapters work?", 1),
    ("q2", "discord:1", "do  ADAPTERS work", 2),
    ("q3", "discord:2", "Do adapters work?", 3),
    ("q4", "discord:1", "Who baked it?", 4),
    ("q5", "discord:1", "Do adapters work?", 5),
)
TOLD = (("q1", "a"), ("q2", "a"), ("q2", "b"), ("q5", "c"), ("q3", "d"))


def test_questions_that_stood_there_twice_become_one_that_tells_nothing_again(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 't.db'}"
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        for row in ROWS:
            line = text("INSERT INTO question (id, owner, text, asked_at) VALUES (:a, :b, :c, :d)")
            connection.execute(line, dict(zip("abcd", row, strict=True)))
        for question, name in TOLD:
            line = text("INSERT INTO question_seen VALUES (:q, 'arxiv', :n)")
            connection.execute(line, {"q": question, "n": name})
    engine.dispose()

    with open_storage(url) as storage:
        assert [one.id for one in storage.questions.questions()] == ["q1", "q3", "q4"]
        told = {ItemKey("arxiv", name) for name in "abc"}
        assert storage.questions.seen("q1") == told
        assert storage.questions.seen("q3") == {ItemKey("arxiv", "d")}
