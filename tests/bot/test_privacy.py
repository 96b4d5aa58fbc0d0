"""``/privacy``: what is held, all of it as a file, and all of it gone."""

from __future__ import annotations

import json
from pathlib import Path

from core.people import Interest
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL


def used_it_all(env: BotEnvironment) -> None:
    """Leave a profile, a saved item, a subscription and a watched question."""
    env.stores(*ALL)
    env.knows(env.ada, interests=(Interest(text="graph neural networks"),))
    env.server.slash(
        env.ada, env.channel, "subscribe", {"schedule": "daily", "at": "8"}
    ).answered.wait()
    picks = answer_to(env.server.slash(env.ada, env.channel, "digest now"))
    save = next(one for one in picks.custom_ids if one.startswith("save:"))
    env.server.click(env.ada, picks, save).answered.wait()
    asked = env.server.slash(env.ada, env.channel, "ask", {"question": "Why do zebras sleep?"})
    env.server.click(env.ada, answer_to(asked), "watch:").answered.wait()


def test_nothing_is_held_of_a_stranger(env: BotEnvironment) -> None:
    assert said(env.server.slash(env.ada, env.channel, "privacy show")) == (
        "Nothing is stored about you."
    )


def test_show_counts_what_is_held(env: BotEnvironment) -> None:
    used_it_all(env)

    text = said(env.server.slash(env.ada, env.channel, "privacy show"))

    for kind in ("profile", "feedback", "subscription", "question"):
        assert kind in text


def test_export_is_a_json_file_for_the_asker_alone(env: BotEnvironment) -> None:
    used_it_all(env)

    message = answer_to(env.server.slash(env.ada, env.channel, "privacy export"))

    (file,) = message.files
    assert file.filename == "tidings-export.json"
    held = json.loads(file.data)
    assert held["user"] == f"discord:{env.ada.id}"
    assert len(held["saved"]) == 1


def test_delete_asks_once_more_and_leaves_no_byte_of_the_id(
    env: BotEnvironment, tmp_path: Path
) -> None:
    used_it_all(env)
    asked = answer_to(env.server.slash(env.ada, env.channel, "privacy delete"))

    text = said(env.server.click(env.ada, asked, asked.buttons["Delete everything"]))

    assert "Deleted for good" in text
    assert "subscription" in text
    env.run(env.connection.__aexit__(None, None, None))
    env.storage.close()
    written = b"".join(file.read_bytes() for file in tmp_path.glob("tidings.db*"))
    assert str(env.ada.id).encode() not in written


def test_deleting_nothing_says_so(env: BotEnvironment) -> None:
    asked = answer_to(env.server.slash(env.ada, env.channel, "privacy delete"))

    text = said(env.server.click(env.ada, asked, asked.buttons["Delete everything"]))

    assert "Nothing was stored about you" in text
