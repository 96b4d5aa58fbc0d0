"""``/subscribe`` and ``/subscriptions``: who may, when it comes, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from discord.http import Route

from bot.layout import IS_COMPONENTS_V2, button, row, text
from core.deliveries import Cadence
from core.people import Interest
from tests.bot.environment import Town, answer_to, form_of, said
from tests.stand_ins.discord import Interaction, Permission
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.invocations import Value

MINE = (Interest(text="causal inference"),)


def subscribe(town: Town, user: w.User, **options: Value) -> Interaction:
    wanted: dict[str, Value] = {"schedule": "daily", "at": "08:30", **options}
    return town.server.slash(user, town.channel, "subscribe", wanted)


def opened(town: Town, user: w.User) -> w.Message:
    """Open the only subscription of the list."""
    listed = answer_to(town.server.slash(user, town.channel, "subscriptions"))
    (order,) = town.storage.subscriptions.subscriptions()
    return answer_to(town.server.select(user, listed, "menu-order:", order.id))


def form_fields(opened_form: Interaction) -> dict[str, str]:
    assert opened_form.modal is not None
    return {one["label"]: one["component"]["custom_id"] for one in opened_form.modal["components"]}


def test_a_manager_subscribes_a_channel(town: Town) -> None:
    used = subscribe(
        town,
        town.eve,
        channel=town.channel,
        zone="Europe/Berlin",
        interests="graph neural networks; agents",
        minutes=15,
        sources="arxiv, github",
        quiet="22:00-07:00",
    )

    text = said(used)
    assert f"**<#{town.channel.id}>** · every day at 08:30 (Europe/Berlin)" in text
    assert "quiet from 22:00 to 07:00" in text
    # The clock stands at noon UTC on 22 November: the next 08:30 in Berlin is 07:30 UTC.
    assert "The next digest comes <t:1795419000:F>" in text
    (order,) = town.storage.subscriptions.subscriptions()
    assert order.profile == order.target == f"discord:channel:{town.channel.id}"
    assert order.guild == f"discord:guild:{town.guild.id}"
    assert (order.items, order.minutes, order.sources) == (None, 15, ("arxiv", "github"))
    profile = town.storage.store.profile(order.profile)
    assert profile is not None
    assert [one.text for one in profile.interests] == ["graph neural networks", "agents"]


def test_a_thread_can_be_subscribed(town: Town) -> None:
    thread = town.server.add_thread(town.channel, "papers", town.eve)
    town.settled()

    text = said(subscribe(town, town.eve, channel=thread, interests="x"))

    assert f"<#{thread.id}>" in text


def test_without_manage_server_a_channel_is_refused_even_if_the_client_offers_it(
    town: Town,
) -> None:
    text = said(subscribe(town, town.ada, channel=town.channel, interests="x"))

    assert text == "This takes the permission Manage Server; ask somebody who has it"
    assert not town.storage.subscriptions.subscriptions()


def test_without_a_channel_it_goes_to_ones_own_messages(town: Town) -> None:
    town.knows(town.ada, interests=MINE, zone="Asia/Tokyo")

    text = said(subscribe(town, town.ada, schedule="weekly 0", items=5))

    assert "**Direct message** · every Monday at 08:30 (Asia/Tokyo)" in text
    (order,) = town.storage.subscriptions.subscriptions()
    assert order.target == f"discord:dm:{town.ada.id}"
    assert (order.schedule.cadence, order.items) == (Cadence.WEEKLY, 5)
    assert not order.guild


def test_what_the_bot_may_not_do_in_a_channel_is_named(town: Town) -> None:
    town.server.overwrite(
        town.channel,
        town.server.bot,
        deny=Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY,
    )
    town.settled()

    text = said(subscribe(town, town.eve, channel=town.channel, interests="x"))

    assert "I lack Send Messages, Read Message History in #digests" in text


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"at": "8 pm"}, "is not a time of day"),
        ({"zone": "Mars"}, "is not an IANA time zone"),
        ({"sources": "arxvi"}, "did you mean arxiv?"),
        ({"quiet": "22"}, "is not a range of hours"),
        ({"pause_until": "soon"}, "is not a date"),
        ({"pause_until": "2026-01-01"}, "is in the past"),
        ({"pause_until": "2029-01-01"}, "pause ends within a year"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    town: Town, options: dict[str, Value], line: str
) -> None:
    town.knows(town.ada, interests=MINE)

    text = said(subscribe(town, town.ada, **options))

    assert line in text
    assert "\n" not in text
    assert not town.storage.subscriptions.subscriptions()


def test_somebody_of_whom_nothing_is_known_is_sent_to_start(town: Town) -> None:
    assert "/start takes a minute" in said(subscribe(town, town.ada))


def test_sources_may_be_named_as_they_are_shown(town: Town) -> None:
    town.knows(town.ada, interests=MINE)

    assert "from GitHub, arXiv." in said(subscribe(town, town.ada, sources="GitHub, arXiv"))


def test_a_pause_delays_the_first_digest(town: Town) -> None:
    town.knows(town.ada, interests=MINE)

    text = said(subscribe(town, town.ada, pause_until="2026-12-24"))

    assert "Paused until <t:" in text
    (order,) = town.storage.subscriptions.subscriptions()
    assert order.paused_until is not None
    assert order.paused_until.date().isoformat() == "2026-12-24"


def test_the_list_is_empty_at_first(town: Town) -> None:
    text = said(town.server.slash(town.ada, town.channel, "subscriptions"))

    assert "No subscriptions yet" in text


def test_a_subscription_is_changed_in_a_form(town: Town) -> None:
    town.knows(town.ada, interests=MINE)
    answer_to(subscribe(town, town.ada, quiet="22:00-07:00"))
    page = opened(town, town.ada)

    form = form_of(town.server.click(town.ada, page, page.buttons["Change"]))
    ids = form_fields(form)
    sent = town.server.submit_modal(
        form,
        {
            ids["Days"]: "weekdays",
            ids["Time and zone"]: "09:15 America/New_York",
            ids["At most"]: "7, 20 min",
            ids["Quiet hours"]: "",
            ids["Sources"]: "arxiv",
        },
    )

    text = said(sent)
    assert "Changed." in text
    assert "Monday to Friday at 09:15 (America/New_York)" in text
    (order,) = town.storage.subscriptions.subscriptions()
    assert (order.items, order.minutes, order.sources) == (7, 20, ("arxiv",))
    assert order.schedule.quiet is None


def test_a_form_that_is_sent_untouched_changes_nothing(town: Town) -> None:
    town.knows(town.ada, interests=MINE)
    answer_to(subscribe(town, town.ada, schedule="weekly 2", quiet="22:00-07:00"))
    (before,) = town.storage.subscriptions.subscriptions()
    page = opened(town, town.ada)

    form = form_of(town.server.click(town.ada, page, page.buttons["Change"]))
    answer_to(town.server.submit_modal(form))

    assert town.storage.subscriptions.subscriptions() == [before]


def test_a_subscription_is_paused_and_resumed(town: Town) -> None:
    town.knows(town.ada, interests=MINE)
    answer_to(subscribe(town, town.ada))
    page = opened(town, town.ada)

    form = form_of(town.server.click(town.ada, page, page.buttons["Pause"]))
    paused = answer_to(town.server.submit_modal(form, {form_fields(form)["Until"]: "10d"}))

    assert "Paused until" in paused.text
    (order,) = town.storage.subscriptions.subscriptions()
    assert order.paused_until == town.clock() + timedelta(days=10)
    resumed = town.server.click(town.ada, paused, paused.buttons["Resume"])
    assert "It goes on." in said(resumed)


def test_a_subscription_is_deleted(town: Town) -> None:
    town.knows(town.ada, interests=MINE)
    answer_to(subscribe(town, town.ada))
    page = opened(town, town.ada)

    assert "Nothing more comes" in said(town.server.click(town.ada, page, page.buttons["Delete"]))

    assert not town.storage.subscriptions.subscriptions()
    again = town.server.click(town.ada, page, page.buttons["Delete"])
    assert "no such subscription of yours" in said(again)


def test_nobody_touches_anothers_subscription(town: Town) -> None:
    town.knows(town.ada, interests=MINE)
    answer_to(subscribe(town, town.ada))
    (order,) = town.storage.subscriptions.subscriptions()
    answer_to(subscribe(town, town.eve, channel=town.channel, interests="x"))
    listed = answer_to(town.server.slash(town.eve, town.channel, "subscriptions"))

    assert "Direct message" not in listed.text
    # Who knows the id of another's order still may not end it.
    custom_id = f"drop:{order.id}"
    pressed = town.server.click(town.eve, _with_button(town, custom_id), custom_id)
    assert "no such subscription of yours" in said(pressed)


def _with_button(town: Town, custom_id: str) -> w.Message:
    """Let the bot post a message with a button of this id."""

    async def post() -> None:
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=town.channel.id)
        body = {
            "flags": IS_COMPONENTS_V2,
            "components": [text("made for the test"), row(button("Press", custom_id))],
            "allowed_mentions": {"parse": []},
        }
        await town.connection.client().http.request(route, json=body)

    town.run(post())
    return town.server.messages(town.channel)[-1]
