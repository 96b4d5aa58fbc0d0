"""``/start``: from nothing to a first digest in one form."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.escape import unescape
from core.deliveries import Cadence, DueRun
from core.people import Verdict
from services.feeds.starter import of_topic
from services.subscriptions import Actor
from tests.bot.environment import TOPICS, BotEnvironment, answer_to, form_of, said
from tests.bot.library import ALL, GRAPHS, LIBRARY
from tests.fakes import an_item
from tests.stand_ins.discord import Interaction
from tests.stand_ins.discord import components as tree


def fields(opened: Interaction) -> dict[str, str]:
    """Label to custom id of the fields of a form."""
    assert opened.modal is not None
    return {one["label"]: one["component"]["custom_id"] for one in opened.modal["components"]}


def send(env: BotEnvironment, **values: object) -> Interaction:
    opened = form_of(env.server.slash(env.ada, env.channel, "start"))
    names = {
        "topics": "Topics",
        "words": "In your own words",
        "choice": "A digest by direct message",
        "at": "At what time",
        "zone": "In which time zone",
    }
    ids = fields(opened)
    return env.server.submit_modal(opened, {ids[names[n]]: v for n, v in values.items()})


def test_topics_are_ticked_and_a_first_digest_comes_at_once(env: BotEnvironment) -> None:
    env.stores(*ALL)

    sent = send(env, topics=[TOPICS[0]], choice="never")

    assert "graph neural networks" in answer_to(sent).text
    env.server.expect("the digest", lambda: sent.followups).wait()
    digest = sent.followups
    assert any(GRAPHS.title in message.text for message in digest)
    assert all(message.ephemeral for message in digest)
    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    assert [one.text for one in profile.interests] == [TOPICS[0]]


def test_a_cadence_makes_a_subscription_by_direct_message(env: BotEnvironment) -> None:
    env.stores(*ALL)

    sent = send(env, topics=[TOPICS[0]], choice="weekly 4", at="9:30", zone="Europe/Berlin")

    assert "every Friday at 09:30 (Europe/Berlin); the next one comes <t:" in answer_to(sent).text
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.target == f"discord:dm:{env.ada.id}"
    assert order.owner == order.profile == f"discord:{env.ada.id}"
    assert (order.schedule.cadence, order.schedule.weekday) == (Cadence.WEEKLY, 4)


def test_starting_again_changes_the_subscription_that_is_there(env: BotEnvironment) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily", at="7", zone="Asia/Tokyo"))

    opened = form_of(env.server.slash(env.ada, env.channel, "start"))
    assert opened.modal is not None
    kept = {
        one["component"].get("value") for one in opened.modal["components"] if "component" in one
    }
    assert {"07:00", "Asia/Tokyo"} <= kept
    answer_to(env.server.submit_modal(opened, {fields(opened)["At what time"]: "8"}))

    (order,) = env.storage.subscriptions.subscriptions()
    assert (order.schedule.at.hour, order.schedule.cadence) == (8, Cadence.DAILY)


def test_papers_repositories_and_users_can_be_pasted(env: BotEnvironment) -> None:
    env.stores(*ALL)

    sent = send(
        env,
        topics=[],
        words="2401.00001, 2401.99999\nowner/tool\n@someone\ncausal inference",
        choice="never",
    )

    text = said(sent)
    assert "More like [Graph neural networks for molecules]" in text
    assert "Not in the archive yet, so ignored: 2401.99999" in text
    profile = env.storage.store.profile(f"discord:{env.ada.id}")
    assert profile is not None
    assert [one.text for one in profile.interests] == ["owner/tool", "causal inference"]
    assert set(profile.followed) == {"owner/tool", "someone"}
    assert [(f.item.key, f.verdict) for f in profile.feedback] == [(GRAPHS.key, Verdict.MORE)]


def test_somebody_to_follow_is_enough_for_a_first_digest(env: BotEnvironment) -> None:
    env.stores(*ALL, replace(LIBRARY, authors=("pyg-team",)))

    sent = send(env, topics=[], words="@pyg-team", choice="daily", zone="berlin")

    assert "Preferred: pyg-team." in said(sent)
    env.server.expect("the digest", lambda: sent.followups).wait()
    assert "by pyg-team (followed)" in unescape(sent.followups[0].text)
    (order,) = env.storage.subscriptions.subscriptions()
    assert order.schedule.zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"topics": [], "choice": "never"}, "Select a topic or enter a few words"),
        (
            {"words": "x", "choice": "daily", "at": "25:00"},
            "is not a time of day. Write it like 08:30",
        ),
        ({"words": "x", "choice": "daily", "zone": "Mars/Base"}, "is not an IANA time zone"),
        ({"topics": [], "words": "2401.99999"}, "is not in the archive yet"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    env: BotEnvironment, values: dict[str, object], line: str
) -> None:
    assert line in said(send(env, **values)).splitlines()[0]


def test_a_zone_can_be_picked_before_the_form(env: BotEnvironment) -> None:
    typed = env.server.autocomplete(env.ada, env.channel, "start", "zone", "berl")
    typed.answered.wait()
    assert typed.choice_names == ["Europe/Berlin"]

    opened = form_of(env.server.slash(env.ada, env.channel, "start", {"zone": "Europe/Berlin"}))

    assert opened.modal is not None
    values = [one.get("value") for _, one in tree.walk(opened.modal["components"])]
    assert "Europe/Berlin" in values


WORDS = (
    "graph neural networks; *causal* inference\n1. @someone\n# not [a](https://b.example) heading"
)


@pytest.mark.parametrize(
    "wrong",
    [{"at": "25:00"}, {"zone": "Mars/Base"}, {"at": "8 pm", "zone": "GMT+99"}, {"zone": "|~`>"}],
)
def test_what_was_typed_is_kept_for_another_try(
    env: BotEnvironment, wrong: dict[str, object]
) -> None:
    env.stores(*ALL)
    entered = {"topics": [TOPICS[1]], "words": WORDS, "choice": "weekly 4", "at": "9:30"}
    answer = answer_to(send(env, **{**entered, **wrong}))

    opened = form_of(env.server.click(env.ada, answer, answer.buttons["Try again"]))

    assert opened.modal is not None
    shown = {one["label"]: one["component"] for one in opened.modal["components"]}
    assert shown["In your own words"]["value"] == WORDS
    assert shown["At what time"]["value"] == {**entered, **wrong}["at"]
    assert shown["In which time zone"]["value"] == wrong.get("zone", "UTC")
    chosen = [one["value"] for one in shown["Topics"]["options"] if one.get("default")]
    assert chosen == [TOPICS[1]]
    days = shown["A digest by direct message"]["options"]
    assert [one["value"] for one in days if one.get("default")] == ["weekly 4"]
    right = {shown["At what time"]["custom_id"]: "9:30"}
    right[shown["In which time zone"]["custom_id"]] = "Europe/Berlin"
    sent = env.server.submit_modal(opened, right)
    assert "every Friday at 09:30 (Europe/Berlin)" in answer_to(sent).text


@pytest.mark.parametrize("words", ["_*" * 1000, "`" * 2000, "a *biography* of 20 " * 100])
def test_words_that_fill_the_field_are_kept_too(env: BotEnvironment, words: str) -> None:
    words = words.strip()
    answer = answer_to(send(env, words=words, at="late"))

    opened = form_of(env.server.click(env.ada, answer, answer.buttons["Try again"]))

    assert opened.modal is not None
    values = [one["component"].get("value") for one in opened.modal["components"]]
    assert words in values


def turned_off(env: BotEnvironment) -> None:
    """Let the subscription be off, as after direct messages that were closed."""
    (order,) = env.storage.subscriptions.subscriptions()
    env.storage.subscriptions.turn_off(order.id, "Cannot send messages to this user")


def test_asking_anew_turns_on_what_closed_messages_had_turned_off(env: BotEnvironment) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))
    turned_off(env)

    text = answer_to(send(env, topics=[TOPICS[0]], choice="weekdays")).text

    assert "the next one comes <t:" in text
    (order,) = env.storage.subscriptions.subscriptions()
    assert not order.off
    assert order.schedule.cadence is Cadence.WEEKDAYS


def test_asking_for_no_digest_says_that_the_one_there_is_off_and_offers_to_resume_it(
    env: BotEnvironment,
) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))
    turned_off(env)

    answer = answer_to(send(env, topics=[TOPICS[0]], choice="never"))

    assert "but it is **off**: Cannot send messages to this user" in answer.text
    resumed = env.server.click(env.ada, answer, answer.buttons["Resume"])
    assert "Next digest: <t:" in said(resumed)
    assert "Change" in answer.buttons


def first_run(env: BotEnvironment) -> str:
    """Make the first digest that comes by direct message; return what it shows."""
    (order,) = env.storage.subscriptions.subscriptions()
    now = env.clock()
    due = DueRun(period="2026-11-23", due_at=now, since=now - timedelta(days=7), extra=False)
    made = env.services.runs.digest(order, due)
    return " ".join(pick.item.title for pick in made.picks)


def test_the_first_digest_by_direct_message_shows_nothing_that_start_has_shown(
    env: BotEnvironment,
) -> None:
    env.stores(*ALL)
    sent = send(env, topics=[TOPICS[0]], choice="daily")
    env.server.expect("the digest", lambda: sent.followups).wait()
    assert any(GRAPHS.title in message.text for message in sent.followups)

    env.stores(an_item("arxiv/2401.00070", title="Graph neural networks, news of today"))

    assert GRAPHS.title not in first_run(env)
    assert "news of today" in first_run(env)


def test_starting_anew_shows_a_whole_first_digest_again(env: BotEnvironment) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))

    sent = send(env, topics=[TOPICS[0]], choice="weekdays")

    env.server.expect("the digest", lambda: sent.followups).wait()
    assert any(GRAPHS.title in message.text for message in sent.followups)


@pytest.mark.parametrize("days", [3, 200])
def test_asking_anew_ends_a_pause(env: BotEnvironment, days: int) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))
    pause(env, days)

    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))

    (order,) = env.storage.subscriptions.subscriptions()
    due = env.services.subscriptions.next_run(order)
    assert due is not None
    assert due - env.clock() < timedelta(days=2)


def test_asking_for_no_digest_says_that_the_one_there_is_paused(env: BotEnvironment) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))
    pause(env, 9)

    answer = answer_to(send(env, topics=[TOPICS[0]], choice="never"))

    assert "but it is **paused** until <t:" in answer.text
    assert "Resume" in answer.buttons


def test_a_pause_that_is_over_is_no_pause(env: BotEnvironment) -> None:
    env.stores(*ALL)
    answer_to(send(env, topics=[TOPICS[0]], choice="daily"))
    pause(env, 1)
    env.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]  # a FakeClock
    env.server.clock_moved()

    answer = answer_to(send(env, topics=[TOPICS[0]], choice="never"))

    assert "paused" not in answer.text
    assert "Pause" in answer.buttons


def pause(env: BotEnvironment, days: int) -> None:
    (order,) = env.storage.subscriptions.subscriptions()
    me = Actor(person=order.owner, targets=frozenset({order.target}))
    env.services.subscriptions.pause(order.id, by=me, until=env.clock() + timedelta(days=days))


def test_words_in_a_field_that_the_form_no_longer_has_are_shown_again(env: BotEnvironment) -> None:
    opened = form_of(env.server.slash(env.ada, env.channel, "start"))
    assert opened.modal is not None
    words = next(one for one in opened.modal["components"] if "own words" in one["label"])
    words["component"]["custom_id"] = "What an earlier version called it"

    text = said(
        env.server.submit_modal(opened, {words["component"]["custom_id"]: "old maps\nglobes"})
    )

    assert "That form has changed since it was opened. Please open it again." in text
    assert "old maps\nglobes" in text
    assert env.storage.store.profile(f"discord:{env.ada.id}") is None


def test_feeds_on_a_topic_are_followed_and_left_by_a_menu(env: BotEnvironment) -> None:
    env.stores(*ALL)
    owner = f"discord:{env.ada.id}"
    page = answer_to(send(env, topics=[TOPICS[0]], choice="never"))
    assert list(env.services.feeds.listed(owner=owner)) == []  # off until chosen

    chosen = env.server.select(env.ada, page, "menu-starter:", "+law")
    answer = answer_to(chosen)
    assert "AlgorithmWatch" in answer.text
    names = {one.feed.title for one in env.services.feeds.listed(owner=owner)}
    assert names == {feed.title for feed in of_topic("law")}

    left = env.server.select(env.ada, answer, "menu-starter:", "-law")
    assert "no longer follow feeds on ethics and law" in answer_to(left).text
    assert list(env.services.feeds.listed(owner=owner)) == []
