"""``/privacy``: what is held, all of it as a file, and all of it gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from core.errors import UsageError
from core.people import Interest
from services.subscriptions import Actor
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, GRAPHS
from tests.email_environment import the_notes
from tests.stand_ins.discord.invocations import Value


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


def test_delete_names_the_channels_whose_digests_end_and_lets_them_go_on(
    env: BotEnvironment,
) -> None:
    thread = env.server.add_thread(env.channel, "papers", env.eve)
    env.settled()
    for channel in (env.channel, thread):
        wanted: dict[str, Value] = {
            "schedule": "daily",
            "at": "8",
            "channel": channel,
            "interests": "graphs",
        }
        answer_to(env.server.slash(env.eve, env.channel, "subscribe", wanted))
    asked = answer_to(env.server.slash(env.eve, env.channel, "privacy delete"))
    assert f"<#{env.channel.id}>" in asked.text
    assert f"<#{thread.id}>" in asked.text
    orders = {one.target: one.id for one in env.storage.subscriptions.subscriptions()}
    kept = f"discord:channel:{env.channel.id}"

    env.server.click(env.eve, asked, f"leave:{orders[kept]}")
    env.server.expect("the page anew", lambda: "goes on and belongs" in asked.text).wait()
    text = said(env.server.click(env.eve, asked, asked.buttons["Delete everything"]))

    assert "Deleted for good" in text
    (left,) = env.storage.subscriptions.subscriptions()
    assert (left.target, left.owner) == (kept, f"discord:guild:{env.guild.id}")
    profile = env.storage.store.profile(left.profile)
    assert profile is not None
    assert [one.text for one in profile.interests] == ["graphs"]


def test_somebody_without_a_channels_digest_is_asked_nothing_of_channels(
    env: BotEnvironment,
) -> None:
    used_it_all(env)

    asked = answer_to(env.server.slash(env.ada, env.channel, "privacy delete"))

    assert "<#" not in asked.text
    assert list(asked.buttons) == ["Delete everything"]


def test_nobody_leaves_anothers_digest_to_the_server(env: BotEnvironment) -> None:
    wanted: dict[str, Value] = {
        "schedule": "daily",
        "at": "8",
        "channel": env.channel,
        "interests": "graphs",
    }
    answer_to(env.server.slash(env.eve, env.channel, "subscribe", wanted))
    asked = answer_to(env.server.slash(env.eve, env.channel, "privacy delete"))
    (order,) = env.storage.subscriptions.subscriptions()

    with pytest.raises(UsageError, match="no such subscription"):
        env.services.subscriptions.hand_over(order.id, by=Actor(person=f"discord:{env.ada.id}"))
    assert "Let it go on" in asked.buttons


def test_while_another_process_reads_deleting_succeeds_and_says_what_is_left(
    env: BotEnvironment,
) -> None:
    used_it_all(env)
    asked = answer_to(env.server.slash(env.ada, env.channel, "privacy delete"))
    with env.storage.database.reading() as reader:
        reader.execute(sql("SELECT count(*) FROM profile"))
        pressed = env.server.click(env.ada, asked, asked.buttons["Delete everything"])
        text = said(pressed)

    assert "Deleted for good" in text
    assert "overwritten within an hour" in text
    assert env.services.privacy.finish()


def test_deleting_nothing_says_so(env: BotEnvironment) -> None:
    asked = answer_to(env.server.slash(env.ada, env.channel, "privacy delete"))

    text = said(env.server.click(env.ada, asked, asked.buttons["Delete everything"]))

    assert "Nothing was stored about you" in text


def test_delete_forgets_notes_and_names_files_that_it_cannot_reach(
    env: BotEnvironment, tmp_path: Path
) -> None:
    used_it_all(env)
    me, notes = f"discord:{env.ada.id}", the_notes(env.storage)
    (order,) = env.storage.subscriptions.subscriptions()
    mine, other = tmp_path / "my_week.eml", tmp_path / "another.eml"
    for path in (mine, other):
        path.write_text("a digest")
    notes.note_files({mine: order.id, other: "discord:1"})
    notes.remember_shown(me, [GRAPHS.key])

    asked = answer_to(env.server.slash(env.ada, env.channel, "privacy delete"))
    text = said(env.server.click(env.ada, asked, f"erase:{me}"))

    assert "exported and that may show your digests: my_week.eml. Ask them" in text
    assert str(tmp_path) not in text
    assert notes.shown(me) == ()
    assert notes.files() == [other]


def test_digests_of_one_channel_are_told_apart_before_they_are_deleted(env: BotEnvironment) -> None:
    for interests in ("maps", "globes; atlases"):
        wanted: dict[str, Value] = {"schedule": "daily", "at": "8", "interests": interests}
        answer_to(
            env.server.slash(env.eve, env.channel, "subscribe", wanted | {"channel": env.channel})
        )

    text = said(env.server.slash(env.eve, env.channel, "privacy delete"))

    assert "every day at 08:00 (UTC) · for maps" in text
    assert "every day at 08:00 (UTC) · for globes, atlases" in text
