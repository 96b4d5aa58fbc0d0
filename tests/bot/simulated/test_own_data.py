"""``/privacy``: shown, exported, deleted."""

from __future__ import annotations

import json
from pathlib import Path

from core.people import Interest
from tests.bot.library import ALL, GRAPHS
from tests.bot.simulated.environment import Stage


def test_all_is_shown_exported_and_deleted(stage: Stage, tmp_path: Path) -> None:
    stage.stores(*ALL)
    assert stage.slash(stage.ada, "privacy show").said == "Nothing is held about you."
    stage.knows(stage.ada, interests=(Interest(text="graph neural networks"),))
    stage.slash(stage.ada, "subscribe", schedule="daily", at="8")
    found = stage.slash(stage.ada, "search", query="molecules")
    stage.click(stage.ada, found.message, custom_id=f"save:{GRAPHS.key}")
    assert "subscriptions: 1" in stage.slash(stage.ada, "privacy show").said

    exported = stage.slash(stage.ada, "privacy export")
    (file,) = exported.message.attachments
    held = json.loads(stage.run(file.read()))
    assert held["user"] == f"discord:{stage.ada.id}"
    assert [one["title"] for one in held["saved"]] == [GRAPHS.title]

    asked = stage.slash(stage.ada, "privacy delete")
    stage.restarts()
    gone = stage.click(stage.ada, asked.message, "Delete everything")

    assert "subscriptions: 1" in gone.said
    assert stage.slash(stage.ada, "privacy show").said == "Nothing is held about you."
    stage.storage.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("tidings.db*"))
    assert str(stage.ada.id).encode() not in written
