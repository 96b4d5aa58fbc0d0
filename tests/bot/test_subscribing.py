"""``/subscribe`` and ``/subscriptions``: who may, when it comes, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from discord.http import Route

from bot.layout import IS_COMPONENTS_V2, button, row, text
from core.deliveries import Cadence
from core.people import Interest
from tests.bot.environment import BotEnvironment, answer_to, form_of, said
from tests.stand_ins.discord import Fault, Interaction, Permission
from tests.stand_ins.discord import world as w
from tests.stand_ins.discord.invocations import Value

SELECT = 3
MINE = (Interest(text="causal inference"),)


def subscribe(env: BotEnvironment, user: w.User, **options: Value) -> Interaction:
    wanted: dict[str, Value] = {"schedule": "daily", "at": "08:30", **options}
    return env.server.slash(user, env.channel, "subscribe", wanted)


def opened(env: BotEnvironment, user: w.User) -> w.Message:
    """Open the only subscription of the list."""
    listed = answer_to(env.server.slash(user, env.channel, "subscriptions"))
    (order,) = env.storage.subscriptions.subscriptions()
    return answer_to(env.server.select(user, listed, "menu-order:", order.id))


def form_fields(opened_form: Interaction) -> dict[str, str]:
    assert opened_form.modal is not None
    return {one["label"]: one["component"]["custom_id"] for one in opened_form.modal["components"]}


def test_a_manager_subscribes_a_channel(env: BotEnvironment) -> None:
    used = subscribe(
        env,
        env.eve,
        channel=env.channel,
        zone="Europe/Berlin",
        interests="graph neural networks; agents",
        minutes=15,
        sources="arxiv, github",
        quiet="22:00-07:00",
    )

    text = said(used)
    assert f"**<#{env.channel.id}>** · every day at 08:30 (Europe/Berlin)" in text
    assert "quiet from 22:00 to 07:00" in text
    # The clock stands at noon UTC on 22 November: the next 08:30 in Berlin is 07:30 UTC.
    assert "Next digest: <t:1795419000:F>" in text
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.profile == order.target == f"discord:channel:{env.channel.id}"
    assert order.guild == f"discord:guild:{env.guild.id}"
    assert (order.items, order.minutes, order.sources) == (None, 15, ("arxiv", "github"))
    profile = env.storage.store.profile(order.profile)
    assert profile is not None
    assert [one.text for one in profile.interests] == ["graph neural networks", "agents"]


def test_a_thread_can_be_subscribed(env: BotEnvironment) -> None:
    thread = env.server.add_thread(env.channel, "papers", env.eve)
    env.settled()

    text = said(subscribe(env, env.eve, channel=thread, interests="x"))

    assert f"<#{thread.id}>" in text


def test_without_manage_server_a_channel_is_refused_even_if_the_client_offers_it(
    env: BotEnvironment,
) -> None:
    text = said(subscribe(env, env.ada, channel=env.channel, interests="x"))

    assert text == "You need the Manage Server permission for this. Ask somebody who has it."
    assert not env.storage.subscriptions.subscriptions()


def test_without_a_channel_it_goes_to_ones_own_messages(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE, zone="Asia/Tokyo")

    text = said(subscribe(env, env.ada, schedule="weekly 0", items=5))

    assert "**Direct message** · every Monday at 08:30 (Asia/Tokyo)" in text
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.target == f"discord:dm:{env.ada.id}"
    assert (order.schedule.cadence, order.items) == (Cadence.WEEKLY, 5)
    assert not order.guild


def test_what_the_bot_may_not_do_in_a_channel_is_named(env: BotEnvironment) -> None:
    env.server.overwrite(
        env.channel,
        env.server.bot,
        deny=Permission.SEND_MESSAGES | Permission.READ_MESSAGE_HISTORY,
    )
    env.settled()

    text = said(subscribe(env, env.eve, channel=env.channel, interests="x"))

    assert "I need these permissions in #digests: Send Messages, Read Message History." in text


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"at": "8 pm"}, "is not a time of day. Write it like 08:30"),
        ({"zone": "Mars"}, "is not an IANA time zone"),
        ({"sources": "arxvi"}, "Did you mean arxiv?"),
        ({"quiet": "22"}, "is not a range of hours. Write it like 22:00-07:00"),
        ({"pause_until": "soon"}, "is not a date like 2026-12-24"),
        ({"pause_until": "2026-01-01"}, "is in the past"),
        ({"pause_until": "2029-01-01"}, "pause must end within a year"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    env: BotEnvironment, options: dict[str, Value], line: str
) -> None:
    env.knows(env.ada, interests=MINE)

    text = said(subscribe(env, env.ada, **options))

    assert line in text
    assert "\n" not in text
    assert not env.storage.subscriptions.subscriptions()


def test_somebody_of_whom_nothing_is_known_is_sent_to_start(env: BotEnvironment) -> None:
    assert "Use /start to enter them" in said(subscribe(env, env.ada))


def test_sources_may_be_named_as_they_are_shown(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)

    assert "from GitHub, arXiv." in said(subscribe(env, env.ada, sources="GitHub, arXiv"))


def test_a_pause_delays_the_first_digest(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)

    text = said(subscribe(env, env.ada, pause_until="2026-12-24"))

    assert "Paused: nothing will be sent until <t:" in text
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.paused_until is not None
    assert order.paused_until.date().isoformat() == "2026-12-24"


def test_the_list_is_empty_at_first(env: BotEnvironment) -> None:
    text = said(env.server.slash(env.ada, env.channel, "subscriptions"))

    assert "No subscriptions yet" in text


def test_a_subscription_is_changed_in_a_form(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada, quiet="22:00-07:00"))
    page = opened(env, env.ada)

    form = form_of(env.server.click(env.ada, page, page.buttons["Change"]))
    ids = form_fields(form)
    sent = env.server.submit_modal(
        form,
        {
            ids["Days"]: "weekdays",
            ids["Time and zone"]: "09:15 America/New_York",
            ids["Size"]: "7, 20 min",
            ids["Quiet hours"]: "",
            ids["Sources"]: "arxiv",
        },
    )

    text = said(sent)
    assert "Changed." in text
    assert "Monday to Friday at 09:15 (America/New_York)" in text
    (order,) = env.storage.subscriptions.subscriptions()
    assert (order.items, order.minutes, order.sources) == (7, 20, ("arxiv",))
    assert order.schedule.quiet is None


def test_a_change_that_is_wrong_can_be_mended_without_typing_it_anew(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada, quiet="22:00-07:00"))
    page = opened(env, env.ada)
    form = form_of(env.server.click(env.ada, page, page.buttons["Change"]))
    typed = {"Days": "weekly 2", "Size": "many", "Quiet hours": "", "Sources": "arxiv, github"}

    refused = answer_to(env.server.submit_modal(form, typed))
    again = form_of(env.server.click(env.ada, refused, refused.buttons["Try again"]))
    sent = env.server.submit_modal(again, {"Size": "7"})

    assert "every Wednesday at 08:30" in said(sent)
    (order,) = env.storage.subscriptions.subscriptions()
    assert (order.items, order.sources, order.schedule.quiet) == (7, ("arxiv", "github"), None)


def test_a_form_of_a_subscription_that_is_gone_says_so(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada))
    page = opened(env, env.ada)
    form = form_of(env.server.click(env.ada, page, page.buttons["Pause"]))
    answer_to(env.server.click(env.ada, page, page.buttons["Delete"]))

    assert "have no such subscription" in said(env.server.submit_modal(form, {"Until": "10d"}))


def test_a_form_that_is_sent_untouched_changes_nothing(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada, schedule="weekly 2", quiet="22:00-07:00"))
    (before,) = env.storage.subscriptions.subscriptions()
    page = opened(env, env.ada)

    form = form_of(env.server.click(env.ada, page, page.buttons["Change"]))
    answer_to(env.server.submit_modal(form))

    assert env.storage.subscriptions.subscriptions() == [before]


def test_a_subscription_is_paused_and_resumed(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada))
    page = opened(env, env.ada)

    form = form_of(env.server.click(env.ada, page, page.buttons["Pause"]))
    paused = answer_to(env.server.submit_modal(form, {form_fields(form)["Until"]: "10d"}))

    assert "Paused: nothing will be sent until" in paused.text
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.paused_until == env.clock() + timedelta(days=10)
    resumed = env.server.click(env.ada, paused, paused.buttons["Resume"])
    assert "Resumed." in said(resumed)


def test_a_subscription_is_deleted(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada))
    page = opened(env, env.ada)

    assert "Nothing else will be sent" in said(
        env.server.click(env.ada, page, page.buttons["Delete"])
    )

    assert not env.storage.subscriptions.subscriptions()
    again = env.server.click(env.ada, page, page.buttons["Delete"])
    assert "have no such subscription" in said(again)


def test_nobody_touches_anothers_subscription(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada))
    (order,) = env.storage.subscriptions.subscriptions()
    answer_to(subscribe(env, env.eve, channel=env.channel, interests="x"))
    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))

    assert "Direct message" not in listed.text
    # Who knows the id of another's order still may not end it.
    custom_id = f"drop:{order.id}"
    pressed = env.server.click(env.eve, _with_button(env, custom_id), custom_id)
    assert "have no such subscription" in said(pressed)


def subscribed_channel(env: BotEnvironment, interests: str, **options: Value) -> str:
    return said(subscribe(env, env.eve, channel=env.channel, interests=interests, **options))


def looked_for(env: BotEnvironment) -> list[list[str]]:
    """Return what each subscription looks for, sorted."""
    orders = env.storage.subscriptions.subscriptions()
    profiles = [env.storage.store.profile(one.profile) for one in orders]
    return sorted([one.text for one in profile.interests] for profile in profiles if profile)


def test_the_confirmation_shows_what_a_channel_will_get(env: BotEnvironment) -> None:
    text = subscribed_channel(env, "graph neural networks; agents")

    assert "Its own interests: “graph neural networks”, “agents”." in text


def test_a_second_subscription_of_a_channel_leaves_the_first_ones_interests_alone(
    env: BotEnvironment,
) -> None:
    subscribed_channel(env, "graph neural networks")
    subscribed_channel(env, "protein folding", schedule="weekly 0")

    assert looked_for(env) == [["graph neural networks"], ["protein folding"]]
    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))
    assert "graph neural networks" in listed.text
    assert "protein folding" in listed.text


def test_the_same_subscription_of_a_channel_is_made_once(env: BotEnvironment) -> None:
    subscribed_channel(env, "Graphs; agents")

    assert "already exists" in subscribed_channel(env, "agents; graphs")
    assert looked_for(env) == [["Graphs", "agents"]]


def test_the_menu_names_the_channel_and_what_it_gets(env: BotEnvironment) -> None:
    thread = env.server.add_thread(env.channel, "papers", env.eve)
    env.settled()
    subscribed_channel(env, "graphs")
    answer_to(subscribe(env, env.eve, channel=thread, interests="agents"))

    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))

    assert sorted(one["label"] for one in options(listed)) == [
        "#digests: every day at 08:30 (UTC) · graphs",
        "#papers: every day at 08:30 (UTC) · agents",
    ]


def options(message: w.Message) -> list[dict[str, str]]:
    (menu,) = (one for one in parts(message.components) if one["type"] == SELECT)
    found: list[dict[str, str]] = menu["options"]
    return found


def parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in components:
        yield one
        yield from parts(one.get("components", []))


def test_as_many_subscriptions_as_there_may_be_fit_one_list(env: BotEnvironment) -> None:
    for number in range(25):
        subscribed_channel(env, "; ".join(f"{number} {'_*x' * 20} {n}" for n in range(12)))

    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))

    assert listed.text.count(" · for ") == 25
    assert len(options(listed)) == 25


def test_a_channel_of_another_server_is_named_with_it(env: BotEnvironment) -> None:
    other = env.server.add_guild("Other club")
    general = env.server.add_channel(other, "general")
    role = env.server.add_role(other, "manager", Permission.MANAGE_GUILD)
    env.server.join(other, env.eve, roles=(role,))
    env.settled()
    wanted: dict[str, Value] = {"schedule": "daily", "at": "8", "interests": "graphs"}
    answer_to(env.server.slash(env.eve, general, "subscribe", {**wanted, "channel": general}))

    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))

    assert options(listed)[0]["label"].startswith("#general in Other club: ")


def test_an_empty_form_leaves_the_interests_as_they_are(env: BotEnvironment) -> None:
    subscribed_channel(env, "graphs")
    page = opened(env, env.eve)

    form = form_of(env.server.click(env.eve, page, page.buttons["Interests"]))
    sent = env.server.submit_modal(form, {form_fields(form)["Interests"]: " ; "})

    assert "Name at least one interest" in said(sent)
    assert looked_for(env) == [["graphs"]]


def test_what_one_subscription_of_a_channel_looks_for_can_be_changed(env: BotEnvironment) -> None:
    subscribed_channel(env, "graphs")
    subscribed_channel(env, "agents")
    orders = env.storage.subscriptions.subscriptions()
    (first,) = (one for one in orders if one.profile == one.target)
    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))
    page = answer_to(env.server.select(env.eve, listed, "menu-order:", first.id))

    form = form_of(env.server.click(env.eve, page, page.buttons["Interests"]))
    sent = env.server.submit_modal(form, {form_fields(form)["Interests"]: "graphs\nrobots"})

    assert "Its own interests: “graphs”, “robots”." in said(sent)
    assert looked_for(env) == [["agents"], ["graphs", "robots"]]


def test_interests_typed_for_oneself_say_what_they_replace(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)

    text = said(subscribe(env, env.ada, interests="robots"))

    assert "takes the place of your interests so far: “causal inference”." in text
    assert "Your interests: “robots”." in text


def test_the_interests_of_a_channel_go_with_its_subscription(env: BotEnvironment) -> None:
    subscribed_channel(env, "graphs")
    subscribed_channel(env, "agents")
    for order in env.storage.subscriptions.subscriptions():
        env.storage.subscriptions.delete_subscription(order.id)

    assert env.storage.store.profiles() == []


def _with_button(env: BotEnvironment, custom_id: str) -> w.Message:
    """Let the bot post a message with a button of this id."""

    async def post() -> None:
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=env.channel.id)
        body = {
            "flags": IS_COMPONENTS_V2,
            "components": [text("made for the test"), row(button("Press", custom_id))],
            "allowed_mentions": {"parse": []},
        }
        await env.connection.client().http.request(route, json=body)

    env.run(post())
    return env.server.messages(env.channel)[-1]


def test_the_same_subscription_again_is_shown_with_what_can_be_done(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada))

    answer = answer_to(subscribe(env, env.ada, at="10:00"))

    assert "This subscription already exists. Nothing was changed." in answer.text
    assert "every day at 08:30" in answer.text
    assert {"Change", "Pause"} <= answer.buttons.keys()


def test_the_same_subscription_again_says_that_it_is_off_and_offers_to_resume_it(
    env: BotEnvironment,
) -> None:
    answer_to(subscribe(env, env.eve, channel=env.channel, interests="x"))
    (order,) = env.storage.subscriptions.subscriptions()
    env.storage.subscriptions.turn_off(order.id, "Missing Permissions")

    answer = answer_to(subscribe(env, env.eve, channel=env.channel, interests="x"))

    assert "already exists and is **off**" in answer.text
    assert "**Off**: Missing Permissions" in answer.text
    assert "Change" in answer.buttons
    assert "Resumed." in said(env.server.click(env.eve, answer, answer.buttons["Resume"]))


def test_what_exists_and_is_paused_says_so_and_can_be_resumed(env: BotEnvironment) -> None:
    env.knows(env.ada, interests=MINE)
    answer_to(subscribe(env, env.ada, pause_until="10d"))

    again = answer_to(subscribe(env, env.ada))

    assert "already exists and is **paused**: Resume ends that. Nothing was changed." in again.text
    assert "Resume" in again.buttons


@pytest.mark.parametrize("fault", [Fault(cut=True), Fault(status=502), Fault(code=50001)])
def test_subscriptions_are_listed_though_a_channels_name_cannot_be_asked(
    env: BotEnvironment, fault: Fault
) -> None:
    thread = env.server.add_thread(env.channel, "papers", env.eve)
    env.settled()
    answer_to(subscribe(env, env.eve, channel=thread, interests="maps"))
    env.server.archive(thread)
    env.settled()
    env.server.plan("GET /channels/{channel_id}", fault, times=10)

    listed = answer_to(env.server.slash(env.eve, env.channel, "subscriptions"))

    assert "for maps" in listed.text
    env.server.heal()


def test_words_of_a_form_whose_subscription_is_gone_are_shown_again(env: BotEnvironment) -> None:
    answer_to(subscribe(env, env.eve, channel=env.channel, interests="maps"))
    page = opened(env, env.eve)
    form = form_of(env.server.click(env.eve, page, page.buttons["Interests"]))
    answer_to(env.server.click(env.eve, page, page.buttons["Delete"]))

    text = said(env.server.submit_modal(form, {"Interests": "old maps\n*new* globes"}))

    assert "have no such subscription" in text
    assert "old maps\n*new* globes" in text
