"""``/privacy``: what is held, all of it as a file, and all of it gone."""

from __future__ import annotations

import json
from pathlib import Path

from core.people import Interest
from tests.bot.environment import Town, answer_to, said
from tests.bot.library import ALL


def used_it_all(town: Town) -> None:
    """Leave a profile, a saved item, a subscription and a watched question."""
    town.stores(*ALL)
    town.knows(town.ada, interests=(Interest(text="graph neural networks"),))
    town.server.slash(
        town.ada, town.channel, "subscribe", {"schedule": "daily", "at": "8"}
    ).answered.wait()
    picks = answer_to(town.server.slash(town.ada, town.channel, "digest now"))
    save = next(one for one in picks.custom_ids if one.startswith("save:"))
    town.server.click(town.ada, picks, save).answered.wait()
    asked = town.server.slash(town.ada, town.channel, "ask", {"question": "Why do zebras sleep?"})
    town.server.click(town.ada, answer_to(asked), "watch:").answered.wait()


def test_nothing_is_held_of_a_stranger(town: Town) -> None:
    assert said(town.server.slash(town.ada, town.channel, "privacy show")) == (
        "Nothing is held about you."
    )


def test_show_counts_what_is_held(town: Town) -> None:
    used_it_all(town)

    text = said(town.server.slash(town.ada, town.channel, "privacy show"))

    for kind in ("profile", "feedback", "subscription", "question"):
        assert kind in text


def test_export_is_a_json_file_for_the_asker_alone(town: Town) -> None:
    used_it_all(town)

    message = answer_to(town.server.slash(town.ada, town.channel, "privacy export"))

    (file,) = message.files
    assert file.filename == "tidings-export.json"
    held = json.loads(file.data)
    assert held["user"] == f"discord:{town.ada.id}"
    assert len(held["saved"]) == 1


def test_delete_asks_once_more_and_leaves_no_byte_of_the_id(town: Town, tmp_path: Path) -> None:
    used_it_all(town)
    asked = answer_to(town.server.slash(town.ada, town.channel, "privacy delete"))

    text = said(town.server.click(town.ada, asked, asked.buttons["Delete everything"]))

    assert "Deleted for good" in text
    assert "subscription" in text
    town.run(town.connection.__aexit__(None, None, None))
    town.storage.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("tidings.db*"))
    assert str(town.ada.id).encode() not in written


def test_deleting_nothing_says_so(town: Town) -> None:
    asked = answer_to(town.server.slash(town.ada, town.channel, "privacy delete"))

    text = said(town.server.click(town.ada, asked, asked.buttons["Delete everything"]))

    assert "Nothing was held about you" in text
