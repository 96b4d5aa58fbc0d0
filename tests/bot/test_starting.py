"""``/start``: from nothing to a first digest in one form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.escape import unescape
from core.deliveries import Cadence
from core.people import Verdict
from tests.bot.environment import TOPICS, Town, answer_to, form_of, said
from tests.bot.library import ALL, GRAPHS, LIBRARY
from tests.stand_ins.discord import Interaction
from tests.stand_ins.discord import components as tree


def fields(opened: Interaction) -> dict[str, str]:
    """Label to custom id of the fields of a form."""
    assert opened.modal is not None
    return {one["label"]: one["component"]["custom_id"] for one in opened.modal["components"]}


def send(town: Town, **values: object) -> Interaction:
    opened = form_of(town.server.slash(town.ada, town.channel, "start"))
    names = {
        "topics": "Topics",
        "words": "In your own words",
        "choice": "A digest by direct message",
        "at": "At what time",
        "zone": "In which time zone",
    }
    ids = fields(opened)
    return town.server.submit_modal(opened, {ids[names[n]]: v for n, v in values.items()})


def test_topics_are_ticked_and_a_first_digest_comes_at_once(town: Town) -> None:
    town.stores(*ALL)

    sent = send(town, topics=[TOPICS[0]], choice="never")

    assert "graph neural networks" in answer_to(sent).text
    town.server.expect("the digest", lambda: sent.followups).wait()
    digest = sent.followups
    assert any(GRAPHS.title in message.text for message in digest)
    assert all(message.ephemeral for message in digest)
    profile = town.storage.store.profile(f"discord:{town.ada.id}")
    assert profile is not None
    assert [one.text for one in profile.interests] == [TOPICS[0]]


def test_a_cadence_makes_a_subscription_by_direct_message(town: Town) -> None:
    town.stores(*ALL)

    sent = send(town, topics=[TOPICS[0]], choice="weekly 4", at="9:30", zone="Europe/Berlin")

    assert "every Friday at 09:30 (Europe/Berlin); the next comes <t:" in answer_to(sent).text
    (order,) = town.storage.subscriptions.subscriptions()
    assert order.target == f"discord:dm:{town.ada.id}"
    assert order.owner == order.profile == f"discord:{town.ada.id}"
    assert (order.schedule.cadence, order.schedule.weekday) == (Cadence.WEEKLY, 4)


def test_starting_again_changes_the_subscription_that_is_there(town: Town) -> None:
    town.stores(*ALL)
    answer_to(send(town, topics=[TOPICS[0]], choice="daily", at="7", zone="Asia/Tokyo"))

    opened = form_of(town.server.slash(town.ada, town.channel, "start"))
    assert opened.modal is not None
    kept = {
        one["component"].get("value") for one in opened.modal["components"] if "component" in one
    }
    assert {"07:00", "Asia/Tokyo"} <= kept
    answer_to(town.server.submit_modal(opened, {fields(opened)["At what time"]: "8"}))

    (order,) = town.storage.subscriptions.subscriptions()
    assert (order.schedule.at.hour, order.schedule.cadence) == (8, Cadence.DAILY)


def test_papers_repositories_and_users_can_be_pasted(town: Town) -> None:
    town.stores(*ALL)

    sent = send(
        town,
        topics=[],
        words="2401.00001, 2401.99999\nowner/tool\n@someone\ncausal inference",
        choice="never",
    )

    text = said(sent)
    assert "More like [Graph neural networks for molecules]" in text
    assert "Not in the archive yet, so left out: 2401.99999" in text
    profile = town.storage.store.profile(f"discord:{town.ada.id}")
    assert profile is not None
    assert [one.text for one in profile.interests] == ["owner/tool", "causal inference"]
    assert set(profile.followed) == {"owner/tool", "someone"}
    assert [(f.item.key, f.verdict) for f in profile.feedback] == [(GRAPHS.key, Verdict.MORE)]


def test_somebody_to_follow_is_enough_for_a_first_digest(town: Town) -> None:
    town.stores(*ALL, replace(LIBRARY, authors=("pyg-team",)))

    sent = send(town, topics=[], words="@pyg-team", choice="daily", zone="berlin")

    assert "Preferred: pyg-team." in said(sent)
    town.server.expect("the digest", lambda: sent.followups).wait()
    assert "by pyg-team, whom you follow" in unescape(sent.followups[0].text)
    (order,) = town.storage.subscriptions.subscriptions()
    assert order.schedule.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"topics": [], "choice": "never"}, "Tick a topic or write a few words"),
        ({"words": "x", "choice": "daily", "at": "25:00"}, "is not a time of day"),
        ({"words": "x", "choice": "daily", "zone": "Mars/Base"}, "is not an IANA time zone"),
        ({"topics": [], "words": "2401.99999"}, "is not in the archive yet"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    town: Town, values: dict[str, object], line: str
) -> None:
    answer = said(send(town, **values))

    assert line in answer
    assert "\n" not in answer


def test_a_zone_can_be_picked_before_the_form(town: Town) -> None:
    typed = town.server.autocomplete(town.ada, town.channel, "start", "zone", "berl")
    typed.answered.wait()
    assert typed.choice_names == ["Europe/Berlin"]

    opened = form_of(town.server.slash(town.ada, town.channel, "start", {"zone": "Europe/Berlin"}))

    assert opened.modal is not None
    values = [one.get("value") for _, one in tree.walk(opened.modal["components"])]
    assert "Europe/Berlin" in values
