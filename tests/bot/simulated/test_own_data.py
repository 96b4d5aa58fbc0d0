"""``/privacy``: shown, exported, deleted."""

from __future__ import annotations

import json
from pathlib import Path

from core.people import Interest
from tests.bot.library import ALL, GRAPHS
from tests.bot.simulated.environment import SimulatedEnvironment


def test_all_is_shown_exported_and_deleted(sim: SimulatedEnvironment, tmp_path: Path) -> None:
    sim.stores(*ALL)
    assert sim.slash(sim.ada, "privacy show").said == "Nothing is stored about you."
    sim.knows(sim.ada, interests=(Interest(text="graph neural networks"),))
    sim.slash(sim.ada, "subscribe", schedule="daily", at="8")
    found = sim.slash(sim.ada, "search", query="molecules")
    sim.click(sim.ada, found.message, custom_id=f"save:{GRAPHS.key}")
    assert "subscriptions: 1" in sim.slash(sim.ada, "privacy show").said

    exported = sim.slash(sim.ada, "privacy export")
    (file,) = exported.message.attachments
    held = json.loads(sim.run(file.read()))
    assert held["user"] == f"discord:{sim.ada.id}"
    assert [one["title"] for one in held["saved"]] == [GRAPHS.title]

    asked = sim.slash(sim.ada, "privacy delete")
    sim.restarts()
    gone = sim.click(sim.ada, asked.message, "Delete everything")

    assert "subscriptions: 1" in gone.said
    assert sim.slash(sim.ada, "privacy show").said == "Nothing is stored about you."
    sim.storage.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("tidings.db*"))
    assert str(sim.ada.id).encode() not in written
