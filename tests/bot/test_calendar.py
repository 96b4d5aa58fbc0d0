"""``/deadlines``: in everybody's own time, as a calendar file, into the server's events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.custom_ids import item_reference
from bot.views.calendar import argument_of, wanted_of
from core.items import Deadline, ItemKind
from tests.bot.environment import BotEnvironment, answer_to, said
from tests.bot.library import ALL, CONTEST
from tests.fakes import NOON, an_item
from tests.stand_ins.discord import Fault, Permission
from tests.stand_ins.discord import world as w


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


ADD = "POST /guilds/{guild_id}/scheduled-events"


def a_host(env: BotEnvironment, name: str = "host") -> w.User:
    host = env.server.add_user(name)
    role = env.server.add_role(env.guild, name, Permission.CREATE_EVENTS)
    env.server.join(env.guild, host, roles=(role,))
    return host


def test_an_event_that_is_there_is_not_added_again(env: BotEnvironment) -> None:
    env.stores(*ALL)
    host = a_host(env)
    page = answer_to(env.server.slash(host, env.channel, "deadlines"))
    chosen = item_reference(CONTEST.key)

    both = [env.server.select(host, page, "menu-event:", chosen) for _ in range(2)]
    told = {said(used).partition(":")[0] for used in both}

    assert told == {"Added to this server's events", "Already one of this server's events"}
    assert len(env.guild.events) == 1


@pytest.mark.parametrize(
    "fault", [Fault(cut=True, after=True), Fault(status=502, after=True), Fault(status=502)]
)
def test_an_event_is_added_once_though_the_answer_is_lost(
    env: BotEnvironment, fault: Fault
) -> None:
    env.stores(*ALL)
    host = a_host(env)
    page = answer_to(env.server.slash(host, env.channel, "deadlines"))
    env.server.plan(ADD, fault)

    used = env.server.select(host, page, "menu-event:", item_reference(CONTEST.key))

    assert "Added to this server's events" in said(used)
    assert len(env.guild.events) == 1


def test_an_event_that_cannot_be_added_is_told(env: BotEnvironment) -> None:
    env.stores(*ALL)
    host = a_host(env)
    page = answer_to(env.server.slash(host, env.channel, "deadlines"))
    env.server.plan(ADD, Fault(cut=True))

    used = env.server.select(host, page, "menu-event:", item_reference(CONTEST.key))

    assert "Please try again in a minute" in said(used)
    assert not env.guild.events


def test_deadlines_are_filtered_and_stay_so_on_the_next_page(env: BotEnvironment) -> None:
    env.stores(
        CONTEST,
        *(
            an_item(
                f"conferences/ai-deadlines/c{n}",
                kind=ItemKind.CONFERENCE,
                title=f"Vision Meeting {n}",
                deadlines=(Deadline(label="paper", at=NOON + timedelta(days=n + 1), kind="paper"),),
            )
            for n in range(7)
        ),
    )
    message = answer_to(
        env.server.slash(
            env.ada,
            env.channel,
            "deadlines",
            {"kind": "conference", "within": 30, "about": "vision"},
        )
    )
    assert "7 of conferences about “vision” in the next 30 days" in message.text
    assert CONTEST.title not in message.text

    env.server.click(env.ada, message, message.buttons["Next ▶"])

    env.server.expect("page 2", lambda: "Vision Meeting 6" in message.text).wait()
    assert CONTEST.title not in message.text


def test_lists_that_disagree_are_named_below_the_deadline(env: BotEnvironment) -> None:
    env.stores(
        *(
            an_item(
                f"conferences/{name}/icxr27",
                kind=ItemKind.CONFERENCE,
                title="ICXR 2027",
                facets={"edition": "icxr-2027"},
                deadlines=(Deadline(label="paper", at=NOON + timedelta(days=days), kind="paper"),),
            )
            for name, days in (("ai-deadlines", 5), ("ccfddl", 6))
        )
    )
    message = answer_to(env.server.slash(env.ada, env.channel, "deadlines"))
    assert message.text.count("ICXR 2027") == 1
    assert "the lists disagree on the paper deadline" in message.text


@pytest.mark.parametrize("argument", ["2", "2;conference;30;a;b"])
def test_pages_of_earlier_messages_are_still_read(argument: str) -> None:
    page, wanted = wanted_of(argument)
    assert page == 2
    assert wanted_of(argument_of(page, wanted)) == (page, wanted)
