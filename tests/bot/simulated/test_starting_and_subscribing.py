"""``/start``, ``/subscribe`` and ``/subscriptions`` as simcord's members use them."""

from __future__ import annotations

from datetime import timedelta

from core.deliveries import Cadence
from core.people import Interest
from tests.bot.library import ALL, GRAPHS
from tests.bot.simulated.environment import Outcome, SimulatedEnvironment, form_fields

MINE = (Interest(text="causal inference"),)
HALF_PAST_EIGHT_IN_BERLIN = 1795419000
"""23 November 2026, 07:30 UTC: the clock stands at noon UTC of the day before."""


def the_order(sim: SimulatedEnvironment) -> Outcome:
    """Subscribe Ada, and open what she has."""
    sim.knows(sim.ada, interests=MINE)
    assert "Subscribed." in sim.slash(sim.ada, "subscribe", schedule="daily", at="08:30").said
    listed = sim.slash(sim.ada, "subscriptions")
    (order,) = sim.storage.subscriptions.subscriptions()
    return sim.select(sim.ada, listed.message, order.id, "menu-order:")


def test_the_form_of_start_leads_to_a_first_digest(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    opened = sim.slash(sim.ada, "start", zone="Europe/Berlin")
    assert form_fields(opened)["in_which_time_zone"]["value"] == "Europe/Berlin"

    sent = sim.submit(
        sim.ada,
        opened,
        topics=["graph neural networks"],
        in_your_own_words="2401.00003\n@someone",
        a_digest_by_direct_message="weekdays",
        at_what_time="8:30",
    )

    understood, *digest = sent.messages
    assert "I look for “graph neural networks”." in sent.said
    assert "More like [Language model agents that use tools]" in sent.said
    assert f"the next one comes <t:{HALF_PAST_EIGHT_IN_BERLIN}:F>" in sent.text
    assert understood.ephemeral
    assert GRAPHS.title in sent.text
    assert digest
    (order,) = sim.storage.subscriptions.subscriptions()
    assert order.target == f"discord:dm:{sim.ada.id}"


def test_the_form_opens_with_what_is_known(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    first = sim.slash(sim.ada, "start")
    sim.submit(sim.ada, first, topics=["graph neural networks"], in_your_own_words="zebras")
    sim.restarts()

    again = sim.slash(sim.ada, "start")
    sim.submit(sim.ada, again)

    profile = sim.storage.store.profile(f"discord:{sim.ada.id}")
    assert profile is not None
    assert {one.text for one in profile.interests} == {"graph neural networks", "zebras"}


def test_a_channel_is_subscribed_and_the_next_run_confirmed(sim: SimulatedEnvironment) -> None:
    heard = sim.slash(
        sim.eve,
        "subscribe",
        schedule="weekdays",
        at="08:30",
        channel=sim.channel,
        zone="Europe/Berlin",
        interests="graph neural networks",
        minutes=15,
        sources="arxiv, github",
        quiet="22:00-07:00",
    )

    assert f"Next digest: <t:{HALF_PAST_EIGHT_IN_BERLIN}:F>" in heard.text
    (order,) = sim.storage.subscriptions.subscriptions()
    assert order.target == f"discord:channel:{sim.channel.id}"
    assert order.schedule.cadence is Cadence.WEEKDAYS


def test_who_does_not_manage_the_server_subscribes_no_channel(sim: SimulatedEnvironment) -> None:
    sim.knows(sim.ada, interests=MINE)

    heard = sim.slash(
        sim.ada, "subscribe", schedule="daily", at="8", channel=sim.channel, interests="x"
    )

    assert heard.said == "You need the Manage Server permission for this. Ask somebody who has it."
    assert not sim.storage.subscriptions.subscriptions()


def test_a_subscription_is_changed_in_its_form(sim: SimulatedEnvironment) -> None:
    page = the_order(sim)
    opened = sim.click(sim.ada, page.message, "Change")

    changed = sim.submit(
        sim.ada,
        opened,
        days="weekly 2",
        time_and_zone="09:15 America/New_York",
        size="7, 20 min",
        quiet_hours="22-7",
        sources="arxiv",
    )

    assert "every Wednesday at 09:15 (America/New_York), quiet from 22:00 to 07:00" in changed.said
    (order,) = sim.storage.subscriptions.subscriptions()
    assert (order.items, order.minutes, order.sources) == (7, 20, ("arxiv",))


def test_a_subscription_is_paused_resumed_and_deleted_after_a_restart(
    sim: SimulatedEnvironment,
) -> None:
    page = the_order(sim)
    sim.restarts()

    asked = sim.click(sim.ada, page.message, "Pause")
    paused = sim.submit(sim.ada, asked, until="10d")
    (order,) = sim.storage.subscriptions.subscriptions()
    assert order.paused_until == sim.clock() + timedelta(days=10)
    assert "Resumed." in sim.click(sim.ada, paused.message, "Resume").said
    assert "Nothing else will be sent" in sim.click(sim.ada, page.message, "Delete").said

    assert not sim.storage.subscriptions.subscriptions()
    assert "No subscriptions yet" in sim.slash(sim.ada, "subscriptions").said


def test_forms_that_were_open_at_a_restart_are_answered(sim: SimulatedEnvironment) -> None:
    sim.stores(*ALL)
    page = the_order(sim)
    pausing = sim.click(sim.ada, page.message, "Pause")
    changing = sim.click(sim.ada, page.message, "Change")
    starting = sim.slash(sim.ada, "start")
    sim.restarts()

    assert "Paused: nothing will be sent" in sim.submit(sim.ada, pausing, until="10d").said
    assert "Changed." in sim.submit(sim.ada, changing, days="weekly 2").said
    begun = sim.submit(sim.ada, starting, in_your_own_words="agents", at_what_time="7:15")
    assert "every Wednesday at 07:15" not in begun.said  # the form had opened with every day
    assert "at 07:15" in begun.said
