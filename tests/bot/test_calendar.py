"""``/deadlines``: in everybody's own time, as a calendar file, into the server's events."""

from __future__ import annotations

from datetime import timedelta

from bot.custom_ids import item_reference
from core.items import Deadline
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, CONTEST
from tests.fakes import NOON, an_item
from tests.stand_ins.discord import Permission


def test_deadlines_come_with_a_calendar_file(env: BotEnvironment) -> None:
    env.stores(*ALL)

    message = answer_to(env.server.slash(env.ada, env.channel, "deadlines"))

    due = int(CONTEST.deadlines[0].at.timestamp())
    assert f"final submission: <t:{due}:F> (<t:{due}:R>)" in message.text
    (file,) = message.files
    assert file.filename == "deadlines.ics"
    assert file.data.count(b"BEGIN:VEVENT") == 1


def test_without_deadlines_there_is_no_file(env: BotEnvironment) -> None:
    message = answer_to(env.server.slash(env.ada, env.channel, "deadlines"))

    assert "No deadlines in the next 60 days" in message.text
    assert not message.files


def test_deadlines_have_pages(env: BotEnvironment) -> None:
    env.stores(
        *(
            an_item(
                f"kaggle/competition/c{n}",
                title=f"Contest {n}",
                deadlines=(Deadline(label="end", at=NOON + timedelta(days=n + 1)),),
            )
            for n in range(7)
        )
    )
    message = answer_to(env.server.slash(env.ada, env.channel, "deadlines"))
    assert "Contest 6" not in message.text

    env.server.click(env.ada, message, message.buttons["Next ▶"])

    env.server.expect("page 2", lambda: "Contest 6" in message.text).wait()


def test_a_deadline_becomes_an_event_of_the_server(env: BotEnvironment) -> None:
    env.stores(*ALL)
    host = env.server.add_user("host")
    role = env.server.add_role(env.guild, "host", Permission.CREATE_EVENTS)
    env.server.join(env.guild, host, roles=(role,))
    page = answer_to(env.server.slash(host, env.channel, "deadlines"))

    used = env.server.select(host, page, "menu-event:", item_reference(CONTEST.key))

    assert "Added to this server's events" in said(used)
    (event,) = env.guild.events.values()
    assert event["name"] == "final submission: Predict molecular properties"
    assert event["entity_metadata"]["location"] == CONTEST.url


def test_an_event_takes_the_permission(env: BotEnvironment) -> None:
    env.stores(*ALL)
    page = answer_to(env.server.slash(env.ada, env.channel, "deadlines"))

    used = env.server.select(env.ada, page, "menu-event:", item_reference(CONTEST.key))

    assert "need the Create Events permission" in said(used)
    assert not env.guild.events


def test_in_a_direct_message_there_are_no_events(env: BotEnvironment) -> None:
    env.stores(*ALL)

    message = answer_to(env.server.slash(env.ada, env.server.dm(env.ada), "deadlines"))

    assert "menu-event:" not in message.custom_ids
